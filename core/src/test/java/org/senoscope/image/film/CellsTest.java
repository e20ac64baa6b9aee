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
}
