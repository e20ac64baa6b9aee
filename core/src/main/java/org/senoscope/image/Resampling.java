package org.senoscope.image;

import java.util.Arrays;

/**
 * Resamples a window of an image to a grid of another size, along rows and along columns. When
 * shrinking, most filters grow with the factor, so that every pixel of the source has its weight
 * (no aliasing). The same as Pillow's {@code resize(size, filter, box)} but without rounding
 * between the passes. Beyond the source's edge there is nothing: the weights inside are normalised
 * to 1.
 */
public final class Resampling {
  private Resampling() {}

  /** How much a source pixel weighs by its distance from the middle of the wanted pixel. */
  public enum Filter {
    /** Bilinear when growing; when shrinking a triangle-weighted mean. Pillow's BILINEAR. */
    TRIANGLE(1, true),
    /** The mean of the area that a pixel covers. Pillow's BOX. */
    BOX(.5, true),
    /** Cubic, a = −0.5; overshoots at edges. Pillow's BICUBIC. */
    CUBIC(2, true),
    /** Windowed sinc of three lobes; overshoots at edges. Pillow's LANCZOS. */
    LANCZOS(3, true),
    /** Between the two nearest pixels also when shrinking: aliases. OpenCV's INTER_LINEAR. */
    LINEAR(1, false),
    /** The one pixel below the middle: aliases. Pillow's NEAREST. */
    NEAREST(.5, false);

    private final double support;
    private final boolean grows;

    Filter(double support, boolean grows) {
      this.support = support;
      this.grows = grows;
    }

    /** Whether the result may lie beyond the values of the source. */
    public boolean overshoots() {
      return this == CUBIC || this == LANCZOS;
    }

    /** The weight at a distance, in source pixels, or wanted ones where the filter grows. */
    private double weight(double distance) {
      double x = Math.abs(distance);
      return switch (this) {
        case TRIANGLE, LINEAR -> Math.max(0, 1 - x);
        // Half-open, so that of two pixels at the same distance one is taken.
        case BOX, NEAREST -> distance > -.5 && distance <= .5 ? 1 : 0;
        case CUBIC ->
            x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-.5 * x + 2.5) * x - 4) * x + 2 : 0;
        case LANCZOS -> x < 3 ? sinc(x) * sinc(x / 3) : 0;
      };
    }

    private static double sinc(double x) {
      // StrictMath: the same bits on every machine.
      return x == 0 ? 1 : StrictMath.sin(Math.PI * x) / (Math.PI * x);
    }
  }

  /**
   * As {@link #window(GreyImage, double, double, double, double, int, int, Filter)}, by triangle.
   */
  public static GreyImage window(
      GreyImage source,
      double top,
      double left,
      double bottom,
      double right,
      int height,
      int width) {
    return window(source, top, left, bottom, right, height, width, Filter.TRIANGLE);
  }

  /**
   * Resamples a window, given by its edges in the source's pixels (they may be fractions, and lie
   * within the source), to height × width pixels.
   */
  public static GreyImage window(
      GreyImage source,
      double top,
      double left,
      double bottom,
      double right,
      int height,
      int width,
      Filter filter) {
    Taps across = Taps.of(source.width(), left, right, width, filter);
    Taps down = Taps.of(source.height(), top, bottom, height, filter);
    if (height <= source.height()) {
      // Shrinking starts along the columns: that pass runs over whole rows and is the quick one, so
      // it should be the one that sees the large image.
      float[] low = down(source.pixels(), source.width(), 0, down, height);
      return new GreyImage(height, width, across(low, source.width(), height, across, width));
    }
    // Only the rows that the second pass needs.
    int firstRow = down.first[0];
    int rows = down.first[height - 1] + down.count[height - 1] - firstRow;
    float[] part = source.pixels();
    if (rows < source.height()) {
      int begin = firstRow * source.width();
      part = Arrays.copyOfRange(part, begin, begin + rows * source.width());
    }
    float[] narrow = across(part, source.width(), rows, across, width);
    return new GreyImage(height, width, down(narrow, width, firstRow, down, height));
  }

  /** Each row of {@code from}, {@code fromWidth} wide, to {@code width}. */
  private static float[] across(float[] from, int fromWidth, int rows, Taps taps, int width) {
    float[] to = new float[Math.multiplyExact(rows, width)];
    for (int row = 0; row < rows; row++) {
      int sourceRow = row * fromWidth;
      int targetRow = row * width;
      for (int column = 0; column < width; column++) {
        int begin = sourceRow + taps.first[column];
        int weight = column * taps.stride;
        float sum = 0;
        for (int tap = 0; tap < taps.count[column]; tap++) {
          sum += from[begin + tap] * taps.weights[weight + tap];
        }
        to[targetRow + column] = sum;
      }
    }
    return to;
  }

  /** The rows of {@code from}, of which the first is the source's {@code firstRow}, to so many. */
  private static float[] down(float[] from, int width, int firstRow, Taps taps, int height) {
    float[] to = new float[Math.multiplyExact(height, width)];
    for (int row = 0; row < height; row++) {
      int target = row * width;
      for (int tap = 0; tap < taps.count[row]; tap++) {
        float weight = taps.weights[row * taps.stride + tap];
        int begin = (taps.first[row] + tap - firstRow) * width;
        for (int column = 0; column < width; column++) {
          to[target + column] += weight * from[begin + column];
        }
      }
    }
    return to;
  }

  /** For each target pixel: the first source pixel, how many follow, and their weights. */
  private static final class Taps {
    final int[] first;
    final int[] count;
    final float[] weights;
    final int stride;

    private Taps(int targetSize, int stride) {
      this.first = new int[targetSize];
      this.count = new int[targetSize];
      this.weights = new float[Math.multiplyExact(stride, targetSize)];
      this.stride = stride;
    }

    static Taps of(int sourceSize, double begin, double end, int targetSize, Filter filter) {
      double scale = (end - begin) / targetSize;
      double growth = filter.grows ? Math.max(scale, 1) : 1;
      double support = filter.support * growth;
      Taps taps = new Taps(targetSize, (int) Math.ceil(support) * 2 + 1);
      double[] raw = new double[taps.stride];
      for (int target = 0; target < targetSize; target++) {
        double centre = begin + (target + .5) * scale;
        int from = Math.max(0, (int) (centre - support + .5));
        int to = Math.min(sourceSize, (int) (centre + support + .5));
        double sum = 0;
        for (int tap = 0; tap < to - from; tap++) {
          raw[tap] = filter.weight((from + tap + .5 - centre) / growth);
          sum += raw[tap];
        }
        taps.first[target] = from;
        taps.count[target] = to - from;
        for (int tap = 0; tap < to - from; tap++) {
          taps.weights[target * taps.stride + tap] = (float) (raw[tap] / sum);
        }
      }
      return taps;
    }
  }
}
