package org.senoscope.image.film;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * A set of a grid's cells. The operations are those of mathematical morphology with squares, which
 * turn with the film. Immutable.
 *
 * <p>One bit for each cell, 64 columns of a row in a word: the operations work on words, and a
 * window of any size is a union of few shifted ones (its width in doublings).
 */
final class Cells {
  private final int height;
  private final int width;
  private final int words;

  /** Row by row; the bits beyond the width are 0. */
  private final long[] bits;

  private Cells(int height, int width, long[] bits) {
    this.height = height;
    this.width = width;
    this.words = words(width);
    this.bits = bits;
  }

  private static int words(int width) {
    return (width + 63) >>> 6;
  }

  /** The cells whose place, row by row, is inside. */
  static Cells of(int height, int width, IntPredicate inside) {
    int words = words(width);
    long[] bits = new long[height * words];
    int place = 0;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        if (inside.test(place++)) {
          bits[row * words + (column >> 6)] |= 1L << column;
        }
      }
    }
    return new Cells(height, width, bits);
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  /** Whether a place, row by row, is inside. */
  boolean has(int place) {
    return has(place / width, place % width);
  }

  /** Whether a cell is inside. */
  boolean has(int row, int column) {
    return (bits[row * words + (column >> 6)] >>> column & 1) != 0;
  }

  /** How many are inside. */
  int count() {
    int count = 0;
    for (long word : bits) {
      count += Long.bitCount(word);
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
    for (int row = 0; row < height; row++) {
      for (int word = 0; word < words; word++) {
        for (long rest = bits[row * words + word]; rest != 0; rest &= rest - 1) {
          int column = 64 * word + Long.numberOfTrailingZeros(rest);
          count++;
          sum += column;
          left = Math.min(left, column);
          right = Math.max(right, column + 1);
        }
      }
    }
    return 2 * sum + count > (left + (long) right) * count;
  }

  /** Left and right exchanged. */
  Cells mirrored() {
    return of(height, width, place -> has(place / width, width - 1 - place % width));
  }

  Cells and(Cells other) {
    long[] both = bits.clone();
    for (int i = 0; i < both.length; i++) {
      both[i] &= other.bits[i];
    }
    return new Cells(height, width, both);
  }

  Cells or(Cells other) {
    long[] some = bits.clone();
    for (int i = 0; i < some.length; i++) {
      some[i] |= other.bits[i];
    }
    return new Cells(height, width, some);
  }

  Cells without(Cells other) {
    long[] rest = bits.clone();
    for (int i = 0; i < rest.length; i++) {
      rest[i] &= ~other.bits[i];
    }
    return new Cells(height, width, rest);
  }

  /** All cells at most {@code distance} rows and columns away from one inside. */
  Cells dilated(int distance) {
    // No window reaches further than the grid.
    int reach = Math.min(distance, Math.max(height, width));
    Cells framed = framed(reach);
    framed.spread(2 * reach + 1);
    return framed.cut(height, width, 2 * reach);
  }

  /** The cells of which all within {@code distance} rows and columns are inside; beyond is not. */
  Cells eroded(int distance) {
    int reach = Math.min(distance, Math.max(height, width));
    Cells framed = framed(reach).complement();
    framed.spread(2 * reach + 1);
    return framed.cut(height, width, 2 * reach).complement();
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
    Cells grown = and(limit);
    for (int step = 0; step < steps; step++) {
      Cells further = grown.dilated(1).and(limit);
      if (Arrays.equals(further.bits, grown.bits)) {
        return grown;
      }
      grown = further;
    }
    return grown;
  }

  /** The largest set of cells that touch by their sides; of equal ones the first from the top. */
  Cells largestPart() {
    Runs runs = Runs.of(this);
    return runs.count() == 0 ? this : runs.part(runs.largest());
  }

  /** With all that cannot be reached from the edge without crossing it. */
  Cells filled() {
    // Its first run is of the frame's upper left corner, from which all of the edge is reached.
    Runs outside = Runs.of(framed(1).complement());
    return outside.part(outside.partOf(0)).complement().cut(height, width, 1);
  }

  /** With so many rows and columns more on each side, none of them inside. */
  private Cells framed(int more) {
    int wide = words(width + 2 * more);
    long[] wider = new long[(height + 2 * more) * wide];
    for (int row = 0; row < height; row++) {
      int to = (row + more) * wide + (more >> 6);
      for (int word = 0; word < words; word++) {
        long from = bits[row * words + word];
        wider[to + word] |= from << more;
        if ((more & 63) != 0 && from >>> (64 - (more & 63)) != 0) {
          wider[to + word + 1] |= from >>> (64 - (more & 63));
        }
      }
    }
    return new Cells(height + 2 * more, width + 2 * more, wider);
  }

  /** The cells that are not inside. */
  private Cells complement() {
    long[] outside = new long[bits.length];
    int beyond = 64 * words - width;
    for (int row = 0; row < height; row++) {
      for (int word = 0; word < words; word++) {
        outside[row * words + word] = ~bits[row * words + word];
      }
      outside[row * words + words - 1] &= -1L >>> beyond;
    }
    return new Cells(height, width, outside);
  }

  /**
   * Spreads every cell over a square below and to the right of it, in place; what would leave the
   * grid is lost.
   *
   * @param side of the square
   */
  private void spread(int side) {
    for (int reached = 1; reached < side; ) {
      int step = Math.min(reached, side - reached);
      for (int row = 0; row < height; row++) {
        joinShifted(row * words, step);
      }
      reached += step;
    }
    for (int reached = 1; reached < side; ) {
      int step = Math.min(reached, side - reached);
      // From the last row on, so that each takes what the one above was before.
      for (int i = bits.length - 1; i >= step * words; i--) {
        bits[i] |= bits[i - step * words];
      }
      reached += step;
    }
    int beyond = 64 * words - width;
    for (int row = 0; row < height; row++) {
      bits[row * words + words - 1] &= -1L >>> beyond;
    }
  }

  /** Joins a row with itself moved to the right. */
  private void joinShifted(int row, int columns) {
    int far = columns >> 6;
    int near = columns & 63;
    for (int word = words - 1; word >= far; word--) {
      long moved = bits[row + word - far] << near;
      if (near != 0 && word > far) {
        moved |= bits[row + word - far - 1] >>> (64 - near);
      }
      bits[row + word] |= moved;
    }
  }

  /** The grid of that size that begins so many rows and columns from the upper left. */
  private Cells cut(int rows, int columns, int from) {
    int less = words(columns);
    long[] part = new long[rows * less];
    int far = from >> 6;
    int near = from & 63;
    int beyond = 64 * less - columns;
    for (int row = 0; row < rows; row++) {
      int source = (row + from) * words + far;
      int end = (row + from + 1) * words;
      for (int word = 0; word < less; word++) {
        long value = bits[source + word] >>> near;
        if (near != 0 && source + word + 1 < end) {
          value |= bits[source + word + 1] << (64 - near);
        }
        part[row * less + word] = value;
      }
      part[row * less + less - 1] &= -1L >>> beyond;
    }
    return new Cells(rows, columns, part);
  }

  /** Word {@code word} of a row: 64 columns, the first in the lowest bit. */
  long word(int row, int word) {
    return bits[row * words + word];
  }

  /** Words of a row. */
  int words() {
    return words;
  }

  /** The cells that runs cover. */
  static Cells covered(int height, int width, int[] rows, int[] begins, int[] ends, int count) {
    int words = words(width);
    long[] bits = new long[height * words];
    for (int run = 0; run < count; run++) {
      int row = rows[run] * words;
      int first = begins[run] >> 6;
      int last = (ends[run] - 1) >> 6;
      for (int word = first; word <= last; word++) {
        long from = word == first ? -1L << begins[run] : -1L;
        long to = word == last ? -1L >>> (63 - ((ends[run] - 1) & 63)) : -1L;
        bits[row + word] |= from & to;
      }
    }
    return new Cells(height, width, bits);
  }
}
