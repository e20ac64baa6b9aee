package org.senoscope.image.film;

import java.util.Optional;

/** Seeks the border of the pectoral muscle on a grid whose chest wall is on the left. */
final class MuscleBorder {
  /** How far to both sides of the border brightness is compared, cells. */
  private static final int NEAR = 1;

  private static final int FAR = 5;

  /** A larger step counts no more than this: one vessel must not carry a line. */
  private static final double LARGEST_STEP = .12;

  /** The least mean step along the border, in brightness. */
  private static final double LEAST_STEP = .025;

  /** The least share of the border's places that step down. */
  private static final double LEAST_STEADY = .8;

  /** How much of the corner must be tissue. */
  private static final double LEAST_TISSUE = .9;

  /** How far below the film's upper edge the tissue may begin, as a share of its height. */
  private static final double HIGHEST = .06;

  /** The smallest muscle's width at the upper edge, cells. */
  private static final int NARROWEST = 6;

  private static final double NARROWEST_SHARE = .125;

  /** The first look tries every fourth border. */
  private static final int COARSE = 4;

  /** How far the border may leave the straight line, as a share of the breast's width. */
  private static final double LARGEST_BEND = .12;

  private final Grid grid;
  private final Cells tissue;
  private final int top;
  private final int left;
  private final int tall;
  private final int wide;

  private MuscleBorder(Grid grid, Cells tissue) {
    this.grid = grid;
    this.tissue = tissue;
    int first = grid.height();
    int last = -1;
    int from = grid.width();
    int to = -1;
    for (int row = 0; row < grid.height(); row++) {
      for (int column = 0; column < grid.width(); column++) {
        if (tissue.has(row * grid.width() + column)) {
          first = Math.min(first, row);
          last = row;
          from = Math.min(from, column);
          to = Math.max(to, column);
        }
      }
    }
    this.top = first;
    this.left = from;
    this.tall = last - first + 1;
    this.wide = to - from + 1;
  }

  /**
   * The muscle's reach in each row of the grid, cells from the grid's left edge; empty where no
   * border is steady enough.
   */
  static Optional<double[]> find(Grid grid, Cells tissue) {
    if (tissue.count() == 0) {
      return Optional.empty();
    }
    MuscleBorder border = new MuscleBorder(grid.blurred(), tissue);
    return border.line().map(border::followed).filter(border::isBroad);
  }

  /**
   * A straight border.
   *
   * @param across cells from the breast's left edge where it meets the upper one
   * @param down cells from the upper edge where it meets the left one
   */
  private record Line(int across, int down, double score) {}

  private Optional<Line> line() {
    // A muscle reaches the film's upper edge, a craniocaudal view's breast seldom does.
    if (top > grid.height() * HIGHEST) {
      return Optional.empty();
    }
    Line best = new Line(0, 0, 0);
    for (int across = wide / 6; across <= wide; across += COARSE) {
      for (int down = tall / 6; down <= tall * 9 / 10; down += COARSE) {
        best = better(best, across, down);
      }
    }
    if (best.score == 0) {
      return Optional.empty();
    }
    Line coarse = best;
    for (int across = coarse.across - COARSE + 1; across < coarse.across + COARSE; across++) {
      for (int down = coarse.down - COARSE + 1; down < coarse.down + COARSE; down++) {
        best = better(best, across, down);
      }
    }
    return Optional.of(best);
  }

  private Line better(Line best, int across, int down) {
    // From 35 to 80 degrees above the horizontal.
    if (across < NARROWEST || 10 * down < 7 * across || 10 * down > 57 * across) {
      return best;
    }
    Line line = scored(across, down);
    return line.score > best.score ? line : best;
  }

  private Line scored(int across, int down) {
    double length = Math.hypot(across, down);
    double normalRow = -across / length;
    double normalColumn = -down / length;
    int places = (int) length;
    double sum = 0;
    int steady = 0;
    int seen = 0;
    for (int place = 1; place < places; place += 2) {
      double share = (double) place / places;
      double row = top + share * down;
      double column = left + (1 - share) * across;
      double step = step(row, column, normalRow, normalColumn);
      if (Double.isNaN(step)) {
        continue;
      }
      seen++;
      sum += Math.clamp(step, -LARGEST_STEP, LARGEST_STEP);
      steady += step > 0 ? 1 : 0;
    }
    if (seen < places * 3 / 8
        || sum < LEAST_STEP * seen
        || steady < LEAST_STEADY * seen
        || tissueShare(across, down) < LEAST_TISSUE) {
      return new Line(across, down, 0);
    }
    return new Line(across, down, sum / seen);
  }

  /** Brightness towards the corner less that away from it; NaN where the grid ends. */
  private double step(double row, double column, double normalRow, double normalColumn) {
    double sum = 0;
    for (int distance = NEAR; distance <= FAR; distance++) {
      double inner = at(row + distance * normalRow, column + distance * normalColumn);
      double outer = at(row - distance * normalRow, column - distance * normalColumn);
      if (Double.isNaN(inner) || Double.isNaN(outer)) {
        return Double.NaN;
      }
      sum += inner - outer;
    }
    return sum / (FAR - NEAR + 1);
  }

  private double at(double row, double column) {
    int y = (int) Math.floor(row);
    int x = (int) Math.floor(column);
    if (y < 0 || x < 0 || y >= grid.height() || x >= grid.width()) {
      return Double.NaN;
    }
    return (double) grid.at(y, x) / Grid.WHITE;
  }

  private double tissueShare(int across, int down) {
    int inside = 0;
    int all = 0;
    for (int row = 0; row < down; row += 2) {
      int reach = across * (down - row) / down;
      for (int column = 0; column < reach; column += 2) {
        all++;
        inside += tissue.has((top + row) * grid.width() + left + column) ? 1 : 0;
      }
    }
    return all == 0 ? 0 : (double) inside / all;
  }

  /** The way with the largest steps that stays near the line and bends little from row to row. */
  private double[] followed(Line line) {
    int bend = Math.max(2, (int) (LARGEST_BEND * wide));
    // The border often bends before it meets the chest wall, so it is followed further down.
    int rows = Math.min(tall, line.down * 4 / 3);
    int choices = 2 * bend + 1;
    double[][] best = new double[rows][choices];
    int[][] from = new int[rows][choices];
    double length = Math.hypot(line.across, line.down);
    double normalRow = -line.across / length;
    double normalColumn = -line.down / length;
    for (int row = 0; row < rows; row++) {
      for (int choice = 0; choice < choices; choice++) {
        double column = column(line, row, choice - bend);
        double step = column < left ? 0 : step(top + row + .5, column, normalRow, normalColumn);
        // Not held down as for the line: of a high step the middle is wanted, not its slopes.
        double gain = Double.isNaN(step) ? 0 : step;
        int chosen = choice;
        if (row > 0) {
          for (int other = choice - 1; other <= choice + 1; other++) {
            if (other >= 0
                && other < choices
                && value(best, row, other, choice) > value(best, row, chosen, choice)) {
              chosen = other;
            }
          }
          gain += value(best, row, chosen, choice);
        }
        best[row][choice] = gain;
        from[row][choice] = chosen;
      }
    }
    int choice = bend;
    for (int other = 0; other < choices; other++) {
      if (best[rows - 1][other] > best[rows - 1][choice]) {
        choice = other;
      }
    }
    double[] reach = new double[grid.height()];
    for (int row = rows - 1; row >= 0; row--) {
      reach[top + row] = Math.max(0, column(line, row, choice - bend));
      choice = from[row][choice];
    }
    java.util.Arrays.fill(reach, 0, top, reach[top]);
    return reach;
  }

  /** A white frame along the chest wall steps down, too, but it is narrow. */
  private boolean isBroad(double[] reach) {
    return reach[top] - left >= wide * NARROWEST_SHARE;
  }

  /** Bending costs a little, so that in even places the border goes on as the line does. */
  private static double value(double[][] best, int row, int from, int to) {
    return best[row - 1][from] - (from == to ? 0 : LEAST_STEP / 4);
  }

  private double column(Line line, int row, int beside) {
    return left + line.across * (line.down - row - .5) / line.down + beside;
  }
}
