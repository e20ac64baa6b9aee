package org.senoscope.dataset.audit;

import org.senoscope.image.likeness.Texture;

/**
 * Where one image lies on another, and how well their textures agree there.
 *
 * @param top of the one image's frame, as a part of the other's height; 0 when the frames agree
 * @param left as a part of the other's width; 0 when the frames agree
 * @param bottom 1 when the frames agree
 * @param right 1 when the frames agree
 * @param correlation of the two textures where they overlap, -1..1
 */
record Alignment(double top, double left, double bottom, double right, double correlation) {
  /** How far an edge may lie from the other's: 5% cut off either image, and the same again. */
  private static final double REACH = 0.13;

  /** What a move does to top, left, bottom, right: shift, zoom, or move one edge. */
  private static final int[][] MOVES = {
    {1, 0, 1, 0},
    {0, 1, 0, 1},
    {1, 1, -1, -1},
    {1, 0, 0, 0},
    {0, 1, 0, 0},
    {0, 0, 1, 0},
    {0, 0, 0, 1}
  };

  /**
   * The one image is the other with a margin cut off.
   *
   * @param margin cut off each side, as a part of the side; below 0 when the other was cut
   */
  static Alignment cut(double margin, Texture one, Texture other) {
    return new Alignment(margin, margin, 1 - margin, 1 - margin, -1).measured(one, other);
  }

  /** The same frame, with the correlation of these textures (one side for both). */
  Alignment measured(Texture one, Texture other) {
    return new Alignment(
        top, left, bottom, right, correlation(one, other, top, left, bottom, right));
  }

  /**
   * Climbs from this frame to the best nearby: moves by the first step while one helps, then by
   * half of it, and so on down to the last. The correlation must be of these textures.
   */
  Alignment climb(Texture one, Texture other, double firstStep, double lastStep) {
    Alignment best = this;
    for (double step = firstStep; step >= lastStep; step /= 2) {
      double before;
      do {
        before = best.correlation;
        Alignment from = best;
        for (int[] move : MOVES) {
          best = better(best, from.moved(move, step), one, other);
          best = better(best, from.moved(move, -step), one, other);
        }
      } while (best.correlation > before);
    }
    return best;
  }

  private static Alignment better(Alignment best, Alignment moved, Texture one, Texture other) {
    if (!moved.isNear()) {
      return best;
    }
    Alignment tried = moved.measured(one, other);
    return tried.correlation > best.correlation ? tried : best;
  }

  private Alignment moved(int[] move, double by) {
    return new Alignment(
        top + move[0] * by, left + move[1] * by, bottom + move[2] * by, right + move[3] * by, -1);
  }

  private boolean isNear() {
    return Math.abs(top) <= REACH
        && Math.abs(left) <= REACH
        && Math.abs(bottom - 1) <= REACH
        && Math.abs(right - 1) <= REACH;
  }

  private static double correlation(
      Texture one, Texture other, double top, double left, double bottom, double right) {
    int side = one.side();
    if (other.side() != side) {
      throw new IllegalArgumentException(
          "Textures must have one side, were %d and %d".formatted(side, other.side()));
    }
    float[] a = one.values();
    float[] b = other.values();
    int[] columns = new int[side];
    float[] columnParts = new float[side];
    places(left, right, columns, columnParts);
    int[] rows = new int[side];
    float[] rowParts = new float[side];
    places(top, bottom, rows, rowParts);
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int y = 0; y < side; y++) {
      if (rows[y] < 0) {
        continue;
      }
      float down = rowParts[y];
      int row = rows[y] * side;
      float rowAb = 0;
      float rowAa = 0;
      float rowBb = 0;
      for (int x = 0; x < side; x++) {
        if (columns[x] < 0) {
          continue;
        }
        int at = row + columns[x];
        float across = columnParts[x];
        float upper = b[at] + across * (b[at + 1] - b[at]);
        float lower = b[at + side] + across * (b[at + side + 1] - b[at + side]);
        float there = upper + down * (lower - upper);
        float here = a[y * side + x];
        rowAb += here * there;
        rowAa += here * here;
        rowBb += there * there;
      }
      ab += rowAb;
      aa += rowAa;
      bb += rowBb;
    }
    return aa <= 0 || bb <= 0 ? 0 : ab / Math.sqrt(aa * bb);
  }

  /** For each of one's pixels: the other's pixel before its place (-1: none), and how far on. */
  private static void places(double begin, double end, int[] before, float[] parts) {
    int side = before.length;
    for (int i = 0; i < side; i++) {
      double place = (begin + (end - begin) * (i + 0.5) / side) * side - 0.5;
      if (place < -0.5 || place > side - 0.5) {
        before[i] = -1;
      } else {
        before[i] = Math.clamp((int) Math.floor(place), 0, side - 2);
        parts[i] = (float) Math.clamp(place - before[i], 0.0, 1.0);
      }
    }
  }
}
