package org.senoscope.image.likeness;

import org.senoscope.image.GreyImage;
import org.senoscope.image.Resampling;

/**
 * An image's local structure without its outline and brightness: a square grid of side × side in
 * which each value is the reduced image less its local mean, divided by its local deviation. Two
 * breasts of one outline have little of it in common; two copies of one image nearly all, at any
 * brightness, contrast or quality.
 *
 * <p>Flat places (air, saturated tissue) are near 0 and weigh little. Immutable.
 */
public final class Texture {
  /** Deviations well below this brightness are noise or compression, not structure. */
  private static final float FLOOR = 4f / 255;

  /** Values below this come of rounding. */
  private static final float FLAT = .01f;

  /** Steps per unit in a byte: values reach to about 4. */
  private static final float STEPS = 32;

  private final int side;
  private final float[] values;

  private Texture(int side, float[] values) {
    this.side = side;
    this.values = values;
  }

  /**
   * The structure of a whole image, stretched to a square.
   *
   * @param side of the grid, in its pixels
   * @param reach of "local": the mean and deviation are of the (2 reach + 1)² pixels around
   */
  public static Texture of(GreyImage image, int side, int reach) {
    GreyImage small =
        image.height() == side && image.width() == side
            ? image
            : Resampling.window(image, 0, 0, image.height(), image.width(), side, side);
    return new Texture(side, normalised(small.pixels(), side, reach));
  }

  /** What {@link #toBytes} gave. */
  public static Texture ofBytes(byte[] bytes, int side) {
    float[] values = new float[side * side];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] / STEPS;
    }
    return new Texture(side, values);
  }

  /** One byte for each value. */
  public byte[] toBytes() {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.clamp(Math.round(values[i] * STEPS), Byte.MIN_VALUE, Byte.MAX_VALUE);
    }
    return bytes;
  }

  /** The texture of the image as it is when turned or mirrored so. */
  public Texture turned(Symmetry symmetry) {
    return symmetry.equals(Symmetry.IDENTITY) ? this : new Texture(side, symmetry.of(values, side));
  }

  /** The texture of the image in black for white. */
  public Texture negative() {
    float[] negative = new float[values.length];
    for (int i = 0; i < negative.length; i++) {
      negative[i] = -values[i];
    }
    return new Texture(side, negative);
  }

  /** Whether there is no structure: the image is of one brightness but for rounding. */
  public boolean isFlat() {
    for (float value : values) {
      if (Math.abs(value) >= FLAT) {
        return false;
      }
    }
    return true;
  }

  /** As an image to be hashed; its values are around 0 and not brightness. */
  public GreyImage asImage() {
    return new GreyImage(side, side, values);
  }

  public int side() {
    return side;
  }

  /** The values, row by row; not to be written. */
  public float[] values() {
    return values;
  }

  private static float[] normalised(float[] pixels, int side, int reach) {
    int stride = side + 1;
    double[] sums = new double[stride * stride];
    double[] squares = new double[stride * stride];
    for (int y = 0; y < side; y++) {
      double sum = 0;
      double square = 0;
      for (int x = 0; x < side; x++) {
        float value = pixels[y * side + x];
        sum += value;
        square += (double) value * value;
        sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + sum;
        squares[(y + 1) * stride + x + 1] = squares[y * stride + x + 1] + square;
      }
    }
    float[] values = new float[side * side];
    for (int y = 0; y < side; y++) {
      int top = Math.max(0, y - reach);
      int bottom = Math.min(side, y + reach + 1);
      for (int x = 0; x < side; x++) {
        int left = Math.max(0, x - reach);
        int right = Math.min(side, x + reach + 1);
        double count = (double) (bottom - top) * (right - left);
        double mean = box(sums, stride, top, left, bottom, right) / count;
        double square = box(squares, stride, top, left, bottom, right) / count;
        double variance = Math.max(0, square - mean * mean);
        values[y * side + x] =
            (float) ((pixels[y * side + x] - mean) / Math.sqrt(variance + FLOOR * FLOOR));
      }
    }
    return values;
  }

  private static double box(double[] table, int stride, int top, int left, int bottom, int right) {
    return table[bottom * stride + right]
        - table[bottom * stride + left]
        - table[top * stride + right]
        + table[top * stride + left];
  }
}
