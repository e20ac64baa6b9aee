package org.senoscope.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold of any metric, for many random samples. */
class MetricLawsTest {
  private static final double EXACT = 1e-12;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void aucDoesNotChangeUnderAnyRisingTransform(long seed) {
    boolean[] positive = flags(seed, 40);
    double[] score = scores(seed, 40, seed % 2 == 0);
    double auc = Samples.binary(positive, score).measure().auc();
    List<DoubleUnaryOperator> rising = List.of(s -> s * s, s -> s / 7 + 0.3, Math::sqrt);
    for (DoubleUnaryOperator transform : rising) {
      double[] moved = Arrays.stream(score).map(transform).toArray();
      assertThat(Samples.binary(positive, moved).measure().auc()).isCloseTo(auc, within(EXACT));
      assertThat(DeLong.of(Samples.binary(positive, moved), 1).variance())
          .isCloseTo(DeLong.of(Samples.binary(positive, score), 1).variance(), within(EXACT));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void aucOfTheOppositeScoreIsTheRest(long seed) {
    boolean[] positive = flags(seed, 40);
    double[] score = scores(seed, 40, seed % 2 == 0);
    double[] opposite = Arrays.stream(score).map(s -> 1 - s).toArray();
    assertThat(Samples.binary(positive, opposite).measure().auc())
        .isCloseTo(1 - Samples.binary(positive, score).measure().auc(), within(EXACT));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void equalScoresGiveOneHalf(long seed) {
    double[] same = new double[30];
    Arrays.fill(same, 0.25);
    assertThat(Samples.binary(flags(seed, 30), same).measure().auc()).isEqualTo(0.5);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void orderOfTheCasesDoesNotMatter(long seed) {
    Sample sample = Samples.random(seed, 70, 3, 30, 1, 2);
    int[] order = shuffled(seed, 70);
    Sample shuffled =
        Sample.of(
            sample.labels(),
            sample.positive(),
            pick(Samples.truth(sample), order),
            Arrays.stream(order)
                .mapToObj(i -> Samples.probabilities(sample)[i])
                .toArray(double[][]::new),
            pick(Samples.group(sample), order),
            new boolean[70]);
    Assessment one = Assessment.of(sample, 9);
    Assessment other = Assessment.of(shuffled, 9);
    for (String name : one.metrics().keySet()) {
      Estimate a = one.metric(name);
      Estimate b = other.metric(name);
      assertThat(b.value()).as(name).isCloseTo(a.value(), within(EXACT));
      if (a.hasInterval()) {
        assertThat(b.low()).as(name).isCloseTo(a.low(), within(EXACT));
        assertThat(b.high()).as(name).isCloseTo(a.high(), within(EXACT));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void weightsEqualRepetition(long seed) {
    Sample sample = Samples.random(seed, 30, 3, 10, 1, 1);
    SplittableRandom random = new SplittableRandom(seed);
    int[] weights = IntStream.range(0, 10).map(g -> 1 + random.nextInt(3)).toArray();
    int[] repeated =
        IntStream.range(0, 30)
            .flatMap(i -> IntStream.range(0, weights[sample.group(i)]).map(r -> i))
            .toArray();
    Sample longer =
        Sample.of(
            sample.labels(),
            sample.positive(),
            pick(Samples.truth(sample), repeated),
            Arrays.stream(repeated)
                .mapToObj(i -> Samples.probabilities(sample)[i])
                .toArray(double[][]::new));
    Measures weighted = sample.measure(weights);
    Measures plain = longer.measure();
    assertThat(weighted.auc()).isCloseTo(plain.auc(), within(EXACT));
    assertThat(weighted.macroF1()).isCloseTo(plain.macroF1(), within(EXACT));
    assertThat(weighted.brier()).isCloseTo(plain.brier(), within(EXACT));
    assertThat(weighted.logLoss()).isCloseTo(plain.logLoss(), within(EXACT));
    assertThat(weighted.ece()).isCloseTo(plain.ece(), within(EXACT));
    assertThat(weighted.balancedAccuracy()).isCloseTo(plain.balancedAccuracy(), within(EXACT));
  }

  @Test
  void certainAndRightIsPerfect() {
    double[][] p = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 1, 0}};
    Measures measures = Sample.of(Samples.labels(3), 2, new int[] {0, 1, 2, 1}, p).measure();
    assertThat(measures.ece()).isZero();
    assertThat(measures.brier()).isZero();
    assertThat(measures.logLoss()).isZero();
    assertThat(measures.auc()).isEqualTo(1);
    assertThat(measures.balancedAccuracy()).isEqualTo(1);
  }

  @Test
  void certainAndWrongIsAsBadAsCanBe() {
    double[][] p = {{0, 1}, {1, 0}};
    Measures measures = Sample.of(Samples.labels(2), 1, new int[] {0, 1}, p).measure();
    assertThat(measures.ece()).isEqualTo(1);
    assertThat(measures.brier()).isEqualTo(1);
    assertThat(measures.auc()).isZero();
    assertThat(measures.logLoss()).isFinite();
  }

  @Test
  void labelWithoutCasesTakesNoPartInMeans() {
    double[][] p = {{.7, .2, .1}, {.1, .8, .1}, {.6, .3, .1}};
    Measures measures = Sample.of(Samples.labels(3), 2, new int[] {0, 1, 1}, p).measure();
    assertThat(measures.auc(2)).isNaN();
    assertThat(measures.sensitivity(2)).isNaN();
    assertThat(measures.specificity(2)).isEqualTo(1);
    assertThat(measures.balancedAccuracy()).isEqualTo(0.75);
    assertThat(measures.auc()).isEqualTo((measures.auc(0) + measures.auc(1)) / 2);
  }

  @Test
  void referredCasesCountForCoverageAndNotForSelectiveAccuracy() {
    double[][] p = {{.9, .1}, {.8, .2}, {.6, .4}, {.2, .8}};
    Measures measures =
        Sample.of(
                Samples.labels(2),
                1,
                new int[] {0, 0, 1, 1},
                p,
                new int[] {0, 1, 2, 3},
                new boolean[] {false, false, true, false})
            .measure();
    assertThat(measures.coverage()).isEqualTo(0.75);
    assertThat(measures.selectiveAccuracy()).isEqualTo(1);
    assertThat(measures.accuracy()).isEqualTo(0.75);
  }

  @Test
  void binsHoldTheirUpperEdge() {
    assertThat(TopLabelCalibration.binOf(0, 15)).isZero();
    assertThat(TopLabelCalibration.binOf(1.0 / 15, 15)).isZero();
    assertThat(TopLabelCalibration.binOf(0.0667, 15)).isEqualTo(1);
    assertThat(TopLabelCalibration.binOf(1, 15)).isEqualTo(14);
  }

  @Test
  void probabilityBeyondOneIsRefused() {
    assertThatThrownBy(
            () -> Sample.of(Samples.labels(2), 1, new int[] {0}, new double[][] {{1.5, -.5}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 1, was 1.5");
  }

  private static boolean[] flags(long seed, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean[] flags = new boolean[n];
    for (int i = 2; i < n; i++) {
      flags[i] = random.nextBoolean();
    }
    flags[0] = true;
    return flags;
  }

  private static double[] scores(long seed, int n, boolean ties) {
    SplittableRandom random = new SplittableRandom(seed + 100);
    // Sixteenths survive 1 - s without rounding.
    return IntStream.range(0, n)
        .mapToDouble(i -> ties ? random.nextInt(17) / 16.0 : random.nextDouble())
        .toArray();
  }

  private static int[] shuffled(long seed, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }

  private static int[] pick(int[] values, int[] places) {
    return Arrays.stream(places).map(i -> values[i]).toArray();
  }
}
