package org.senoscope.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Closed lines around all that reaches a level in a grid of values, found by marching squares
 * (Lorensen and Cline 1987, in the plane), their corners interpolated linearly between the values.
 */
public final class Contours {
  private Contours() {}

  /**
   * A place, in cells from the grid's top-left corner: the value of row r and column c lies at (r +
   * 0.5, c + 0.5).
   */
  public record Point(double row, double column) {}

  /**
   * The lines of a level. Beyond the grid nothing reaches it, so that every line is closed; a line
   * has what reaches the level on its left, so a hole's line runs the other way.
   *
   * @param values row by row
   * @param height rows
   * @param width columns
   * @param level above 0, which is the value beyond the grid
   * @return each line's corners in order, the first not repeated at the end
   */
  public static List<List<Point>> of(float[] values, int height, int width, float level) {
    if (!(level > 0)) {
      throw new IllegalArgumentException("A contour's level must be above 0, was " + level);
    }
    Padded grid = new Padded(values, height, width, level);
    TreeMap<Long, Long> next = new TreeMap<>();
    for (int row = 0; row <= height; row++) {
      for (int column = 0; column <= width; column++) {
        grid.cross(row, column, next);
      }
    }
    List<List<Point>> lines = new ArrayList<>();
    while (!next.isEmpty()) {
      long first = next.firstKey();
      List<Point> line = new ArrayList<>();
      Long at = first;
      do {
        line.add(grid.point(at));
        at = next.remove(at);
      } while (at != null && at != first);
      lines.add(line);
    }
    return lines;
  }

  /** Twice the area inside a line is the sum of the cross products of its sides. */
  public static double area(List<Point> line) {
    double doubled = 0;
    for (int i = 0; i < line.size(); i++) {
      Point a = line.get(i);
      Point b = line.get((i + 1) % line.size());
      doubled += a.row() * b.column() - b.row() * a.column();
    }
    return Math.abs(doubled) / 2;
  }

  /** The grid with a border of zeros; its edges are numbered, those along rows being even. */
  @SuppressWarnings("ArrayRecordComponent") // read alone
  private record Padded(float[] values, int height, int width, float level) {
    private float at(int row, int column) {
      return row < 1 || column < 1 || row > height || column > width
          ? 0
          : values[(row - 1) * width + column - 1];
    }

    private boolean reaches(int row, int column) {
      return at(row, column) >= level;
    }

    private long along(int row, int column) {
      return 2L * (row * (width + 2L) + column);
    }

    private long down(int row, int column) {
      return along(row, column) + 1;
    }

    /** Adds the lines through the square whose upper left corner is a value. */
    void cross(int row, int column, Map<Long, Long> next) {
      long top = along(row, column);
      long bottom = along(row + 1, column);
      long left = down(row, column);
      long right = down(row, column + 1);
      int reached =
          (reaches(row, column) ? 1 : 0)
              + (reaches(row, column + 1) ? 2 : 0)
              + (reaches(row + 1, column + 1) ? 4 : 0)
              + (reaches(row + 1, column) ? 8 : 0);
      switch (reached) {
        case 1 -> next.put(left, top);
        case 2 -> next.put(top, right);
        case 4 -> next.put(right, bottom);
        case 8 -> next.put(bottom, left);
        case 3 -> next.put(left, right);
        case 6 -> next.put(top, bottom);
        case 12 -> next.put(right, left);
        case 9 -> next.put(bottom, top);
        case 7 -> next.put(left, bottom);
        case 14 -> next.put(top, left);
        case 13 -> next.put(right, top);
        case 11 -> next.put(bottom, right);
        case 5 -> {
          boolean joined = joined(row, column);
          next.put(joined ? right : left, top);
          next.put(joined ? left : right, bottom);
        }
        case 10 -> {
          boolean joined = joined(row, column);
          next.put(top, joined ? left : right);
          next.put(bottom, joined ? right : left);
        }
        default -> {} // all or none: no line
      }
    }

    /** Whether the middle of a square, taken as the mean of its corners, reaches the level. */
    private boolean joined(int row, int column) {
      return at(row, column) + at(row, column + 1) + at(row + 1, column) + at(row + 1, column + 1)
          >= 4 * level;
    }

    /** Where the level lies on an edge. */
    Point point(long edge) {
      int row = (int) (edge / 2 / (width + 2));
      int column = (int) (edge / 2 % (width + 2));
      boolean down = edge % 2 == 1;
      float from = at(row, column);
      float to = down ? at(row + 1, column) : at(row, column + 1);
      double share = (level - from) / (to - from);
      double middleRow = row - 0.5 + (down ? share : 0);
      double middleColumn = column - 0.5 + (down ? 0 : share);
      return new Point(Math.clamp(middleRow, 0, height), Math.clamp(middleColumn, 0, width));
    }
  }
}
