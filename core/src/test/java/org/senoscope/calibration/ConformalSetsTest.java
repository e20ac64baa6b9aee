package org.senoscope.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/** Laws of conformal sets, and their coverage on simulated cases. */
class ConformalSetsTest {
  private static final Uncalibrated PLAIN = new Uncalibrated();

  private static ConformalSets fit(Simulated cases, double level) {
    return ConformalSets.fit(cases.probabilities(PLAIN), cases.truth(), level);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.8, 0.9, 0.95})
  void enoughCalibrationCasesOfEachLabelAreCovered(double level) {
    for (long seed = 0; seed < 5; seed++) {
      Simulated cases = Simulated.of(seed, 300, 3, 1).rounded();
      ConformalSets sets = fit(cases, level);
      double[][] probabilities = cases.probabilities(PLAIN);
      for (int label = 0; label < 3; label++) {
        int wanted = label;
        int[] own = IntStream.range(0, 300).filter(i -> cases.truth()[i] == wanted).toArray();
        assertThat(sets.limits().get(label).cases()).isEqualTo(own.length);
        long covered =
            Arrays.stream(own).filter(i -> sets.set(probabilities[i]).contains(wanted)).count();
        assertThat(covered).isGreaterThanOrEqualTo((long) Math.ceil((own.length + 1) * level));
      }
    }
  }

  @Test
  void setsOfAHigherLevelHoldThoseOfALower() {
    Simulated cases = Simulated.of(1, 300, 4, 1);
    List<ConformalSets> levels =
        List.of(fit(cases, 0.5), fit(cases, 0.8), fit(cases, 0.9), fit(cases, 0.99));
    for (double[] probabilities : Simulated.of(2, 200, 4, 1).probabilities(PLAIN)) {
      for (int higher = 1; higher < levels.size(); higher++) {
        assertThat(levels.get(higher).set(probabilities))
            .containsAll(levels.get(higher - 1).set(probabilities));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0.9, 9", "0.95, 19", "0.99, 99", "0.5, 1", "0.55, 2", "0.7, 3", "0.999, 999"})
  void labelsOfTooFewCasesAreInEverySet(double level, int fewest) {
    double[][] probabilities = new double[2 * fewest - 1][];
    int[] truth = new int[probabilities.length];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = i < fewest ? 1 : 0;
      double own = 0.6 + 0.3 * i / truth.length;
      probabilities[i] = truth[i] == 1 ? new double[] {1 - own, own} : new double[] {own, 1 - own};
    }
    ConformalSets sets = ConformalSets.fit(probabilities, truth, level);
    assertThat(sets.fewestCases()).isEqualTo(fewest);
    assertThat(sets.limits().get(0).cases()).isEqualTo(fewest - 1);
    assertThat(sets.limits().get(0).unlimited()).isTrue();
    assertThat(sets.set(new double[] {0, 1})).contains(0);
    assertThat(sets.limits().get(1).unlimited()).isFalse();
    assertThat(sets.limits().get(1).highest()).isEqualTo(1 - 0.6);
    assertThat(sets.toJson().get("limits").get(0).get("limit").isNull()).isTrue();
    assertThat(sets.toJson().get("limits").get(0).get("why").asText())
        .startsWith("%d calibration cases, a limit needs %d".formatted(fewest - 1, fewest));
    assertRoundTrip(sets);
  }

  @Test
  void levelsAreCountedAsTheyAreWritten() {
    // In binary 100 · .55 is a little more than 55.
    assertThat(ConformalSets.rank(99, 0.55)).isEqualTo(55);
    assertThat(ConformalSets.rank(99, 0.9)).isEqualTo(90);
    assertThat(ConformalSets.rank(100, 0.9)).isEqualTo(91);
  }

  @Test
  void tiesAreKept() {
    double[][] probabilities = new double[40][];
    Arrays.fill(probabilities, new double[] {0.3, 0.7});
    int[] truth = new int[40];
    Arrays.fill(truth, 0, 20, 1);
    ConformalSets sets = ConformalSets.fit(probabilities, truth, 0.8);
    assertThat(sets.set(new double[] {0.3, 0.7})).containsExactly(0, 1);
    assertThat(sets.set(new double[] {Math.nextDown(0.3), 0.7})).containsExactly(1);
  }

  @Test
  void casesLikeNoneGetTheEmptySet() {
    Simulated cases = Simulated.of(3, 2_000, 3, 4);
    assertThat(fit(cases, 0.8).set(new double[] {0.34, 0.33, 0.33})).isEmpty();
  }

  @Test
  void orderOfTheCasesIsNothing() {
    Simulated cases = Simulated.of(4, 200, 3, 1);
    assertThat(fit(cases.shuffled(1), 0.9)).isEqualTo(fit(cases, 0.9));
  }

  @Test
  void jsonGivesThemBackToTheLastBit() {
    for (long seed = 0; seed < 5; seed++) {
      assertRoundTrip(fit(Simulated.of(seed, 60, 5, 1), 0.9));
    }
  }

  private static void assertRoundTrip(ConformalSets sets) {
    String text = Json.format(sets.toJson());
    assertThat(ConformalSets.parse(Json.parse(text, "model.json"), sets.limits().size()))
        .isEqualTo(sets);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null | conformal must be an object, was null",
        "{\"level\":0.9} | \"limits\" must be a list of objects, was missing",
        "{\"level\":0.9,\"limits\":[{\"cases\":9,\"limit\":0.5}]} | each of the task's 2 labels, were 1",
        "{\"level\":0.9,\"limits\":[{\"cases\":9},{\"cases\":9,\"limit\":0.5}]} | \"limit\" must be a number, was missing",
        "{\"level\":0.9,\"limits\":[{\"cases\":9,\"limit\":2},{\"cases\":9,\"limit\":0.5}]} | from 0 to 1",
        "{\"level\":0.1,\"limits\":[{\"cases\":9,\"limit\":1},{\"cases\":9,\"limit\":0.5}]} | level of conformal sets must lie from 0.5 to 0.999, was 0.1",
        "{\"limits\":[{\"cases\":9,\"limit\":1},{\"cases\":9,\"limit\":0.5}]} | \"level\" must be a number, was missing",
      })
  void faultsInJsonAreNamed(String text, String expected) {
    assertThatThrownBy(() -> ConformalSets.parse(Json.parse(text, "model.json"), 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void faultyCasesAreRefused() {
    double[][] logits = {{1, -1}, {2, 0}};
    assertThatThrownBy(() -> ConformalSets.fit(logits, new int[] {0, 1}, 0.9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Probabilities must lie from 0 to 1");
    double[][] probabilities = {{0.5, 0.5}, {0.4, 0.6}};
    assertThatThrownBy(() -> ConformalSets.fit(probabilities, new int[] {0, 1}, 90))
        .hasMessageContaining("was 90.0");
    ConformalSets sets = ConformalSets.fit(probabilities, new int[] {0, 1}, 0.9);
    assertThatThrownBy(() -> sets.set(new double[] {0.2, 0.3, 0.5}))
        .hasMessageContaining("of 2 labels");
  }

  /**
   * Distances drawn evenly from 0 to 1 make a limit its own coverage, so that the coverages of many
   * calibration sets can be held against the law without a test set: Kolmogorov and Smirnov's
   * distance, which is above 1.95 / √draws once in a thousand.
   */
  @ParameterizedTest
  @CsvSource({"9, 0.9, 1", "30, 0.9, 2", "100, 0.95, 3", "57, 0.8, 4"})
  void coverageFollowsTheBetaLaw(int cases, double level, long seed) {
    int draws = 2_000;
    Random random = new Random(seed);
    double[] coverages = new double[draws];
    int[] truth = new int[cases];
    Arrays.fill(truth, 1);
    for (int draw = 0; draw < draws; draw++) {
      double[][] probabilities = new double[cases][];
      Arrays.setAll(
          probabilities,
          _ -> {
            double own = random.nextDouble();
            return new double[] {1 - own, own};
          });
      coverages[draw] = ConformalSets.fit(probabilities, truth, level).limits().get(1).highest();
    }
    Arrays.sort(coverages);
    CoverageLaw law = CoverageLaw.of(cases, level);
    double apart = 0;
    for (int draw = 0; draw < draws; draw++) {
      double expected = law.below(coverages[draw]);
      apart = Math.max(apart, Math.abs(expected - (draw + 0.5) / draws) + 0.5 / draws);
    }
    assertThat(apart).isLessThan(1.95 / Math.sqrt(draws));
    assertThat(Arrays.stream(coverages).average().orElseThrow())
        .isCloseTo(law.mean(), within(4 * law.deviation() / Math.sqrt(draws)));
  }

  /**
   * A miscalibrated network, labels of unlike number, and calibrated probabilities: on exchangeable
   * cases the coverage of each label is what was asked, whatever the network says.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void eachLabelIsCoveredAsOftenAsAsked(long seed) {
    double level = 0.9;
    int rounds = 100;
    double[] scale = {0.4, 0.7, 1.2};
    double[] shift = {1.5, 0, -1.5};
    Calibrator calibrator =
        Simulated.of(seed + 100, 400, scale, shift).fit(CalibrationMethod.VECTOR);
    List<List<Double>> apart = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int round = 0; round < rounds; round++) {
      Simulated all = Simulated.of(seed * 10_000 + round, 2_000, scale, shift);
      Simulated calibration = all.first(400);
      ConformalSets sets =
          ConformalSets.fit(calibration.probabilities(calibrator), calibration.truth(), level);
      Simulated fresh = all.from(400);
      double[][] probabilities = fresh.probabilities(calibrator);
      for (int label = 0; label < 3; label++) {
        int wanted = label;
        int[] own =
            IntStream.range(0, fresh.size()).filter(i -> fresh.truth()[i] == wanted).toArray();
        double covered =
            Arrays.stream(own).filter(i -> sets.set(probabilities[i]).contains(wanted)).count();
        CoverageLaw law = CoverageLaw.of(sets.limits().get(label).cases(), level);
        double variance = Math.pow(law.deviation(), 2) + law.mean() * (1 - law.mean()) / own.length;
        apart.get(label).add((covered / own.length - law.mean()) / Math.sqrt(variance));
      }
    }
    for (List<Double> each : apart) {
      double mean = each.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
      assertThat(mean).isBetween(-3.5 / Math.sqrt(rounds), 3.5 / Math.sqrt(rounds));
      // The spread is the law's too: a mean square near 1, with a standard error of √(2 / rounds).
      double square = each.stream().mapToDouble(d -> d * d).average().orElseThrow();
      assertThat(square).isCloseTo(1, within(3.5 * Math.sqrt(2.0 / rounds)));
    }
  }

  @Test
  void tiesCoverMoreAndNeverLess() {
    int rounds = 200;
    double sum = 0;
    for (int round = 0; round < rounds; round++) {
      Simulated all = Simulated.of(round, 500, 2, 0.5).rounded();
      ConformalSets sets = fit(all.first(100), 0.8);
      Simulated fresh = all.from(100);
      double[][] probabilities = fresh.probabilities(PLAIN);
      sum +=
          IntStream.range(0, fresh.size())
                  .filter(i -> sets.set(probabilities[i]).contains(fresh.truth()[i]))
                  .count()
              / (double) fresh.size();
    }
    assertThat(sum / rounds).isBetween(0.805, 0.95);
  }
}
