package org.senoscope.train;

import java.nio.FloatBuffer;
import org.senoscope.dataset.importer.LesionMask;
import org.senoscope.image.steps.Geometry;

/**
 * What a mask head learns from: which share of each of its places the lesion covers, 0..1. Made of
 * a reader's mask by the very steps and the very draw that the image goes through.
 *
 * @param rows places down
 * @param columns places across
 */
record LesionTargets(int rows, int columns) {
  /** Points along each side of a place at which the mask is looked up. */
  private static final int POINTS = 4;

  /** How many places. */
  int size() {
    return rows * columns;
  }

  /**
   * A mask as the prepared image shows it: (height, width), 1 inside and 0 outside the lesion or
   * beyond the image.
   *
   * @param geometry where the prepared image's pixels lie in the image as read
   * @param height of the prepared image
   * @param width of the prepared image
   */
  static byte[] prepared(LesionMask mask, Geometry geometry, int height, int width) {
    int[] from = places(geometry.rows(), height, mask.height());
    int[] across = places(geometry.columns(), width, mask.width());
    byte[] inside = new byte[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        if (from[row] >= 0 && across[column] >= 0 && mask.contains(from[row], across[column])) {
          inside[row * width + column] = 1;
        }
      }
    }
    return inside;
  }

  /** Which pixel of a mask lies under the middle of each prepared one; below 0 for none. */
  private static int[] places(Geometry.Axis axis, int prepared, int length) {
    int[] places = new int[prepared];
    for (int i = 0; i < prepared; i++) {
      double at = i + 0.5;
      double read = (at - axis.shift()) / axis.scale() * length / axis.length();
      int place = (int) Math.floor(read);
      places[i] =
          at >= axis.begin() && at <= axis.end() && place >= 0 && place < length ? place : -1;
    }
    return places;
  }

  /**
   * The targets of a prepared mask after a draw.
   *
   * @param inside (height, width), as {@link #prepared} gives it
   * @param target receives rows × columns shares from position {@code at}
   */
  void write(
      Augmentation.Draw draw, byte[] inside, int height, int width, FloatBuffer target, int at) {
    double middleRow = (height - 1) / 2.0;
    double middleColumn = (width - 1) / 2.0;
    double rowOrigin = middleRow + draw.rowShift() * height;
    double columnOrigin = middleColumn + draw.columnShift() * width;
    double high = (double) height / (rows * POINTS);
    double wide = (double) width / (columns * POINTS);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int covered = 0;
        for (int point = 0; point < POINTS * POINTS; point++) {
          double down = (row * POINTS + point / POINTS + 0.5) * high - 0.5 - middleRow;
          double right = (column * POINTS + point % POINTS + 0.5) * wide - 0.5 - middleColumn;
          long sourceRow =
              Math.round(rowOrigin + draw.rowByRow() * down + draw.rowByColumn() * right);
          long sourceColumn =
              Math.round(columnOrigin + draw.columnByRow() * down + draw.columnByColumn() * right);
          if (sourceRow >= 0
              && sourceColumn >= 0
              && sourceRow < height
              && sourceColumn < width
              && inside[(int) (sourceRow * width + sourceColumn)] != 0) {
            covered++;
          }
        }
        target.put(at + row * columns + column, (float) covered / (POINTS * POINTS));
      }
    }
  }
}
