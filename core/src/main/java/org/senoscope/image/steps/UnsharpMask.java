package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;

/**
 * Sharpens by the difference to a blurred copy: {@code pixel + amount * (pixel - blurred)}, held
 * within 0..1. The blur is Gaussian, cut off at four standard deviations; beyond the edge the image
 * is mirrored, the edge itself repeated (scikit-image's {@code unsharp_mask}).
 *
 * @param radius standard deviation of the blur, pixels, .1..100
 * @param amount 0 (nothing) to 10
 * @param blurredBelow only images that are blurred are sharpened: those whose {@link #sharpness} is
 *     below this, 0..100000; empty for all
 */
public record UnsharpMask(double radius, double amount, Optional<Double> blurredBelow)
    implements BrightnessStep {
  /** The step's name. */
  public static final String NAME = "unsharp-mask";

  private static final double LARGEST = 100;
  private static final double MOST = 10;
  private static final double SHARPEST = 100_000;

  public UnsharpMask {
    if (!(radius >= .1 && radius <= LARGEST) || !(amount >= 0 && amount <= MOST)) {
      throw new IllegalArgumentException(
          "radius must be .1..%.0f pixels and amount 0..%.0f, were %s and %s"
              .formatted(LARGEST, MOST, radius, amount));
    }
    if (blurredBelow.filter(limit -> !(limit >= 0 && limit <= SHARPEST)).isPresent()) {
      throw new IllegalArgumentException(
          "blurredBelow must be 0..%.0f, was %s".formatted(SHARPEST, blurredBelow.get()));
    }
  }

  static Supplier<Step> read(StepParameters parameters) {
    double radius = parameters.number("radius", 2);
    double amount = parameters.number("amount", 1);
    Optional<Double> blurredBelow = parameters.optionalNumber("blurredBelow");
    return () -> new UnsharpMask(radius, amount, blurredBelow);
  }

  /**
   * How sharp an image is: the variance of its Laplacian (a pixel's four neighbours less four times
   * itself), in squares of 8-bit levels, as {@code cv2.Laplacian(image, cv2.CV_64F).var()}. It
   * depends on the image's size and noise as much as on its focus.
   */
  public static double sharpness(GreyImage image) {
    double sum = 0;
    double squares = 0;
    for (float value : Sharpen.difference(image, false)) {
      double levels = value * 255.0;
      sum += levels;
      squares += levels * levels;
    }
    double mean = sum / image.pixels().length;
    return Math.max(0, squares / image.pixels().length - mean * mean);
  }

  @Override
  public GreyImage apply(GreyImage image) {
    if (blurredBelow.isPresent() && sharpness(image) >= blurredBelow.get()) {
      return image;
    }
    float[] to = blurred(image, radius);
    float[] from = image.pixels();
    float strength = (float) amount;
    for (int i = 0; i < to.length; i++) {
      to[i] = Math.clamp(from[i] + strength * (from[i] - to[i]), 0f, 1f);
    }
    return new GreyImage(image.height(), image.width(), to);
  }

  private static float[] blurred(GreyImage image, double deviation) {
    float[] kernel = kernel(deviation);
    int reach = kernel.length - 1;
    int height = image.height();
    int width = image.width();
    float[] across = new float[image.pixels().length];
    float[] padded = new float[width + 2 * reach];
    float[] sums = new float[width];
    for (int row = 0; row < height; row++) {
      int begin = row * width;
      System.arraycopy(image.pixels(), begin, padded, reach, width);
      for (int beyond = 1; beyond <= reach; beyond++) {
        padded[reach - beyond] = image.pixels()[begin + repeated(-beyond, width)];
        padded[reach + width - 1 + beyond] =
            image.pixels()[begin + repeated(width - 1 + beyond, width)];
      }
      for (int column = 0; column < width; column++) {
        sums[column] = kernel[0] * padded[reach + column];
      }
      for (int tap = 1; tap <= reach; tap++) {
        float weight = kernel[tap];
        for (int column = 0; column < width; column++) {
          sums[column] += weight * (padded[reach + column - tap] + padded[reach + column + tap]);
        }
      }
      System.arraycopy(sums, 0, across, begin, width);
    }
    float[] down = new float[across.length];
    for (int row = 0; row < height; row++) {
      int begin = row * width;
      for (int column = 0; column < width; column++) {
        down[begin + column] = kernel[0] * across[begin + column];
      }
      for (int tap = 1; tap <= reach; tap++) {
        float weight = kernel[tap];
        int above = repeated(row - tap, height) * width;
        int below = repeated(row + tap, height) * width;
        for (int column = 0; column < width; column++) {
          down[begin + column] += weight * (across[above + column] + across[below + column]);
        }
      }
    }
    return down;
  }

  /** The weight of the middle and of each distance from it, summing to 1 over both sides. */
  private static float[] kernel(double deviation) {
    int reach = (int) (4 * deviation + .5);
    double[] weights = new double[reach + 1];
    double sum = 0;
    for (int distance = 0; distance <= reach; distance++) {
      weights[distance] = Math.exp(-.5 * distance * distance / (deviation * deviation));
      sum += distance == 0 ? weights[distance] : 2 * weights[distance];
    }
    float[] kernel = new float[weights.length];
    for (int distance = 0; distance <= reach; distance++) {
      kernel[distance] = (float) (weights[distance] / sum);
    }
    return kernel;
  }

  private static int repeated(int place, int length) {
    int period = Math.floorMod(place, 2 * length);
    return period < length ? period : 2 * length - 1 - period;
  }

  /** The result, and the picture that is blurred along rows alone. */
  @Override
  public int bytesPerPixel() {
    return 2 * Float.BYTES;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("step", NAME).put("radius", radius).put("amount", amount);
    blurredBelow.ifPresent(limit -> json.put("blurredBelow", limit));
    return json;
  }
}
