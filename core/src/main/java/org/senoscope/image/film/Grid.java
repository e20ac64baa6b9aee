package org.senoscope.image.film;

import org.senoscope.image.GreyImage;

/**
 * A small copy of an image: each cell the mean of the pixels that it covers, also in part. Computed
 * in whole numbers, so that the grid of a mirror image is the mirror image of the grid, bit for
 * bit.
 *
 * @param height rows
 * @param width columns
 * @param values row by row, 0 (black) to {@link #WHITE}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over within the package, never compared
record Grid(int height, int width, int[] values) {
  /** Full brightness. */
  static final int WHITE = 65_535;

  /** The copy whose longer side has {@code longest} cells, or as many as the image has pixels. */
  static Grid of(GreyImage image, int longest) {
    int side = Math.max(image.height(), image.width());
    if (side <= longest) {
      int[] values = new int[image.pixels().length];
      for (int i = 0; i < values.length; i++) {
        values[i] = level(image.pixels()[i]);
      }
      return new Grid(image.height(), image.width(), values);
    }
    int height = cells(image.height(), longest, side);
    int width = cells(image.width(), longest, side);
    Shares across = Shares.of(image.width(), width);
    Shares down = Shares.of(image.height(), height);
    long[] sums = new long[(height + 1) * width];
    long[] line = new long[width + 1];
    for (int row = 0; row < image.height(); row++) {
      java.util.Arrays.fill(line, 0);
      int begin = row * image.width();
      for (int column = 0; column < image.width(); column++) {
        int value = level(image.pixels()[begin + column]);
        int cell = across.cell[column];
        int first = across.first[column];
        line[cell] += (long) first * value;
        line[cell + 1] += (long) (width - first) * value;
      }
      int upper = down.cell[row] * width;
      int first = down.first[row];
      int rest = height - first;
      for (int column = 0; column < width; column++) {
        sums[upper + column] += first * line[column];
        sums[upper + width + column] += rest * line[column];
      }
    }
    long weight = (long) image.height() * image.width();
    int[] values = new int[height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) ((sums[i] + weight / 2) / weight);
    }
    return new Grid(height, width, values);
  }

  int at(int row, int column) {
    return values[row * width + column];
  }

  /** Left and right exchanged. */
  Grid mirrored() {
    int[] mirrored = new int[values.length];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        mirrored[row * width + column] = values[row * width + width - 1 - column];
      }
    }
    return new Grid(height, width, mirrored);
  }

  /** Each cell the mean of the 3 × 3 around it; beyond the edge the edge is repeated. */
  Grid blurred() {
    int[] blurred = new int[values.length];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int sum = 0;
        for (int down = -1; down <= 1; down++) {
          int y = Math.clamp(row + down, 0, height - 1);
          for (int right = -1; right <= 1; right++) {
            sum += at(y, Math.clamp(column + right, 0, width - 1));
          }
        }
        blurred[row * width + column] = sum / 9;
      }
    }
    return new Grid(height, width, blurred);
  }

  private static int cells(int pixels, int longest, int side) {
    return Math.max(1, (int) (((long) pixels * longest + side / 2) / side));
  }

  private static int level(float pixel) {
    return Math.clamp(Math.round(pixel * WHITE), 0, WHITE);
  }

  /**
   * Of each pixel along an axis: the cell that it begins in, and how much of it lies there, in
   * parts of which a pixel has as many as there are cells. What is left lies in the next cell.
   */
  private record Shares(int[] cell, int[] first) {
    static Shares of(int pixels, int cells) {
      int[] cell = new int[pixels];
      int[] first = new int[pixels];
      for (int pixel = 0; pixel < pixels; pixel++) {
        long begin = (long) pixel * cells;
        cell[pixel] = (int) (begin / pixels);
        long edge = (cell[pixel] + 1L) * pixels;
        first[pixel] = (int) (Math.min(edge, begin + cells) - begin);
      }
      return new Shares(cell, first);
    }
  }
}
