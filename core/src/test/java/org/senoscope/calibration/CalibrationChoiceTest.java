package org.senoscope.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/** The choice follows its own rule, and the rule chooses what simulated networks need. */
class CalibrationChoiceTest {
  private static List<String> alone(int n) {
    return IntStream.range(0, n).mapToObj(i -> "case" + i).toList();
  }

  private static List<String> pairs(int n) {
    return IntStream.range(0, n).mapToObj(i -> "woman" + i / 2).toList();
  }

  private static CalibrationChoice choose(Simulated cases, List<String> groups) {
    return CalibrationChoice.choose(cases.logits(), cases.truth(), groups);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void chosenIsTheSimplestWithinAStandardErrorOfTheBest(long seed) {
    for (int labels : new int[] {2, 3}) {
      Simulated cases = Simulated.of(seed, 200, labels, 0.6);
      CalibrationChoice choice = choose(cases, pairs(200));
      assertThat(choice.candidates())
          .extracting(CalibrationChoice.Candidate::method)
          .containsExactly(CalibrationMethod.values());
      double least =
          choice.candidates().stream().mapToDouble(c -> c.score().logLoss()).min().orElseThrow();
      CalibrationMethod simplest = null;
      for (CalibrationChoice.Candidate each : choice.candidates()) {
        assertThat(each.behind()).isEqualTo(each.score().logLoss() - least);
        if (simplest == null && each.behind() <= each.standardError()) {
          simplest = each.method();
        }
      }
      assertThat(choice.calibrator().method()).isEqualTo(simplest);
      assertThat(choice.calibrator()).isEqualTo(cases.fit(choice.calibrator().method()));
      assertThat(choice.cases()).isEqualTo(200);
      assertThat(choice.groups()).isEqualTo(100);
      assertThat(choice.folds()).isEqualTo(5);
      assertThat(choice.why()).contains(choice.calibrator().method().text());
    }
  }

  @Test
  void scoresAreThoseOfCasesThatTheFitHasNotSeen() {
    Simulated cases = Simulated.of(4, 200, 3, 0.5);
    CalibrationChoice choice = choose(cases, pairs(200));
    CrossFit crossFit = CrossFit.of(cases.logits(), cases.truth(), pairs(200));
    for (CalibrationChoice.Candidate each : choice.candidates()) {
      assertThat(each.score())
          .isEqualTo(ProperScore.of(crossFit.probabilities(each.method()), cases.truth()));
    }
    assertThat(choice.before()).isEqualTo(cases.score(new Uncalibrated()));
  }

  @Test
  void standardErrorIsThatOfTheMeanDifferenceOverGroups() {
    Simulated cases = Simulated.of(5, 200, 2, 0.5);
    CalibrationChoice choice = choose(cases, pairs(200));
    CalibrationMethod best =
        choice.candidates().stream()
            .filter(each -> each.behind() == 0)
            .findFirst()
            .orElseThrow()
            .method();
    CrossFit crossFit = CrossFit.of(cases.logits(), cases.truth(), pairs(200));
    double[][] plain = crossFit.probabilities(CalibrationMethod.NONE);
    double[][] others = crossFit.probabilities(best);
    // Pairs are of one size, so the mean over cases is the mean over pairs.
    double[] differences = new double[100];
    for (int i = 0; i < 200; i++) {
      int truth = cases.truth()[i];
      differences[i / 2] += Math.log(others[i][truth] / plain[i][truth]) / 2;
    }
    double mean = Arrays.stream(differences).average().orElseThrow();
    double variance = Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum() / 99;
    CalibrationChoice.Candidate none = choice.candidates().getFirst();
    assertThat(none.behind()).isCloseTo(mean, within(1e-12));
    assertThat(none.standardError()).isCloseTo(Math.sqrt(variance / 100), within(1e-12));
  }

  @Test
  void groupsOfCopiesDoNotPassForMoreEvidence() {
    Simulated cases = Simulated.of(6, 60, 2, 0.3);
    int[] places = IntStream.range(0, 600).map(i -> i / 10).toArray();
    List<String> groups = Arrays.stream(places).mapToObj(i -> "woman" + i).toList();
    CalibrationChoice copied = choose(cases.at(places), groups);
    CalibrationChoice once = choose(cases, alone(60));
    assertThat(copied.before().logLoss()).isCloseTo(once.before().logLoss(), within(1e-12));
    assertThat(copied.candidates().getFirst().standardError())
        .isGreaterThan(0.5 * once.candidates().getFirst().standardError());
  }

  @Test
  void calibratedNetworksAreMostlyLeftAlone() {
    long left =
        LongStream.range(0, 40)
            .filter(
                seed ->
                    choose(Simulated.of(seed, 150, 3, 1), alone(150)).calibrator()
                        instanceof Uncalibrated)
            .count();
    assertThat(left).isGreaterThanOrEqualTo(28);
  }

  @Test
  void networksThatAreTooSureGetATemperature() {
    long temperature =
        LongStream.range(0, 20)
            .filter(
                seed ->
                    choose(Simulated.of(seed, 400, 3, 0.4), alone(400)).calibrator()
                        instanceof TemperatureScaling)
            .count();
    assertThat(temperature).isGreaterThanOrEqualTo(16);
  }

  @Test
  void shiftedLabelsGetMoreThanATemperature() {
    for (long seed = 0; seed < 5; seed++) {
      Simulated cases =
          Simulated.of(seed, 400, new double[] {0.5, 0.5, 0.5}, new double[] {2, 0, -2});
      CalibrationChoice choice = choose(cases, alone(400));
      assertThat(choice.calibrator().method())
          .isIn(CalibrationMethod.PLATT, CalibrationMethod.VECTOR, CalibrationMethod.ISOTONIC);
      assertThat(choice.after().logLoss()).isLessThan(choice.before().logLoss());
      assertThat(choice.after().brier()).isLessThan(choice.before().brier());
    }
  }

  @Test
  void stepsThatNoLineFollowsGetIsotonic() {
    Simulated cases = Simulated.of(1, 2_000, 2, 1);
    int[] truth = new int[2_000];
    for (int i = 0; i < truth.length; i++) {
      double margin = Logits.margin(cases.logits()[i], 1);
      // Three levels: 5%, 50% and 95% of each run of twenty.
      int of20 = margin < -1 ? 1 : margin < 3 ? 10 : 19;
      truth[i] = i * 7 % 20 < of20 ? 1 : 0;
    }
    assertThat(choose(new Simulated(cases.logits(), truth), alone(2_000)).calibrator())
        .isInstanceOf(IsotonicCalibration.class);
  }

  @Test
  void orderOfTheCasesIsNothing() {
    Simulated cases = Simulated.of(7, 200, 3, 0.5);
    int[] order = Shuffle.of(200, 1);
    CalibrationChoice choice = choose(cases, pairs(200));
    CalibrationChoice shuffled =
        choose(cases.at(order), Arrays.stream(order).mapToObj(pairs(200)::get).toList());
    assertThat(shuffled.calibrator().method()).isEqualTo(choice.calibrator().method());
    for (int each = 0; each < choice.candidates().size(); each++) {
      assertThat(shuffled.candidates().get(each).score().logLoss())
          .isCloseTo(choice.candidates().get(each).score().logLoss(), within(1e-9));
    }
  }

  @Test
  void oneGroupLeavesNothingToChooseBy() {
    Simulated cases = Simulated.of(8, 50, 3, 0.2);
    CalibrationChoice choice = choose(cases, Collections.nCopies(50, "one"));
    assertThat(choice.calibrator()).isEqualTo(new Uncalibrated());
    assertThat(choice.folds()).isZero();
    assertThat(choice.why()).contains("one group");
    assertThat(choice.before()).isEqualTo(choice.after());
    assertRoundTrip(choice, 3);
  }

  @Test
  void absentLabelsAndOtherMisfortunesLeaveAChoice() {
    Simulated some = Simulated.of(9, 40, 3, 1);
    Simulated absent = some.at(IntStream.range(0, 40).filter(i -> some.truth()[i] != 2).toArray());
    assertRoundTrip(choose(absent, alone(absent.size())), 3);
    assertRoundTrip(choose(some.first(2), List.of("a", "b")), 3);
    Simulated flat = new Simulated(new double[40][3], some.truth());
    assertRoundTrip(choose(flat, pairs(40)), 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void jsonGivesItBackToTheLastBit(int labels) {
    for (long seed = 0; seed < 4; seed++) {
      assertRoundTrip(choose(Simulated.of(seed, 100, labels, 0.3), pairs(100)), labels);
    }
  }

  private static void assertRoundTrip(CalibrationChoice choice, int labels) {
    String text = Json.format(choice.toJson());
    assertThat(CalibrationChoice.parse(Json.parse(text, "model.json"), labels)).isEqualTo(choice);
  }

  @Test
  void faultsInJsonAreNamed() {
    ObjectNode json = choose(Simulated.of(1, 100, 2, 0.3), pairs(100)).toJson();
    assertFault(json.deepCopy().put("cases", "many"), "\"cases\" must be a whole number");
    assertFault(json.deepCopy().put("candidates", 1), "\"candidates\" must be a list of objects");
    ObjectNode none = json.deepCopy();
    none.putArray("candidates");
    assertFault(none, "candidates must begin with no calibration");
    ObjectNode other = json.deepCopy();
    other.putObject("calibration").put("method", "temperature").put("temperature", -1);
    assertFault(other, "temperature must be a number above 0, was -1.0");
    assertFault(Json.object(), "calibration must be an object, was missing");
  }

  private static void assertFault(ObjectNode json, String expected) {
    assertThatThrownBy(() -> CalibrationChoice.parse(json, 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(expected);
  }
}
