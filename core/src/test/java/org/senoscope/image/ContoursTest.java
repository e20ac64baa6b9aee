package org.senoscope.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.image.Contours.Point;

class ContoursTest {
  /** The law: a value lies within an odd number of lines where it reaches the level, else even. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void linesPartWhatReachesTheLevelFromWhatDoesNot(long seed) {
    Random random = new Random(seed);
    int height = 1 + random.nextInt(9);
    int width = 1 + random.nextInt(9);
    float[] values = new float[height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    for (float level : new float[] {.1f, .5f, .9f}) {
      List<List<Point>> lines = Contours.of(values, height, width, level);
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          double y = row + .5;
          double x = column + .5;
          long around = lines.stream().filter(line -> inside(line, y, x)).count();
          assertThat(around % 2 == 1)
              .as("seed %d, level %s, row %d, column %d", seed, level, row, column)
              .isEqualTo(values[row * width + column] >= level);
        }
      }
    }
  }

  @Test
  void aConesLevelIsACircle() {
    int side = 64;
    float[] values = new float[side * side];
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        double away = Math.hypot(row + .5 - 30, column + .5 - 34);
        values[row * side + column] = (float) Math.max(0, 1 - away / 40);
      }
    }
    List<List<Point>> lines = Contours.of(values, side, side, .5f);
    assertThat(lines).hasSize(1);
    for (Point point : lines.getFirst()) {
      assertThat(Math.hypot(point.row() - 30, point.column() - 34)).isCloseTo(20, within(.05));
    }
    assertThat(Contours.area(lines.getFirst())).isCloseTo(Math.PI * 400, within(5.0));
  }

  @Test
  void aHolesLineRunsTheOtherWay() {
    float[] values = new float[16];
    for (int i = 0; i < 16; i++) {
      boolean hole = i == 5 || i == 6 || i == 9 || i == 10;
      values[i] = hole ? 0 : 1;
    }
    List<List<Point>> lines = Contours.of(values, 4, 4, .5f);
    assertThat(lines).hasSize(2);
    assertThat(turn(lines.get(0)) * turn(lines.get(1))).isNegative();
  }

  @Test
  void nothingReachedHasNoLineAndLevelZeroNoMeaning() {
    assertThat(Contours.of(new float[12], 3, 4, .5f)).isEmpty();
    assertThatThrownBy(() -> Contours.of(new float[12], 3, 4, 0)).hasMessageContaining("above 0");
  }

  private static double turn(List<Point> line) {
    double doubled = 0;
    for (int i = 0; i < line.size(); i++) {
      Point a = line.get(i);
      Point b = line.get((i + 1) % line.size());
      doubled += a.row() * b.column() - b.row() * a.column();
    }
    return doubled;
  }

  private static boolean inside(List<Point> line, double y, double x) {
    boolean inside = false;
    for (int i = 0; i < line.size(); i++) {
      Point a = line.get(i);
      Point b = line.get((i + 1) % line.size());
      if (a.row() > y != b.row() > y
          && x < a.column() + (y - a.row()) / (b.row() - a.row()) * (b.column() - a.column())) {
        inside = !inside;
      }
    }
    return inside;
  }
}
