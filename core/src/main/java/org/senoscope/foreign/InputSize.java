package org.senoscope.foreign;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.senoscope.work.InputException;

/**
 * What a network takes, without the batch.
 *
 * @param height rows, 1..4096
 * @param width columns, 1..4096
 * @param channels 1 (grey) or 3 (red, green, blue: the grey image three times)
 */
public record InputSize(int height, int width, int channels) {
  /** Most rows and columns. */
  public static final int LARGEST = 4096;

  private static final Pattern FORM = Pattern.compile("(\\d{1,5})x(\\d{1,5})x(\\d{1,5})");

  /** Checks the limits. */
  public InputSize {
    if (height < 1 || width < 1 || height > LARGEST || width > LARGEST) {
      throw new InputException(
          "Input of %d × %d is not supported: rows and columns must be 1 to %d"
              .formatted(height, width, LARGEST));
    }
    if (channels != 1 && channels != 3) {
      throw new InputException(
          "Input of %d channels is not supported: 1 (grey) or 3 (red, green, blue)"
              .formatted(channels));
    }
  }

  /**
   * Reads {@code HEIGHTxWIDTHxCHANNELS}.
   *
   * @throws InputException when it is not of that form, or beyond the limits
   */
  public static InputSize parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new InputException(
          "--input must be HEIGHTxWIDTHxCHANNELS such as 64x64x1, was \"%s\"".formatted(text));
    }
    return new InputSize(
        Integer.parseInt(form.group(1)),
        Integer.parseInt(form.group(2)),
        Integer.parseInt(form.group(3)));
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return height + "x" + width + "x" + channels;
  }
}
