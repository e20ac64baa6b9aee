package org.senoscope.image.film;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellsTest {
  private static final int HEIGHT = 19;
  private static final int WIDTH = 27;

  private static Cells random(long seed, double share) {
    Random random = new Random(seed);
    return Cells.of(HEIGHT, WIDTH, place -> random.nextDouble() < share);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5, 40})
  void dilationAndErosionAreWhatTheirDefinitionsSay(int distance) {
    Cells cells = random(distance, distance < 3 ? .9 : .03);
    Cells dilated = cells.dilated(distance);
    Cells eroded = cells.eroded(distance);
    for (int row = 0; row < HEIGHT; row++) {
      for (int column = 0; column < WIDTH; column++) {
        boolean any = false;
        boolean all = true;
        for (int down = -distance; down <= distance; down++) {
          for (int right = -distance; right <= distance; right++) {
            boolean has = has(cells, row + down, column + right);
            any |= has;
            all &= has;
          }
        }
        assertThat(dilated.has(row * WIDTH + column)).isEqualTo(any);
        assertThat(eroded.has(row * WIDTH + column)).isEqualTo(all);
      }
    }
  }

  private static boolean has(Cells cells, int row, int column) {
    return row >= 0
        && row < HEIGHT
        && column >= 0
        && column < WIDTH
        && cells.has(row * WIDTH + column);
  }

  @Test
  void theLargestPartIsOneOfThemAndHolesAreFilled() {
    String picture =
        """
        ##.....###.
        #..###..##.
        ...#.#.....
        ...###..#..""";
    String[] lines = picture.split("\n", -1);
    Cells cells = Cells.of(4, 11, place -> lines[place / 11].charAt(place % 11) == '#');
    Cells largest = cells.largestPart();
    assertThat(largest.count()).isEqualTo(8);
    assertThat(largest.has(11 + 3)).isTrue();
    assertThat(largest.filled().count()).isEqualTo(9);
    assertThat(cells.filled().count()).isEqualTo(cells.count() + 1);
    assertThat(Cells.of(4, 11, place -> false).largestPart().count()).isZero();
  }

  @Test
  void growthStaysWithinItsLimit() {
    Cells limit = random(3, .7);
    Cells start = Cells.of(HEIGHT, WIDTH, place -> place == 9 * WIDTH + 13).and(limit);
    Cells grown = start.grownWithin(limit, 6);
    assertThat(grown.without(limit).count()).isZero();
    assertThat(grown.without(start.dilated(6)).count()).isZero();
    assertThat(start.without(grown).count()).isZero();
  }

  /** Beside the plain way, cell by cell, at widths around the 64 columns of a word. */
  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 130})
  void everyOperationIsWhatItIsCellByCell(int width) {
    int height = 40;
    for (int trial = 0; trial < 20; trial++) {
      Random random = new Random(100L * width + trial);
      double share = .3 + .4 * random.nextDouble();
      Cells cells = Cells.of(height, width, place -> random.nextDouble() < share);
      Cells limit = Cells.of(height, width, place -> random.nextDouble() < .8);
      assertThat(cells.count()).isEqualTo(places(cells).length);
      assertThat(places(cells.mirrored().mirrored())).isEqualTo(places(cells));
      int distance = 1 + random.nextInt(70);
      assertThat(places(cells.dilated(distance))).isEqualTo(places(spread(cells, distance)));

      Cells grown = cells.and(limit);
      for (int step = 0; step < 7; step++) {
        assertThat(places(cells.grownWithin(limit, step))).isEqualTo(places(grown));
        grown = spread(grown, 1).and(limit);
      }

      int[] parts = parts(cells);
      int[] sizes = new int[parts.length + 1];
      for (int part : parts) {
        sizes[part]++;
      }
      int largest = 0;
      for (int place : places(cells)) {
        if (largest == 0 || sizes[parts[place]] > sizes[largest]) {
          largest = parts[place];
        }
      }
      int wanted = largest;
      assertThat(places(cells.largestPart()))
          .isEqualTo(
              places(Cells.of(height, width, place -> wanted > 0 && parts[place] == wanted)));

      Cells outside =
          Cells.of(height + 2, width + 2, place -> !within(cells, place, height, width));
      int[] regions = parts(outside);
      Cells filled =
          Cells.of(
              height,
              width,
              place ->
                  regions[(place / width + 1) * (width + 2) + place % width + 1] != regions[0]);
      assertThat(places(cells.filled())).isEqualTo(places(filled));
    }
  }

  private static boolean within(Cells cells, int framed, int height, int width) {
    int row = framed / (width + 2) - 1;
    int column = framed % (width + 2) - 1;
    return row >= 0 && row < height && column >= 0 && column < width && cells.has(row, column);
  }

  private static int[] places(Cells cells) {
    return java.util.stream.IntStream.range(0, cells.height() * cells.width())
        .filter(cells::has)
        .toArray();
  }

  private static Cells spread(Cells cells, int distance) {
    boolean[][] near = new boolean[cells.height()][cells.width()];
    for (int row = 0; row < cells.height(); row++) {
      for (int column = 0; column < cells.width(); column++) {
        if (cells.has(row, column)) {
          for (int r = Math.max(0, row - distance);
              r <= Math.min(cells.height() - 1, row + distance);
              r++) {
            java.util.Arrays.fill(
                near[r],
                Math.max(0, column - distance),
                Math.min(cells.width() - 1, column + distance) + 1,
                true);
          }
        }
      }
    }
    return Cells.of(cells.height(), cells.width(), p -> near[p / cells.width()][p % cells.width()]);
  }

  /** The part of each place, from 1, in the order of their first cells; 0 outside. */
  private static int[] parts(Cells cells) {
    int[] part = new int[cells.height() * cells.width()];
    int parts = 0;
    for (int start = 0; start < part.length; start++) {
      if (cells.has(start) && part[start] == 0) {
        parts++;
        var waiting = new java.util.ArrayDeque<Integer>(java.util.List.of(start));
        part[start] = parts;
        while (!waiting.isEmpty()) {
          int place = waiting.remove();
          int row = place / cells.width();
          int column = place % cells.width();
          int[][] sides = {
            {row - 1, column}, {row + 1, column}, {row, column - 1}, {row, column + 1}
          };
          for (int[] side : sides) {
            if (side[0] >= 0
                && side[0] < cells.height()
                && side[1] >= 0
                && side[1] < cells.width()
                && cells.has(side[0], side[1])
                && part[side[0] * cells.width() + side[1]] == 0) {
              part[side[0] * cells.width() + side[1]] = parts;
              waiting.add(side[0] * cells.width() + side[1]);
            }
          }
        }
      }
    }
    return part;
  }
}
