package org.senoscope.image.film;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * A set of a grid's cells. The operations are those of mathematical morphology with squares, which
 * turn with the film. Immutable.
 */
final class Cells {
  private final int height;
  private final int width;
  private final boolean[] inside;

  private Cells(int height, int width, boolean[] inside) {
    this.height = height;
    this.width = width;
    this.inside = inside;
  }

  /** The cells whose place, row by row, is inside. */
  static Cells of(int height, int width, IntPredicate inside) {
    boolean[] cells = new boolean[height * width];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = inside.test(i);
    }
    return new Cells(height, width, cells);
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  /** Whether a place, row by row, is inside. */
  boolean has(int place) {
    return inside[place];
  }

  /** How many are inside. */
  int count() {
    int count = 0;
    for (boolean each : inside) {
      count += each ? 1 : 0;
    }
    return count;
  }

  /**
   * Whether the middle of the cells lies to the right of that of their box. A breast is broad at
   * the chest wall and narrow at the nipple, so there the chest wall is.
   */
  boolean isBroaderOnTheRight() {
    long count = 0;
    long sum = 0;
    int left = width;
    int right = 0;
    for (int place = 0; place < inside.length; place++) {
      if (inside[place]) {
        int column = place % width;
        count++;
        sum += column;
        left = Math.min(left, column);
        right = Math.max(right, column + 1);
      }
    }
    return 2 * sum + count > (left + (long) right) * count;
  }

  /** Left and right exchanged. */
  Cells mirrored() {
    return of(height, width, place -> inside[place - place % width + width - 1 - place % width]);
  }

  Cells and(Cells other) {
    return of(height, width, place -> inside[place] && other.inside[place]);
  }

  Cells or(Cells other) {
    return of(height, width, place -> inside[place] || other.inside[place]);
  }

  Cells without(Cells other) {
    return of(height, width, place -> inside[place] && !other.inside[place]);
  }

  /** All cells at most {@code distance} rows and columns away from one inside. */
  Cells dilated(int distance) {
    return transposedWindow(distance).transposedWindow(distance);
  }

  /** The cells of which all within {@code distance} rows and columns are inside; beyond is not. */
  Cells eroded(int distance) {
    // Beyond the edge lies outside, so the complement must reach in from there.
    Cells framed = framedComplement();
    Cells outside = framed.dilated(distance);
    return of(
        height,
        width,
        place -> !outside.inside[(place / width + 1) * (width + 2) + place % width + 1]);
  }

  /** With gaps filled that are at most {@code 2 * distance} wide. */
  Cells closed(int distance) {
    return dilated(distance).eroded(distance).or(this);
  }

  /** Without what is narrower than {@code 2 * distance + 1}. */
  Cells opened(int distance) {
    return eroded(distance).dilated(distance);
  }

  /** Dilates step by step, but never beyond the limit. */
  Cells grownWithin(Cells limit, int steps) {
    boolean[] grown = new boolean[inside.length];
    int[] queue = new int[inside.length];
    int end = 0;
    for (int place = 0; place < inside.length; place++) {
      if (inside[place] && limit.inside[place]) {
        grown[place] = true;
        queue[end++] = place;
      }
    }
    int begin = 0;
    for (int step = 0; step < steps && begin < end; step++) {
      int last = end;
      for (; begin < last; begin++) {
        int row = queue[begin] / width;
        int column = queue[begin] % width;
        for (int y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
          for (int x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
            int place = y * width + x;
            if (!grown[place] && limit.inside[place]) {
              grown[place] = true;
              queue[end++] = place;
            }
          }
        }
      }
    }
    return new Cells(height, width, grown);
  }

  /** The largest set of cells that touch by their sides; of equal ones the first from the top. */
  Cells largestPart() {
    int[] part = new int[inside.length];
    int[] queue = new int[inside.length];
    int largest = 0;
    int largestSize = 0;
    int parts = 0;
    for (int start = 0; start < inside.length; start++) {
      if (inside[start] && part[start] == 0) {
        parts++;
        int size = flood(start, parts, part, queue);
        if (size > largestSize) {
          largestSize = size;
          largest = parts;
        }
      }
    }
    int chosen = largest;
    return of(height, width, place -> chosen > 0 && part[place] == chosen);
  }

  /** What is not inside, with one row and column more on each side. */
  private Cells framedComplement() {
    return of(
        height + 2,
        width + 2,
        place -> {
          int row = place / (width + 2) - 1;
          int column = place % (width + 2) - 1;
          return row < 0
              || row >= height
              || column < 0
              || column >= width
              || !inside[row * width + column];
        });
  }

  /** With all that cannot be reached from the edge without crossing it. */
  Cells filled() {
    Cells framed = framedComplement();
    int[] part = new int[framed.inside.length];
    framed.flood(0, 1, part, new int[framed.inside.length]);
    return of(
        height, width, place -> part[(place / width + 1) * (width + 2) + place % width + 1] == 0);
  }

  private int flood(int start, int number, int[] part, int[] queue) {
    int size = 0;
    queue[size++] = start;
    part[start] = number;
    for (int done = 0; done < size; done++) {
      int place = queue[done];
      int column = place % width;
      size = visit(place - width, place >= width, number, part, queue, size);
      size = visit(place + width, place + width < inside.length, number, part, queue, size);
      size = visit(place - 1, column > 0, number, part, queue, size);
      size = visit(place + 1, column + 1 < width, number, part, queue, size);
    }
    return size;
  }

  private int visit(int place, boolean exists, int number, int[] part, int[] queue, int size) {
    if (!exists || !inside[place] || part[place] != 0) {
      return size;
    }
    part[place] = number;
    queue[size] = place;
    return size + 1;
  }

  /** Spreads along columns and exchanges rows and columns: twice is a square. */
  private Cells transposedWindow(int distance) {
    boolean[] spread = new boolean[inside.length];
    int[] reach = new int[width];
    for (int row = 0; row < height; row++) {
      Arrays.fill(reach, Integer.MAX_VALUE);
      int last = -1;
      for (int column = 0; column < width; column++) {
        last = inside[row * width + column] ? column : last;
        reach[column] = last < 0 ? Integer.MAX_VALUE : column - last;
      }
      last = -1;
      for (int column = width - 1; column >= 0; column--) {
        last = inside[row * width + column] ? column : last;
        int back = last < 0 ? Integer.MAX_VALUE : last - column;
        spread[column * height + row] = Math.min(reach[column], back) <= distance;
      }
    }
    return new Cells(width, height, spread);
  }
}
