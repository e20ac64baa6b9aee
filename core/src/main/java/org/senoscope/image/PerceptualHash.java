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

  /** Row k, column x: cos(π (2x + 1) k / 64). */
  private static final float[][] COSINE = cosine();

  private PerceptualHash() {}

  /** The hash of an image of any size; bit 8v + u is vertical frequency v, horizontal u. */
  public static long of(GreyImage image) {
    GreyImage small = Resampling.window(image, 0, 0, image.height(), image.width(), SIDE, SIDE);
    float[] pixels = small.pixels();
    float[] rows = new float[SIDE * FREQUENCIES];
    for (int y = 0; y < SIDE; y++) {
      for (int u = 0; u < FREQUENCIES; u++) {
        float sum = 0;
        for (int x = 0; x < SIDE; x++) {
          sum += pixels[y * SIDE + x] * COSINE[u][x];
        }
        rows[y * FREQUENCIES + u] = sum;
      }
    }
    float[] coefficients = new float[FREQUENCIES * FREQUENCIES];
    for (int v = 0; v < FREQUENCIES; v++) {
      for (int u = 0; u < FREQUENCIES; u++) {
        float sum = 0;
        for (int y = 0; y < SIDE; y++) {
          sum += rows[y * FREQUENCIES + u] * COSINE[v][y];
        }
        coefficients[v * FREQUENCIES + u] = sum;
      }
    }
    float[] sorted = coefficients.clone();
    Arrays.sort(sorted);
    float median = (sorted[31] + sorted[32]) / 2;
    long hash = 0;
    for (int bit = 0; bit < Long.SIZE; bit++) {
      if (coefficients[bit] > median) {
        hash |= 1L << bit;
      }
    }
    return hash;
  }

  /** In how many of the 64 bits two hashes differ. */
  public static int distance(long a, long b) {
    return Long.bitCount(a ^ b);
  }

  private static float[][] cosine() {
    float[][] table = new float[FREQUENCIES][SIDE];
    for (int k = 0; k < FREQUENCIES; k++) {
      for (int x = 0; x < SIDE; x++) {
        // StrictMath: the same bits on every machine.
        table[k][x] = (float) StrictMath.cos(Math.PI * (2 * x + 1) * k / (2 * SIDE));
      }
    }
    return table;
  }
}
