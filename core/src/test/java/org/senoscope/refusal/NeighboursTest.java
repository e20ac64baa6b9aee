package org.senoscope.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NeighboursTest {
  private final Random random = new Random(11);

  @Test
  void isTheFifthSmallestOfAllAngles() {
    float[][] rows = rows(40, 7);
    Neighbours neighbours = Neighbours.of(rows, 1);
    for (float[] row : rows(20, 7)) {
      double[] all =
          Arrays.stream(rows).mapToDouble(other -> 1 - cosine(row, other)).sorted().toArray();
      assertThat(neighbours.distance(row)).isCloseTo(all[4], within(1e-5));
    }
  }

  @Test
  void aRowIsNotItsOwnNeighbour() {
    float[][] rows = rows(40, 7);
    Neighbours neighbours = Neighbours.of(rows, 1);
    for (int i = 0; i < rows.length; i++) {
      float[] row = rows[i];
      double[] all =
          Arrays.stream(rows).mapToDouble(other -> 1 - cosine(row, other)).sorted().toArray();
      assertThat(neighbours.distanceAmong(i)).isCloseTo(all[5], within(1e-5));
    }
  }

  @Test
  void brightnessOfTheImageDoesNotCount() {
    Neighbours neighbours = Neighbours.of(rows(40, 7), 1);
    float[] row = rows(1, 7)[0];
    float[] brighter = row.clone();
    for (int i = 0; i < brighter.length; i++) {
      brighter[i] *= 9;
    }
    assertThat(neighbours.distance(brighter)).isCloseTo(neighbours.distance(row), within(1e-6));
  }

  @Test
  void keepsAFairSampleOfMany() {
    Neighbours neighbours = Neighbours.of(rows(2000, 3), 1);
    assertThat(neighbours.count()).isEqualTo(512);
    assertThat(Neighbours.of(rows(3, 3), 1).distance(new float[] {1, 0, 0})).isBetween(0.0, 2.0);
  }

  @Test
  void aRowOfZerosHasNoDirectionAndIsFar() {
    assertThat(Neighbours.of(rows(20, 3), 1).distance(new float[3])).isEqualTo(1);
  }

  private static double cosine(float[] one, float[] other) {
    double product = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < one.length; i++) {
      product += one[i] * other[i];
      left += one[i] * one[i];
      right += other[i] * other[i];
    }
    return product / Math.sqrt(left * right);
  }

  private float[][] rows(int count, int columns) {
    float[][] rows = new float[count][columns];
    for (float[] row : rows) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian() + 0.3f;
      }
    }
    return rows;
  }
}
