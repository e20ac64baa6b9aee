package org.senoscope.image;

import java.util.Arrays;

/**
 * A 64-bit hash of how an image looks: the image is reduced to 32 × 32, and each of the 8 × 8
 * lowest frequencies of its cosine transform (DCT-II) gives one bit, set when the coefficient is
 * above the median of the 64. Scaling, recompression, brightness and contrast change few bits.
 *
 * <p>A small distance is a hint and no proof: breasts of one outline on black hash alike whatever
 * is inside them. The same bits on every machine.
 */
public final class PerceptualHash {
  private static final int SIDE = 32;
  private static final int FREQUENCIES = 8;
  private static final int MOST_FREQUENCIES = 16;

  /** Row k, column x: cos(π (2x + 1) k / 64). */
  private static final float[][] COSINE = cosine();

  private PerceptualHash() {}

  /** The hash of an image of any size; bit 8v + u is vertical frequency v, horizontal u. */
  public static long of(GreyImage image) {
    return signs(
        Resampling.window(image, 0, 0, image.height(), image.width(), SIDE, SIDE), FREQUENCIES)[0];
  }

  /**
   * Which of the lowest frequencies' coefficients are above their median.
   *
   * @param image 32 × 32
   * @param frequencies along each axis, a multiple of 8 up to 16
   * @return 64 bits in each number; bit {@code frequencies} v + u is vertical frequency v,
   *     horizontal u
   */
  public static long[] signs(GreyImage image, int frequencies) {
    if (image.height() != SIDE || image.width() != SIDE || frequencies > COSINE.length) {
      throw new IllegalArgumentException(
          "The image must be 32 × 32, was %d × %d, and the frequencies up to %d, were %d"
              .formatted(image.height(), image.width(), COSINE.length, frequencies));
    }
    float[] pixels = image.pixels();
    float[] rows = new float[SIDE * frequencies];
    for (int y = 0; y < SIDE; y++) {
      for (int u = 0; u < frequencies; u++) {
        float sum = 0;
        for (int x = 0; x < SIDE; x++) {
          sum += pixels[y * SIDE + x] * COSINE[u][x];
        }
        rows[y * frequencies + u] = sum;
      }
    }
    float[] coefficients = new float[frequencies * frequencies];
    for (int v = 0; v < frequencies; v++) {
      for (int u = 0; u < frequencies; u++) {
        float sum = 0;
        for (int y = 0; y < SIDE; y++) {
          sum += rows[y * frequencies + u] * COSINE[v][y];
        }
        coefficients[v * frequencies + u] = sum;
      }
    }
    float[] sorted = coefficients.clone();
    Arrays.sort(sorted);
    float median = (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    long[] signs = new long[coefficients.length / Long.SIZE];
    for (int bit = 0; bit < coefficients.length; bit++) {
      if (coefficients[bit] > median) {
        signs[bit / Long.SIZE] |= 1L << bit % Long.SIZE;
      }
    }
    return signs;
  }

  /** In how many of the 64 bits two hashes differ. */
  public static int distance(long a, long b) {
    return Long.bitCount(a ^ b);
  }

  private static float[][] cosine() {
    float[][] table = new float[MOST_FREQUENCIES][SIDE];
    for (int k = 0; k < MOST_FREQUENCIES; k++) {
      for (int x = 0; x < SIDE; x++) {
        // StrictMath: the same bits on every machine.
        table[k][x] = (float) StrictMath.cos(Math.PI * (2 * x + 1) * k / (2 * SIDE));
      }
    }
    return table;
  }
}
