package org.senoscope.refusal;

import java.util.Random;
import java.util.stream.IntStream;

/**
 * Rows of unit length, and how far another row is from the nearest of them by its angle: what an
 * image shows, whatever its contrast. Source: Sun et al., "Out-of-distribution detection with deep
 * nearest neighbors", ICML 2022.
 *
 * @param rows (n, d) row by row, each of unit length
 * @param columns d, above 0
 */
@SuppressWarnings("ArrayRecordComponent") // internal to the package, never compared
record Neighbours(float[] rows, int columns) {
  /** Which neighbour is measured: the nearest one alone may be an odd image. */
  private static final int NEIGHBOUR = 5;

  /** Most rows that are kept, a bundle's megabytes being dear; a fair sample of more. */
  private static final int MOST_ROWS = 512;

  Neighbours {
    if (columns < 1 || rows.length == 0 || rows.length % columns != 0) {
      throw new IllegalArgumentException(
          "%d values are no rows of %d columns".formatted(rows.length, columns));
    }
  }

  /**
   * Keeps rows, at most {@value #MOST_ROWS}.
   *
   * @param seed of the sample where there are more
   */
  static Neighbours of(float[][] rows, long seed) {
    int[] kept = IntStream.range(0, rows.length).toArray();
    if (rows.length > MOST_ROWS) {
      Random random = new Random(seed);
      for (int i = 0; i < MOST_ROWS; i++) {
        int other = i + random.nextInt(rows.length - i);
        int place = kept[other];
        kept[other] = kept[i];
        kept[i] = place;
      }
      kept = java.util.Arrays.copyOf(kept, MOST_ROWS);
    }
    int columns = rows[0].length;
    float[] flat = new float[kept.length * columns];
    for (int i = 0; i < kept.length; i++) {
      System.arraycopy(unit(rows[kept[i]]), 0, flat, i * columns, columns);
    }
    return new Neighbours(flat, columns);
  }

  /** One minus the cosine of the angle to the row's fifth neighbour, 0..2. */
  double distance(float[] row) {
    if (row.length != columns) {
      throw new IllegalArgumentException(
          "a row must have %d columns, has %d".formatted(columns, row.length));
    }
    return distance(row, NEIGHBOUR);
  }

  /** The same for one of the rows themselves, which is not its own neighbour. */
  double distanceAmong(int index) {
    return distance(
        java.util.Arrays.copyOfRange(rows, index * columns, (index + 1) * columns), NEIGHBOUR + 1);
  }

  int count() {
    return rows.length / columns;
  }

  private double distance(float[] row, int neighbour) {
    float[] unit = unit(row);
    int which = Math.min(neighbour, count());
    double[] nearest = new double[which]; // descending
    java.util.Arrays.fill(nearest, -1);
    for (int start = 0; start < rows.length; start += columns) {
      double cosine = 0;
      for (int column = 0; column < columns; column++) {
        cosine += rows[start + column] * unit[column];
      }
      if (cosine > nearest[which - 1]) {
        int place = which - 1;
        while (place > 0 && nearest[place - 1] < cosine) {
          nearest[place] = nearest[place - 1];
          place--;
        }
        nearest[place] = cosine;
      }
    }
    return 1 - Math.clamp(nearest[which - 1], -1, 1);
  }

  private static float[] unit(float[] row) {
    double squares = 0;
    for (float value : row) {
      squares += (double) value * value;
    }
    float length = (float) Math.sqrt(squares);
    float[] unit = new float[row.length];
    for (int column = 0; column < row.length && length > 0; column++) {
      unit[column] = row[column] / length;
    }
    return unit;
  }
}
