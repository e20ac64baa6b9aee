package org.senoscope.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrecisionRecallTest {
  private static final double EXACT = 1e-12;

  static Stream<JsonNode> cases() {
    return StreamSupport.stream(Golden.read("curves.json").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void curveAndAreaAreThoseOfScikitLearn(JsonNode golden) {
    PrecisionRecall curve = PrecisionRecall.of(Golden.sample(golden), 1, 1);
    assertThat(curve.averagePrecision().value())
        .isCloseTo(golden.get("averagePrecision").asDouble(), within(EXACT));
    double[] precision = Golden.doubles(golden.get("precision"));
    double[] recall = Golden.doubles(golden.get("recall"));
    assertThat(curve.points()).hasSameSizeAs(precision);
    for (int i = 0; i < precision.length; i++) {
      assertThat(curve.points().get(i).precision()).isCloseTo(precision[i], within(EXACT));
      assertThat(curve.points().get(i).recall()).isCloseTo(recall[i], within(EXACT));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void areaIsTheSumOfTheStepsAndTheLastPointIsThePrevalence(long seed) {
    Sample sample = Samples.random(seed, 90, 3, 30, 1.5, seed % 2 == 0 ? 1 : 0);
    PrecisionRecall curve = PrecisionRecall.of(sample, 2, seed);
    double area = 0;
    double before = 0;
    for (PrecisionRecall.Point point : curve.points()) {
      area += (point.recall() - before) * point.precision();
      before = point.recall();
    }
    assertThat(curve.averagePrecision().value()).isCloseTo(area, within(EXACT));
    assertThat(before).isEqualTo(1);
    assertThat(curve.points().getLast().precision()).isEqualTo(curve.prevalence());
    assertThat(curve.averagePrecision().low()).isLessThan(curve.averagePrecision().high());
  }

  @Test
  void onlyTheOrderOfTheScoresMatters() {
    boolean[] positive = {true, false, true, true, false};
    PrecisionRecall plain =
        PrecisionRecall.of(Samples.binary(positive, new double[] {.9, .8, .7, .3, .1}), 1, 1);
    PrecisionRecall bent =
        PrecisionRecall.of(Samples.binary(positive, new double[] {.99, .6, .5, .2, .19}), 1, 1);
    assertThat(bent.averagePrecision()).isEqualTo(plain.averagePrecision());
    // 1/3 · 1 + 1/3 · 2/3 + 1/3 · 3/4
    assertThat(plain.averagePrecision().value()).isCloseTo(29 / 36.0, within(EXACT));
    assertThat(plain.atRecall(.5).precision()).isCloseTo(2 / 3.0, within(EXACT));
  }

  @Test
  void fileHoldsEachPercentOfRecall() {
    Sample sample = Samples.random(5, 60, 2, 30, 1.5, 0);
    JsonNode json = PrecisionRecall.of(sample, 1, 1).toJson();
    List<Double> recalls =
        json.path("points").valueStream().map(point -> point.path("recall").asDouble()).toList();
    assertThat(recalls).hasSize(100).isSorted().last().isEqualTo(1.0);
    for (int step = 1; step <= 100; step++) {
      assertThat(recalls.get(step - 1)).isGreaterThanOrEqualTo(step / 100.0 - EXACT);
    }
  }

  @Test
  void noCaseWithTheLabelHasNoCurve() {
    Sample sample = Samples.binary(new boolean[] {false, false}, new double[] {.3, .6});
    assertThatThrownBy(() -> PrecisionRecall.of(sample, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
