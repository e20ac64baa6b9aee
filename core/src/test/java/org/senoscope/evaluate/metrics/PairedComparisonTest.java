package org.senoscope.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairedComparisonTest {
  private static final double EXACT = 1e-9;

  static Stream<JsonNode> pairs() {
    return StreamSupport.stream(Golden.read("comparison.json").get("pairs").spliterator(), false);
  }

  static Stream<JsonNode> mcnemar() {
    return StreamSupport.stream(Golden.read("comparison.json").get("mcnemar").spliterator(), false);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2})
  void modelDoesNotDifferFromItself(long seed) {
    Sample sample = Samples.random(seed, 80, 3, 30, 1, 2);
    PairedComparison comparison = PairedComparison.of(sample, sample, seed);
    for (Map.Entry<String, Difference> metric : comparison.metrics().entrySet()) {
      assertThat(metric.getValue().estimate().value()).as(metric.getKey()).isZero();
      assertThat(metric.getValue().p()).as(metric.getKey()).isEqualTo(1);
    }
    assertThat(comparison.mcNemar()).isEqualTo(new McNemar(0, 0, 1, 1));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void otherWayRoundTurnsTheSign(long seed) {
    Sample first = Samples.random(seed, 90, 3, 35, 1.2, 0);
    Sample second = rescored(first, seed, 1);
    PairedComparison there = PairedComparison.of(first, second, 5);
    PairedComparison back = PairedComparison.of(second, first, 5);
    for (String name : there.metrics().keySet()) {
      Difference a = there.metric(name);
      Difference b = back.metric(name);
      assertThat(b.estimate().value()).as(name).isCloseTo(-a.estimate().value(), within(EXACT));
      if (a.estimate().hasInterval()) {
        assertThat(b.estimate().low()).as(name).isCloseTo(-a.estimate().high(), within(EXACT));
        assertThat(b.estimate().high()).as(name).isCloseTo(-a.estimate().low(), within(EXACT));
        assertThat(b.p()).as(name).isCloseTo(a.p(), within(EXACT));
      }
    }
    assertThat(back.mcNemar().midP()).isEqualTo(there.mcNemar().midP());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void intervalLeavesZeroOutJustWherePIsBelowFivePercent(long seed) {
    Sample first = Samples.random(seed, 60, 2, 25, 1.0, 0);
    PairedComparison comparison =
        PairedComparison.of(first, rescored(first, seed, seed / 4.0), seed);
    for (Map.Entry<String, Difference> metric : comparison.metrics().entrySet()) {
      Difference difference = metric.getValue();
      Estimate estimate = difference.estimate();
      // At the very edge the draws' interpolation decides.
      if (estimate.hasInterval() && Math.abs(difference.p() - 0.05) > 0.004) {
        assertThat(estimate.low() > 0 || estimate.high() < 0)
            .as(metric.getKey())
            .isEqualTo(difference.p() < 0.05);
      }
    }
  }

  @Test
  void pairingNarrowsTheInterval() {
    Sample first = Samples.random(2, 150, 2, 150, 1.0, 0);
    PairedComparison comparison = PairedComparison.of(first, rescored(first, 3, 0.2), 3);
    double paired =
        comparison.metric("auc").estimate().high() - comparison.metric("auc").estimate().low();
    Estimate alone = new Intervals(first, 3).auc();
    assertThat(paired).isLessThan(0.7 * (alone.high() - alone.low()));
  }

  @Test
  void bootstrapAndDeLongAgreeWithManyGroups() {
    Sample first = Samples.random(4, 900, 2, 300, 1.0, 0);
    PairedComparison comparison = PairedComparison.of(first, rescored(first, 4, 0.5), 4);
    Estimate formula = comparison.metric("auc").estimate();
    Estimate drawn = comparison.aucByBootstrap().estimate();
    assertThat(drawn.value()).isCloseTo(formula.value(), within(EXACT));
    double width = formula.high() - formula.low();
    assertThat(drawn.low()).isCloseTo(formula.low(), within(0.1 * width));
    assertThat(drawn.high()).isCloseTo(formula.high(), within(0.1 * width));
  }

  /** Two models of one kind: nothing differs in truth, so p lies below .05 once in twenty. */
  @ParameterizedTest
  @CsvSource({"60, 1", "40, 4"})
  void equalModelsAreFoundDifferentOnceInTwenty(int groups, int size) {
    int studies = 400;
    int found = 0;
    Random random = new Random(11);
    for (int study = 0; study < studies; study++) {
      int n = groups * size;
      int[] truth = new int[n];
      int[] group = new int[n];
      double[][] one = new double[n][];
      double[][] two = new double[n][];
      double[] mine = random.doubles(groups).map(u -> random.nextGaussian()).toArray();
      double[] yours = random.doubles(groups).map(u -> random.nextGaussian()).toArray();
      for (int i = 0; i < n; i++) {
        group[i] = i / size;
        truth[i] = group[i] % 3 == 0 ? 1 : 0;
        double shared = random.nextGaussian();
        one[i] = pair(truth[i] + shared + mine[group[i]]);
        two[i] = pair(truth[i] + shared + yours[group[i]]);
      }
      boolean[] none = new boolean[n];
      Sample first = Sample.of(Samples.labels(2), 1, truth, one, group, none);
      Sample second = Sample.of(Samples.labels(2), 1, truth, two, group, none);
      DeLong a = DeLong.of(first, 1);
      DeLong b = DeLong.of(second, 1);
      double error = Math.sqrt(a.varianceOfDifference(b, first, 1));
      found += StudentT.twoSided((a.auc() - b.auc()) / error, a.fewest() - 1) < 0.05 ? 1 : 0;
    }
    // .05 give or take three standard errors.
    assertThat(found / (double) studies).isBetween(0.017, 0.083);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void pairedDeLongIsThatOfThePublishedFormula(JsonNode golden) {
    Sample first = Golden.sample(golden, "first");
    Sample second = Golden.sample(golden, "second");
    DeLong one = DeLong.of(first, 1);
    double variance = one.varianceOfDifference(DeLong.of(second, 1), first, 1);
    assertThat(variance).isCloseTo(golden.get("variance").asDouble(), within(1e-12));
    Difference auc = PairedComparison.of(first, second, 1).metric("auc");
    assertThat(auc.estimate().value())
        .isCloseTo(golden.get("difference").asDouble(), within(EXACT));
    assertThat(auc.p()).isCloseTo(golden.get("p").asDouble(), within(EXACT));
    assertThat(auc.estimate().low()).isCloseTo(golden.get("low").asDouble(), within(EXACT));
    assertThat(auc.estimate().high()).isCloseTo(golden.get("high").asDouble(), within(EXACT));
  }

  @ParameterizedTest
  @MethodSource("mcnemar")
  void mcNemarIsThatOfStatsmodels(JsonNode golden) {
    McNemar test = McNemar.of(golden.get("b").asInt(), golden.get("c").asInt());
    assertThat(test.exact()).isCloseTo(golden.get("exact").asDouble(), within(EXACT));
    assertThat(test.midP()).isCloseTo(golden.get("midP").asDouble(), within(EXACT));
  }

  @Test
  void mcNemarCountsCasesThatOneGetsRight() {
    boolean[] positive = {true, true, true, false, false};
    Sample first = Samples.binary(positive, new double[] {.9, .9, .2, .1, .8});
    Sample second = Samples.binary(positive, new double[] {.9, .1, .1, .9, .1});
    assertThat(PairedComparison.of(first, second, 1).mcNemar())
        .extracting(McNemar::onlyFirst, McNemar::onlySecond)
        .containsExactly(2, 1);
  }

  @Test
  void differentCasesAreRefused() {
    Sample first = Samples.random(1, 40, 2, 20, 1, 0);
    assertThatThrownBy(() -> PairedComparison.of(first, Samples.random(1, 41, 2, 20, 1, 0), 1))
        .hasMessageContaining("were 40 and 41");
    assertThatThrownBy(() -> PairedComparison.of(first, Samples.random(2, 40, 2, 20, 1, 0), 1))
        .hasMessageContaining("case");
    assertThatThrownBy(() -> PairedComparison.of(first, Samples.random(1, 40, 3, 20, 1, 0), 1))
        .hasMessageContaining("same labels");
  }

  @Test
  void jsonIsThatOfTheContract() {
    Sample first = Samples.random(1, 60, 2, 30, 1, 0);
    JsonNode json = PairedComparison.of(first, rescored(first, 1, 1), 1).toJson();
    JsonNode auc = json.at("/metrics/auc");
    for (String field : new String[] {"value", "low", "high", "p", "first", "second"}) {
      assertThat(auc.get(field).isNumber()).as(field).isTrue();
    }
    assertThat(auc.get("method").asText()).contains("paired DeLong over groups");
    assertThat(auc.get("first").asDouble() - auc.get("second").asDouble())
        .isCloseTo(auc.get("value").asDouble(), within(EXACT));
    assertThat(json.at("/mcnemar/assumes").asText()).isEqualTo("independent cases");
    assertThat(json.at("/mcnemar/bootstrapOverGroups/p").isNumber()).isTrue();
    // No case was referred by either: nothing to tell apart, and no interval.
    assertThat(json.at("/metrics/coverage/low").isNull()).isTrue();
    assertThat(json.at("/metrics/coverage/why").asText()).isNotEmpty();
  }

  private static double[] pair(double score) {
    double p = 1 / (1 + Math.exp(-score));
    return new double[] {1 - p, p};
  }

  /** The same cases by a model whose probabilities are noisier. */
  private static Sample rescored(Sample sample, long seed, double noise) {
    Random random = new Random(seed);
    double[][] p = Samples.probabilities(sample);
    for (double[] row : p) {
      double sum = 0;
      for (int label = 0; label < row.length; label++) {
        row[label] *= Math.exp(noise * random.nextGaussian());
        sum += row[label];
      }
      for (int label = 0; label < row.length; label++) {
        row[label] = Math.min(1, row[label] / sum);
      }
    }
    return Sample.of(
        sample.labels(),
        sample.positive(),
        Samples.truth(sample),
        p,
        Samples.group(sample),
        new boolean[sample.size()]);
  }
}
