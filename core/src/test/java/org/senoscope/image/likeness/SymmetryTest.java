package org.senoscope.image.likeness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SymmetryTest {
  private static final int SIDE = 3;

  private static final float[] GRID = {1, 2, 3, 4, 5, 6, 7, 8, 9};

  private static float[] times(Symmetry symmetry, float[] values, int times) {
    float[] result = values;
    for (int i = 0; i < times; i++) {
      result = symmetry.of(result, SIDE);
    }
    return result;
  }

  @Test
  void mirroringChangesLeftAndRight() {
    assertThat(new Symmetry(true, 0).of(GRID, SIDE)).containsExactly(3, 2, 1, 6, 5, 4, 9, 8, 7);
  }

  @Test
  void aQuarterTurnIsClockwise() {
    assertThat(new Symmetry(false, 1).of(GRID, SIDE)).containsExactly(7, 4, 1, 8, 5, 2, 9, 6, 3);
  }

  @Test
  void turnsAreThatManyQuartersAfterTheMirror() {
    Symmetry quarter = new Symmetry(false, 1);
    for (Symmetry each : Symmetry.ALL) {
      float[] begun = each.mirrored() ? new Symmetry(true, 0).of(GRID, SIDE) : GRID;
      assertThat(each.of(GRID, SIDE)).containsExactly(times(quarter, begun, each.quarterTurns()));
    }
    assertThat(times(quarter, GRID, 4)).containsExactly(GRID);
  }

  @Test
  void thereAreEightAndTheyDiffer() {
    Set<List<Float>> grids = new HashSet<>();
    for (Symmetry each : Symmetry.ALL) {
      List<Float> values = new ArrayList<>();
      for (float value : each.of(GRID, SIDE)) {
        values.add(value);
      }
      grids.add(values);
    }
    assertThat(grids).hasSize(8).contains(Arrays.asList(1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f));
  }
}
