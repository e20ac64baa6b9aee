package org.senoscope.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionCurveTest {
  private static final double EXACT = 1e-12;

  static Stream<JsonNode> cases() {
    return StreamSupport.stream(Golden.read("curves.json").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAreThoseOfTheFormula(JsonNode golden) {
    DecisionCurve curve = DecisionCurve.of(Golden.sample(golden), 1, 1);
    double[] expected = Golden.doubles(golden.get("netBenefit"));
    double[] all = Golden.doubles(golden.get("treatAll"));
    assertThat(curve.points()).hasSameSizeAs(expected);
    for (int step = 0; step < expected.length; step++) {
      DecisionCurve.Point point = curve.points().get(step);
      assertThat(point.netBenefit().value()).isCloseTo(expected[step], within(EXACT));
      assertThat(point.treatAll()).isCloseTo(all[step], within(EXACT));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void noModelIsWorthMoreThanThePrevalenceAndAllAlarmsAreTreatAll(long seed) {
    Sample sample = Samples.random(seed, 90, 2, 30, 1.5, 2);
    DecisionCurve curve = DecisionCurve.of(sample, 1, seed);
    for (DecisionCurve.Point point : curve.points()) {
      assertThat(point.netBenefit().value()).isLessThanOrEqualTo(curve.prevalence());
      assertThat(point.treatAll()).isLessThanOrEqualTo(curve.prevalence());
      boolean allAlarm =
          Arrays.stream(Samples.probabilities(sample)).allMatch(p -> p[1] >= point.threshold());
      if (allAlarm) {
        assertThat(point.netBenefit().value()).isCloseTo(point.treatAll(), within(EXACT));
      }
    }
  }

  @Test
  void perfectModelIsWorthThePrevalenceAtEveryThreshold() {
    boolean[] positive = {true, false, false, true, false};
    DecisionCurve curve =
        DecisionCurve.of(Samples.binary(positive, new double[] {1, 0, 0, 1, 0}), 1, 1);
    assertThat(curve.points())
        .allSatisfy(point -> assertThat(point.netBenefit().value()).isEqualTo(0.4));
  }

  @Test
  void modelThatNeverAlarmsIsTreatNone() {
    boolean[] positive = {true, false, false, true};
    DecisionCurve curve = DecisionCurve.of(Samples.binary(positive, new double[4]), 1, 1);
    assertThat(curve.points()).allSatisfy(point -> assertThat(point.netBenefit().value()).isZero());
  }

  @Test
  void probabilityAtTheThresholdAlarms() {
    Sample sample = Samples.binary(new boolean[] {true, false}, new double[] {0.3, 0.1});
    DecisionCurve curve = DecisionCurve.of(sample, 1, new double[] {0.3, 0.31}, 1);
    assertThat(curve.points().get(0).netBenefit().value()).isEqualTo(0.5);
    assertThat(curve.points().get(1).netBenefit().value()).isZero();
  }

  @Test
  void bandHoldsTheCurveAndCopiesWithinGroupsTellNothingNew() {
    Sample once = Samples.random(3, 60, 2, 60, 1, 0);
    int[] twice = IntStream.range(0, 120).map(i -> i / 2).toArray();
    Sample copied =
        Sample.of(
            once.labels(),
            once.positive(),
            Arrays.stream(twice).map(once::truth).toArray(),
            Arrays.stream(twice)
                .mapToObj(i -> Samples.probabilities(once)[i])
                .toArray(double[][]::new),
            twice,
            new boolean[120]);
    DecisionCurve plain = DecisionCurve.of(once, 1, 5);
    DecisionCurve grouped = DecisionCurve.of(copied, 1, 5);
    for (int step = 0; step < plain.points().size(); step++) {
      Estimate a = plain.points().get(step).netBenefit();
      Estimate b = grouped.points().get(step).netBenefit();
      assertThat(b.value()).isCloseTo(a.value(), within(EXACT));
      if (a.hasInterval()) {
        assertThat(a.value()).isBetween(a.low(), a.high());
        assertThat(b.low()).isCloseTo(a.low(), within(1e-9));
        assertThat(b.high()).isCloseTo(a.high(), within(1e-9));
      }
    }
  }

  @Test
  void jsonHasTheThreeCurves() {
    JsonNode json = DecisionCurve.of(Samples.random(1, 60, 2, 20, 1, 0), 1, 1).toJson();
    assertThat(json.get("label").asText()).isEqualTo("label1");
    JsonNode point = json.at("/points/29");
    assertThat(point.get("threshold").asDouble()).isEqualTo(0.3);
    assertThat(point.at("/netBenefit/method").asText()).contains("bootstrap of groups");
    assertThat(point.get("treatAll").isNumber()).isTrue();
    assertThat(point.get("treatNone").asDouble()).isZero();
  }
}
