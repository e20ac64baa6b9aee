package org.senoscope.server;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.senoscope.image.Box;
import org.senoscope.image.GreyImage;
import org.senoscope.server.http.Problem;
import org.senoscope.study.Roi;

/**
 * The part of an uploaded image that a person chose: {@code top:left:bottom:right} in pixels of the
 * image turned upright, bottom and right beyond the part. The upload itself stays as it came.
 */
final class Crop {
  /** Shortest side, pixels: less shows nothing that a network could judge. */
  static final int SHORTEST = 16;

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,5}):(\\d{1,5}):(\\d{1,5}):(\\d{1,5})");
  private static final int LONGEST_QUOTE = 40;

  private Crop() {}

  /**
   * Reads the parameter, before the image is there.
   *
   * @param text as sent; null for the whole image
   */
  static Optional<Roi> parse(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw Problem.BAD_PARAMETER.because(
          "crop must read top:left:bottom:right in whole pixels of the upright image, such as 40:60:440:560; was \"%s\""
              .formatted(text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) : text));
    }
    int top = Integer.parseInt(form.group(1));
    int left = Integer.parseInt(form.group(2));
    int bottom = Integer.parseInt(form.group(3));
    int right = Integer.parseInt(form.group(4));
    if (bottom - top < SHORTEST || right - left < SHORTEST) {
      throw Problem.BAD_PARAMETER.because(
          "crop must have %d or more rows and columns, top before bottom and left before right; was %s"
              .formatted(SHORTEST, text));
    }
    return Optional.of(new Roi(top, left, bottom, right));
  }

  /**
   * The part of an image; without a crop the image itself.
   *
   * @throws org.senoscope.server.http.ProblemException when the part reaches beyond the image
   */
  static GreyImage of(GreyImage image, Optional<Roi> crop) {
    if (crop.isEmpty()) {
      return image;
    }
    Roi part = crop.get();
    if (part.bottom() > image.height() || part.right() > image.width()) {
      throw Problem.BAD_PARAMETER.because(
          "crop %s reaches beyond the image of %d rows and %d columns"
              .formatted(part, image.height(), image.width()));
    }
    return new Box(part.top(), part.left(), part.bottom() - part.top(), part.right() - part.left())
        .cut(image);
  }
}
