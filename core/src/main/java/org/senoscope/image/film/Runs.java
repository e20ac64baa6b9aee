package org.senoscope.image.film;

import java.util.Arrays;

/**
 * The runs of cells side by side in a row, from the top left, and which of them touch by their
 * sides: a part is named by its first run.
 */
final class Runs {
  private final int height;
  private final int width;
  private int[] rows = new int[64];
  private int[] begins = new int[64];
  private int[] ends = new int[64];
  private int[] firsts = new int[64];
  private int count;

  private Runs(int height, int width) {
    this.height = height;
    this.width = width;
  }

  static Runs of(Cells cells) {
    Runs runs = new Runs(cells.height(), cells.width());
    int above = 0;
    for (int row = 0; row < cells.height(); row++) {
      int begun = runs.count;
      runs.read(cells, row);
      runs.joinRows(above, begun);
      above = begun;
    }
    return runs;
  }

  /** Adds the runs of a row. */
  private void read(Cells cells, int row) {
    int column = next(cells, row, 0, true);
    while (column < width) {
      int end = next(cells, row, column, false);
      if (count == rows.length) {
        rows = Arrays.copyOf(rows, 2 * count);
        begins = Arrays.copyOf(begins, 2 * count);
        ends = Arrays.copyOf(ends, 2 * count);
        firsts = Arrays.copyOf(firsts, 2 * count);
      }
      rows[count] = row;
      begins[count] = column;
      ends[count] = end;
      firsts[count] = count;
      count++;
      column = next(cells, row, end, true);
    }
  }

  /** The first column from one on that is inside, or is not; the width where there is none. */
  private int next(Cells cells, int row, int from, boolean inside) {
    for (int word = from >> 6; word < cells.words(); word++) {
      long wanted = inside ? cells.word(row, word) : ~cells.word(row, word);
      if (word == from >> 6) {
        wanted &= -1L << from;
      }
      if (wanted != 0) {
        return Math.min(width, 64 * word + Long.numberOfTrailingZeros(wanted));
      }
    }
    return width;
  }

  /** Joins the runs from {@code begun} on with those of the row above that they touch. */
  private void joinRows(int above, int begun) {
    int upper = above;
    for (int run = begun; run < count; run++) {
      while (upper < begun && ends[upper] <= begins[run]) {
        upper++;
      }
      for (int touching = upper; touching < begun && begins[touching] < ends[run]; touching++) {
        join(touching, run);
      }
    }
  }

  private void join(int a, int b) {
    int first = partOf(a);
    int second = partOf(b);
    firsts[Math.max(first, second)] = Math.min(first, second);
  }

  /** How many runs there are. */
  int count() {
    return count;
  }

  /** The part that a run is of. */
  int partOf(int run) {
    int part = run;
    while (firsts[part] != part) {
      firsts[part] = firsts[firsts[part]];
      part = firsts[part];
    }
    return part;
  }

  /** The part of most cells; of equal ones the first. */
  int largest() {
    int[] sizes = new int[count];
    for (int run = 0; run < count; run++) {
      sizes[partOf(run)] += ends[run] - begins[run];
    }
    int largest = 0;
    for (int part = 1; part < count; part++) {
      largest = sizes[part] > sizes[largest] ? part : largest;
    }
    return largest;
  }

  /** The cells of a part. */
  Cells part(int wanted) {
    int[] partRows = new int[count];
    int[] partBegins = new int[count];
    int[] partEnds = new int[count];
    int kept = 0;
    for (int run = 0; run < count; run++) {
      if (partOf(run) == wanted) {
        partRows[kept] = rows[run];
        partBegins[kept] = begins[run];
        partEnds[kept++] = ends[run];
      }
    }
    return Cells.covered(height, width, partRows, partBegins, partEnds, kept);
  }
}
