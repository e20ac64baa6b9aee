package org.senoscope.foreign;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.senoscope.model.InputDescription;
import org.senoscope.work.InputException;

/**
 * Which values a network was trained on: what black and white become.
 *
 * @param text as {@link #parse} reads it
 * @param black by channel, red first; all alike but for ImageNet's
 * @param white by channel, above black
 */
public record Scale(String text, List<Double> black, List<Double> white) {
  private static final String IMAGENET = "imagenet";
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] STD = {0.229, 0.224, 0.225};
  private static final String NUMBER = "(-?\\d{1,5}(?:\\.\\d{1,9})?)";
  private static final Pattern FORM = Pattern.compile(NUMBER + "\\.\\." + NUMBER);

  /** Copies the lists. */
  public Scale {
    black = List.copyOf(black);
    white = List.copyOf(white);
  }

  /**
   * Reads {@code BLACK..WHITE}, such as {@code 0..1}, {@code 0..255} or {@code -1..1}, or {@code
   * imagenet} (0..1, less the mean of ImageNet's channels, over their deviation).
   *
   * @throws InputException when it is neither
   */
  public static Scale parse(String text) {
    if (text.equals(IMAGENET)) {
      return new Scale(
          text,
          List.of(-MEAN[0] / STD[0], -MEAN[1] / STD[1], -MEAN[2] / STD[2]),
          List.of((1 - MEAN[0]) / STD[0], (1 - MEAN[1]) / STD[1], (1 - MEAN[2]) / STD[2]));
    }
    Matcher form = FORM.matcher(text);
    if (form.matches()) {
      double black = Double.parseDouble(form.group(1));
      double white = Double.parseDouble(form.group(2));
      if (black < white) {
        return new Scale(text, List.of(black, black, black), List.of(white, white, white));
      }
    }
    throw new InputException(
        "--scale must be BLACK..WHITE with black below white, such as 0..1, 0..255 or -1..1, or %s; was \"%s\""
            .formatted(IMAGENET, text));
  }

  /** As a bundle says it. */
  InputDescription input(InputSize size) {
    float[] mean = new float[size.channels()];
    float[] std = new float[size.channels()];
    for (int channel = 0; channel < size.channels(); channel++) {
      double range = white.get(channel) - black.get(channel);
      std[channel] = (float) (1 / range);
      mean[channel] = (float) (-black.get(channel) / range);
    }
    return new InputDescription(size.channels(), size.height(), size.width(), mean, std);
  }

  /** The highest value that a pixel can have. */
  public double highest() {
    return white.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
