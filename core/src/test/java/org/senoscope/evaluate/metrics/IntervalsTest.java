package org.senoscope.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalsTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5})
  void everyIntervalHoldsItsValueWithinItsRange(long seed) {
    Assessment assessment = Assessment.of(Samples.random(seed, 90, 3, 40, 1.2, 2), seed);
    for (Map.Entry<String, Estimate> metric : assessment.metrics().entrySet()) {
      Estimate estimate = metric.getValue();
      if (metric.getKey().equals("coverage")) {
        assertThat(estimate.hasInterval()).isFalse();
        continue;
      }
      assertThat(estimate.low()).as(metric.getKey()).isBetween(0.0, estimate.value());
      assertThat(estimate.high()).as(metric.getKey()).isGreaterThanOrEqualTo(estimate.value());
    }
  }

  @Test
  void sameSeedGivesTheSameIntervalsAndAnotherSeedOthers() {
    Sample sample = Samples.random(1, 80, 3, 30, 1, 0);
    Estimate first = Assessment.of(sample, 7).metric("balancedAccuracy");
    assertThat(Assessment.of(sample, 7).metric("balancedAccuracy")).isEqualTo(first);
    assertThat(Assessment.of(sample, 8).metric("balancedAccuracy")).isNotEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 13, 64, 100, 1_000, 9_999, 10_000, 65_536})
  void groupsAreDrawnAsTheJdkDrawsNumbers(int groups) {
    for (long seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int[] expected = new int[groups];
      for (int taken = 0; taken < groups; taken++) {
        expected[random.nextInt(groups)]++;
      }
      assertThat(GroupBootstrap.weights(groups, new SplittableRandom(seed))).isEqualTo(expected);
    }
  }

  @Test
  void aucAloneIsBootstrappedAsAmongAllMetrics() {
    Sample sample = Samples.random(1, 90, 2, 40, 1.2, 2);
    assertThat(Assessment.aucByBootstrap(sample, 1, Assessment.DRAWS, 7))
        .isEqualTo(Assessment.of(sample, 7).aucByBootstrap());
  }

  @Test
  void copiesOfEachCaseInItsGroupTellNothingNew() {
    Sample once = Samples.random(3, 60, 3, 60, 1, 0);
    int[] fourTimes = IntStream.range(0, 240).map(i -> i / 4).toArray();
    Sample copied =
        Sample.of(
            once.labels(),
            once.positive(),
            Arrays.stream(fourTimes).map(once::truth).toArray(),
            Arrays.stream(fourTimes)
                .mapToObj(i -> Samples.probabilities(once)[i])
                .toArray(double[][]::new),
            fourTimes,
            new boolean[240]);
    Assessment plain = Assessment.of(once, 5);
    Assessment grouped = Assessment.of(copied, 5);
    for (String name : List.of("auc", "balancedAccuracy", "macroF1", "brier")) {
      Estimate a = plain.metric(name);
      Estimate b = grouped.metric(name);
      assertThat(b.value()).as(name).isCloseTo(a.value(), within(1e-9));
      assertThat(b.low()).as(name).isCloseTo(a.low(), within(1e-3));
      assertThat(b.high()).as(name).isCloseTo(a.high(), within(1e-3));
    }
    Estimate a = plain.metric("accuracy");
    Estimate b = grouped.metric("accuracy");
    // The grouped interval also allows for the design effect's own uncertainty.
    assertThat(b.high() - b.low()).isBetween(a.high() - a.low(), 1.1 * (a.high() - a.low()));
  }

  @Test
  void perfectScoresStillLeaveDoubt() {
    boolean[] positive = {true, true, true, false, false, false, false, false};
    double[] score = {.9, .8, .95, .1, .2, .15, .3, .05};
    Assessment assessment = Assessment.of(Samples.binary(positive, score), 1);
    for (String name : List.of("auc", "balancedAccuracy", "accuracy", "sensitivity")) {
      assertThat(assessment.metric(name).value()).as(name).isEqualTo(1);
      assertThat(assessment.metric(name).low()).as(name).isBetween(0.1, 0.8);
      assertThat(assessment.metric(name).high()).as(name).isEqualTo(1);
    }
  }

  @Test
  void whatCannotBeComputedSaysWhy() {
    double[][] p = {{.7, .3}, {.6, .4}, {.2, .8}};
    Assessment oneLabel = Assessment.of(Sample.of(Samples.labels(2), 1, new int[] {0, 0, 0}, p), 1);
    assertThat(oneLabel.metric("auc").known()).isFalse();
    assertThat(oneLabel.metric("auc").why()).isEqualTo("no case has the label");
    assertThat(oneLabel.metric("sensitivity").why()).isEqualTo("there is no such case");

    Assessment noPositive =
        Assessment.of(Sample.of(Samples.labels(2), -1, new int[] {0, 1, 0}, p), 1);
    assertThat(noPositive.metric("sensitivity").why()).contains("no positive label");

    Assessment oneGroup =
        Assessment.of(
            Sample.of(Samples.labels(2), 1, new int[] {0, 1, 0}, p, new int[3], new boolean[3]), 1);
    for (String name : List.of("auc", "balancedAccuracy", "accuracy", "brier", "ece")) {
      assertThat(oneGroup.metric(name).known()).as(name).isTrue();
      assertThat(oneGroup.metric(name).hasInterval()).as(name).isFalse();
      assertThat(oneGroup.metric(name).why()).as(name).contains("one group");
    }
  }

  @Test
  void constantScoresHaveNoInterval() {
    double[] same = new double[20];
    Arrays.fill(same, 0.4);
    boolean[] positive = new boolean[20];
    Arrays.fill(positive, 0, 9, true);
    Estimate auc = Assessment.of(Samples.binary(positive, same), 1).metric("auc");
    assertThat(auc.value()).isEqualTo(0.5);
    assertThat(auc.why()).isEqualTo("every case has the same score");
  }

  /** Known truth: binormal scores, members of a group sharing half their variance. */
  @ParameterizedTest
  @CsvSource({"40, 1, 0.9", "20, 4, 0.8", "50, 3, 0.9"})
  void aucIntervalsCoverTheTruthAboutNineteenTimesInTwenty(int groups, int size, double truth) {
    double gap = Math.sqrt(2) * quantile(truth);
    int studies = 300;
    int covered = 0;
    for (int study = 0; study < studies; study++) {
      Estimate auc = new Intervals(study(study, groups, size, gap), study).auc();
      covered += auc.low() <= truth && truth <= auc.high() ? 1 : 0;
    }
    assertThat(covered / (double) studies).isBetween(0.92, 0.995);
  }

  private static Sample study(long seed, int groups, int size, double gap) {
    Random random = new Random(seed);
    int n = groups * size;
    int[] truth = new int[n];
    int[] group = new int[n];
    double[][] p = new double[n][];
    for (int i = 0; i < n; i++) {
      group[i] = i / size;
    }
    double[] effect = random.doubles(groups).map(u -> random.nextGaussian()).toArray();
    boolean[] positive = new boolean[groups];
    for (int g = 0; g < groups; g++) {
      positive[g] = g < 2 || (g >= 4 && random.nextDouble() < 0.35);
    }
    double shared = size == 1 ? 0 : 0.5;
    for (int i = 0; i < n; i++) {
      truth[i] = positive[group[i]] ? 1 : 0;
      double score =
          Math.sqrt(shared) * effect[group[i]]
              + Math.sqrt(1 - shared) * random.nextGaussian()
              + truth[i] * gap;
      double probability = 1 / (1 + Math.exp(-score));
      p[i] = new double[] {1 - probability, probability};
    }
    return Sample.of(Samples.labels(2), 1, truth, p, group, new boolean[n]);
  }

  private static double quantile(double share) {
    double low = 0;
    double high = 5;
    for (int step = 0; step < 60; step++) {
      double middle = (low + high) / 2;
      if (1 - Normal.below(-middle) < share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @ParameterizedTest
  @CsvSource({"1, 12.706205", "2, 4.302653", "3, 3.182446", "12, 2.178813", "400, 1.965912"})
  void studentsTIsThatOfTheTables(int freedom, double quantile) {
    assertThat(StudentT.quantile(freedom)).isCloseTo(quantile, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.5", "-1.959963984540054, 0.025", "-3, 0.0013498980316300945"})
  void normalIsThatOfTheTables(double point, double below) {
    assertThat(Normal.below(point)).isCloseTo(below, within(1e-14));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 0.025, 0.3, 0.5, 0.8, 0.999})
  void quantileTurnsTheNormalDistributionRound(double share) {
    assertThat(Normal.cumulative(Normal.quantile(share))).isCloseTo(share, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 12, 400})
  void aTwentiethLiesBeyondTheQuantileOnEitherSide(int freedom) {
    double quantile = StudentT.quantile(freedom);
    assertThat(StudentT.twoSided(quantile, freedom)).isCloseTo(0.05, within(1e-9));
    assertThat(StudentT.twoSided(-quantile, freedom)).isCloseTo(0.05, within(1e-9));
    assertThat(StudentT.twoSided(0, freedom)).isEqualTo(1);
  }

  @Test
  void noiseFloorIsWhatACalibratedModelShows() {
    Random random = new Random(4);
    double mean = 0;
    double floor = 0;
    double high = 0;
    for (int study = 0; study < 60; study++) {
      int n = 200;
      int[] truth = new int[n];
      double[][] p = new double[n][];
      for (int i = 0; i < n; i++) {
        // The same probabilities in every study, so that all have the same floor.
        double positive = (i + 0.5) / n;
        p[i] = new double[] {1 - positive, positive};
        truth[i] = random.nextDouble() < positive ? 1 : 0;
      }
      Sample sample = Sample.of(Samples.labels(2), 1, truth, p);
      mean += sample.measure().ece() / 60;
      TopLabelCalibration calibration = TopLabelCalibration.of(sample, study);
      floor = calibration.noiseFloor();
      high = calibration.noiseFloorHigh();
    }
    assertThat(floor).isCloseTo(mean, within(0.01));
    assertThat(high).isGreaterThan(floor);
  }
}
