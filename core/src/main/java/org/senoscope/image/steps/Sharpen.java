package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;

/**
 * Sharpens by a kernel of 3 × 3: {@code amount} times the difference between a pixel and its
 * neighbours is added to it. With an amount of 1 these are the two kernels of textbooks: 5 in the
 * middle and −1 at its four sides, or 9 and −1 all around. Beyond the edge the image is mirrored,
 * the edge itself not repeated (OpenCV's {@code filter2D}); the result is held within 0..1.
 *
 * @param neighbours 4 or 8
 * @param amount 0 (nothing) to 10
 */
public record Sharpen(int neighbours, double amount) implements BrightnessStep {
  /** The step's name. */
  public static final String NAME = "sharpen";

  private static final double MOST = 10;

  public Sharpen {
    if ((neighbours != 4 && neighbours != 8) || !(amount >= 0 && amount <= MOST)) {
      throw new IllegalArgumentException(
          "neighbours must be 4 or 8 and amount 0..%.0f, were %d and %s"
              .formatted(MOST, neighbours, amount));
    }
  }

  static Supplier<Step> read(StepParameters parameters) {
    int neighbours = parameters.wholeNumber("neighbours", 4);
    double amount = parameters.number("amount", 1);
    return () -> new Sharpen(neighbours, amount);
  }

  @Override
  public GreyImage apply(GreyImage image) {
    float[] difference = difference(image, neighbours == 8);
    float strength = (float) amount;
    float[] from = image.pixels();
    for (int i = 0; i < difference.length; i++) {
      difference[i] = Math.clamp(from[i] + strength * difference[i], 0f, 1f);
    }
    return new GreyImage(image.height(), image.width(), difference);
  }

  /** Of each pixel: itself as often as it has neighbours, less these. */
  static float[] difference(GreyImage image, boolean corners) {
    int height = image.height();
    int width = image.width();
    float[] from = image.pixels();
    float[] to = new float[from.length];
    for (int row = 0; row < height; row++) {
      int here = row * width;
      int above = mirrored(row - 1, height) * width;
      int below = mirrored(row + 1, height) * width;
      for (int column = 0; column < width; column++) {
        int left = mirrored(column - 1, width);
        int right = mirrored(column + 1, width);
        float pixel = from[here + column];
        // Pairs that a mirror image exchanges are added first, so that its sum is the same.
        float sides =
            (from[here + left] + from[here + right])
                + (from[above + column] + from[below + column]);
        float value = 4 * pixel - sides;
        if (corners) {
          value +=
              4 * pixel
                  - ((from[above + left] + from[above + right])
                      + (from[below + left] + from[below + right]));
        }
        to[here + column] = value;
      }
    }
    return to;
  }

  private static int mirrored(int place, int length) {
    if (length == 1) {
      return 0;
    }
    return place < 0 ? 1 : place == length ? length - 2 : place;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ObjectNode toJson() {
    return Json.object().put("step", NAME).put("neighbours", neighbours).put("amount", amount);
  }
}
