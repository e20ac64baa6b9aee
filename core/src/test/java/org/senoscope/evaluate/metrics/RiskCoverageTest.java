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

class RiskCoverageTest {
  private static final double EXACT = 1e-12;

  static Stream<JsonNode> cases() {
    return StreamSupport.stream(Golden.read("curves.json").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAreThoseOfTheDefinition(JsonNode golden) {
    RiskCoverage curve = RiskCoverage.of(Golden.sample(golden), 1);
    assertThat(curve.aurc().value()).isCloseTo(golden.get("aurc").asDouble(), within(EXACT));
    double[] expected = Golden.doubles(golden.get("selectiveAccuracy"));
    double[] kept = Golden.doubles(golden.get("kept"));
    assertThat(curve.points()).hasSameSizeAs(expected);
    for (int step = 0; step < expected.length; step++) {
      RiskCoverage.Point point = curve.points().get(step);
      assertThat(point.selectiveAccuracy().value()).isCloseTo(expected[step], within(EXACT));
      assertThat(point.kept()).isCloseTo(kept[step], within(EXACT));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void fullCoverageIsAccuracyAndEachPointKeepsAtLeastWhatWasAsked(long seed) {
    Sample sample = Samples.random(seed, 90, 3, 30, 1.5, seed % 2 == 0 ? 1 : 0);
    RiskCoverage curve = RiskCoverage.of(sample, seed);
    assertThat(curve.at(1).selectiveAccuracy().value())
        .isCloseTo(sample.measure().accuracy(), within(EXACT));
    double before = 0;
    for (RiskCoverage.Point point : curve.points()) {
      assertThat(point.kept()).isGreaterThanOrEqualTo(point.coverage());
      assertThat(point.kept()).isGreaterThanOrEqualTo(before);
      before = point.kept();
    }
  }

  @Test
  void equalConfidenceIsKeptOrRefusedTogether() {
    // Confidences .9 (right), .8 (right, wrong, right), .6 (wrong).
    boolean[] positive = {true, true, true, false, true};
    double[] score = {.9, .8, .2, .2, .4};
    RiskCoverage curve =
        RiskCoverage.of(Samples.binary(positive, score), new double[] {.2, .4, .8, .9}, 1);
    assertThat(curve.at(.2).selectiveAccuracy().value()).isEqualTo(1);
    for (double coverage : new double[] {.4, .8}) {
      assertThat(curve.at(coverage).kept()).isEqualTo(.8);
      assertThat(curve.at(coverage).threshold()).isEqualTo(.8);
      assertThat(curve.at(coverage).selectiveAccuracy().value()).isEqualTo(.75);
    }
    assertThat(curve.at(.9).kept()).isEqualTo(1);
    // Risks 0, 1/4 (three cases) and 2/5 (one), over five cases.
    assertThat(curve.aurc().value()).isCloseTo((3 * .25 + .4) / 5, within(EXACT));
  }

  @Test
  void constantConfidenceGivesTheErrorRateAsArea() {
    boolean[] positive = {true, false, true, true};
    RiskCoverage curve =
        RiskCoverage.of(Samples.binary(positive, new double[] {.7, .7, .7, .7}), 1);
    assertThat(curve.aurc().value()).isEqualTo(.25);
    assertThat(curve.points())
        .allSatisfy(p -> assertThat(p.selectiveAccuracy().value()).isEqualTo(.75));
  }

  @Test
  void perfectModelHasNoAreaAndStillLeavesDoubt() {
    boolean[] positive = {true, false, true, false, true, false};
    RiskCoverage curve =
        RiskCoverage.of(Samples.binary(positive, new double[] {.9, .2, .8, .3, .7, .1}), 1);
    assertThat(curve.aurc().value()).isZero();
    assertThat(curve.at(1).selectiveAccuracy().low()).isBetween(.3, .8);
    assertThat(curve.at(.5).selectiveAccuracy().low())
        .isLessThan(curve.at(1).selectiveAccuracy().low());
  }

  @Test
  void bandIsOrderedAndTheSameForTheSameSeed() {
    Sample sample = Samples.random(2, 120, 3, 40, 1.5, 0);
    RiskCoverage curve = RiskCoverage.of(sample, 4);
    assertThat(RiskCoverage.of(sample, 4)).isEqualTo(curve);
    List<RiskCoverage.Point> late = curve.points().subList(50, 100);
    assertThat(late)
        .allSatisfy(
            p ->
                assertThat(p.selectiveAccuracy().value())
                    .isBetween(p.selectiveAccuracy().low(), p.selectiveAccuracy().high()));
  }

  @Test
  void coverageBeyondTheRangeIsRefused() {
    Sample sample = Samples.random(2, 20, 3, 20, 1.5, 0);
    assertThatThrownBy(() -> RiskCoverage.of(sample, new double[] {0.5, 1.2}, 1))
        .hasMessageContaining("up to 1, were [0.5, 1.2]");
    assertThatThrownBy(() -> RiskCoverage.of(sample, new double[] {0.5}, 1).at(0.6))
        .hasMessageContaining("no coverage of 0.6");
  }

  @Test
  void jsonIsThatOfTheContract() {
    JsonNode json = RiskCoverage.of(Samples.random(1, 60, 3, 20, 1, 0), 1).toJson();
    assertThat(json.at("/aurc/value").isNumber()).isTrue();
    assertThat(json.at("/aurc/method").asText()).contains("bootstrap of groups");
    assertThat(json.at("/points/79/coverage").asDouble()).isEqualTo(0.8);
    assertThat(json.at("/points/79/selectiveAccuracy/low").isNumber()).isTrue();
  }
}
