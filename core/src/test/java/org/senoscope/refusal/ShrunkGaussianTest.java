package org.senoscope.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.senoscope.files.Json;

class ShrunkGaussianTest {
  @Test
  void agreesWithScikitLearn() throws IOException {
    JsonNode golden;
    try (var in =
        Objects.requireNonNull(
            ShrunkGaussianTest.class.getResourceAsStream("shrunk-gaussian.json"))) {
      golden = Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "golden");
    }
    assertThat(golden.path("cases")).hasSize(3);
    for (JsonNode each : golden.path("cases")) {
      ShrunkGaussian fitted = ShrunkGaussian.fit(rows(each.path("rows")));
      float[][] others = rows(each.path("others"));
      for (int i = 0; i < others.length; i++) {
        double expected = each.path("distances").path(i).doubleValue();
        assertThat(fitted.distance(others[i])).isCloseTo(expected, within(1e-4 * expected));
      }
    }
  }

  @Test
  void isBlindToTheUnitOfEachColumn() {
    float[][] rows = random(new Random(3), 60, 5);
    float[][] scaled = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      scaled[i] = changed(rows[i]);
    }
    float[] other = {3, -1, 0, 2, 2};
    assertThat(ShrunkGaussian.fit(scaled).distance(changed(other)))
        .isCloseTo(ShrunkGaussian.fit(rows).distance(other), within(1e-3));
  }

  private static float[] changed(float[] row) {
    float[] changed = row.clone();
    changed[1] = 100 * row[1] - 7;
    changed[4] = -row[4] / 8;
    return changed;
  }

  @Test
  void ofItsOwnDistributionTheMeanDistanceIsNearOne() {
    Random random = new Random(5);
    ShrunkGaussian fitted = ShrunkGaussian.fit(random(random, 4000, 6));
    double sum = 0;
    for (float[] row : random(random, 2000, 6)) {
      sum += fitted.distance(row);
    }
    assertThat(sum / 2000).isCloseTo(1, within(0.05));
  }

  @Test
  void aColumnThatNeverVariesIsNotInfinitelyStrange() {
    float[][] rows = random(new Random(9), 30, 3);
    for (float[] row : rows) {
      row[2] = 0;
    }
    ShrunkGaussian fitted = ShrunkGaussian.fit(rows, new float[] {0, 0, 0.1f});
    assertThat(fitted.distance(new float[] {0, 0, 0.1f})).isLessThan(10);
    assertThat(fitted.distance(new float[] {0, 0, 10})).isGreaterThan(100);
  }

  @Test
  void rowsThatAreAllAlikeGiveFiniteDistances() {
    float[][] rows = new float[20][4];
    ShrunkGaussian fitted = ShrunkGaussian.fit(rows);
    assertThat(fitted.distance(new float[4])).isZero();
    assertThat(fitted.distance(new float[] {0, 1, 0, 0})).isFinite().isPositive();
  }

  private static float[][] random(Random random, int count, int columns) {
    float[][] rows = new float[count][columns];
    for (float[] row : rows) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static float[][] rows(JsonNode json) {
    float[][] rows = new float[json.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[json.path(i).size()];
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] = json.path(i).path(j).floatValue();
      }
    }
    return rows;
  }
}
