package org.senoscope.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.files.Json;
import org.senoscope.model.OutputForm;

/** What every calibrator keeps, on cases of many kinds, and what each promises beside. */
class CalibratorLawsTest {
  private static final double ROUNDING = 1e-9;

  /** Kinds of cases, the awkward ones among them. */
  static List<Arguments> cases() {
    List<Arguments> all = new ArrayList<>();
    for (int labels : new int[] {2, 3, 7}) {
      for (long seed = 0; seed < 3; seed++) {
        Simulated plain = Simulated.of(seed, 60 + 40 * labels, labels, 0.4 + seed);
        all.add(Arguments.of(labels + " labels, seed " + seed, plain));
        all.add(Arguments.of(labels + " labels with ties, seed " + seed, plain.rounded()));
      }
      Simulated some = Simulated.of(9, 80, labels, 1);
      all.add(Arguments.of(labels + " labels, one case", some.first(1)));
      all.add(
          Arguments.of(
              labels + " labels, one absent",
              some.at(IntStream.range(0, 80).filter(i -> some.truth()[i] != 1).toArray())));
      all.add(
          Arguments.of(
              labels + " labels, one alone",
              some.at(IntStream.range(0, 80).filter(i -> some.truth()[i] == 1).toArray())));
      all.add(Arguments.of(labels + " labels without a miss", withoutMiss(some, labels)));
      all.add(Arguments.of(labels + " labels upside down", upsideDown(some)));
      all.add(
          Arguments.of(
              labels + " labels, equal logits",
              new Simulated(new double[80][labels], some.truth())));
      all.add(Arguments.of(labels + " labels, huge logits", times(some, 1e30)));
      all.add(Arguments.of(labels + " labels, tiny logits", times(some, 1e-30)));
    }
    return all;
  }

  static List<Arguments> casesAndMethods() {
    return cases().stream()
        .flatMap(
            each ->
                Stream.of(CalibrationMethod.values())
                    .map(method -> Arguments.of(each.get()[0], each.get()[1], method)))
        .toList();
  }

  private static Simulated times(Simulated cases, double factor) {
    return new Simulated(
        Arrays.stream(cases.logits())
            .map(row -> Arrays.stream(row).map(z -> z * factor).toArray())
            .toArray(double[][]::new),
        cases.truth());
  }

  private static Simulated withoutMiss(Simulated cases, int labels) {
    double[][] logits = new double[cases.size()][labels];
    for (int i = 0; i < logits.length; i++) {
      logits[i][cases.truth()[i]] = 1 + i % 5;
    }
    return new Simulated(logits, cases.truth());
  }

  private static Simulated upsideDown(Simulated cases) {
    return times(cases, -1);
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("casesAndMethods")
  void probabilitiesSumToOne(String name, Simulated cases, CalibrationMethod method) {
    Calibrator calibrator = cases.fit(method);
    assertThat(calibrator.method()).isEqualTo(method);
    assertThat(calibrator.suits(cases.labels())).isTrue();
    List<double[]> asked = new ArrayList<>(List.of(cases.logits()));
    asked.addAll(List.of(Simulated.of(77, 50, cases.labels(), 1).logits()));
    double[] far = new double[cases.labels()];
    far[0] = 1e6;
    asked.add(far);
    for (double[] logits : asked) {
      double[] probabilities = calibrator.probabilities(logits);
      assertThat(probabilities).hasSize(cases.labels());
      assertThat(Arrays.stream(probabilities).sum()).isCloseTo(1, within(1e-12));
      assertThat(Arrays.stream(probabilities).allMatch(p -> p >= 0 && p <= 1)).isTrue();
    }
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("casesAndMethods")
  void jsonGivesItBackToTheLastBit(String name, Simulated cases, CalibrationMethod method) {
    Calibrator calibrator = cases.fit(method);
    String text = Json.format(calibrator.toJson());
    assertThat(Calibrator.parse(Json.parse(text, "model.json"), cases.labels()))
        .isEqualTo(calibrator);
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("casesAndMethods")
  void orderOfTheCasesIsNothing(String name, Simulated cases, CalibrationMethod method) {
    double[] numbers = numbers(cases.fit(method));
    for (long seed = 0; seed < 3; seed++) {
      assertThat(numbers(cases.shuffled(seed).fit(method)))
          .as("order %d", seed)
          .satisfies(
              others -> {
                assertThat(others).hasSameSizeAs(numbers);
                for (int i = 0; i < numbers.length; i++) {
                  assertThat(others[i])
                      .isCloseTo(numbers[i], within(ROUNDING * Math.max(1, Math.abs(numbers[i]))));
                }
              });
    }
  }

  /** All numbers that a calibrator holds. */
  private static double[] numbers(Calibrator calibrator) {
    return switch (calibrator) {
      case Uncalibrated _ -> new double[0];
      case TemperatureScaling(double temperature) -> new double[] {temperature};
      case PlattScaling(List<PlattScaling.Line> lines) ->
          unboxed(lines.stream().flatMap(line -> Stream.of(line.slope(), line.intercept())));
      case VectorScaling(List<Double> scale, List<Double> shift) ->
          unboxed(Stream.concat(scale.stream(), shift.stream()));
      case IsotonicCalibration(List<IsotonicCalibration.Curve> curves) ->
          unboxed(
              curves.stream()
                  .flatMap(
                      curve ->
                          Stream.concat(curve.scores().stream(), curve.probabilities().stream())));
    };
  }

  private static double[] unboxed(Stream<Double> values) {
    return values.mapToDouble(Double::doubleValue).toArray();
  }

  @ParameterizedTest
  @EnumSource
  void constantAddedToAllLogitsIsNothing(CalibrationMethod method) {
    for (int labels : new int[] {2, 4}) {
      Simulated cases = Simulated.of(3, 200, labels, 0.5);
      Simulated moved =
          new Simulated(
              IntStream.range(0, cases.size())
                  .mapToObj(
                      i -> Arrays.stream(cases.logits()[i]).map(z -> z + i % 11 - 5).toArray())
                  .toArray(double[][]::new),
              cases.truth());
      assertClose(moved.probabilities(moved.fit(method)), cases.probabilities(cases.fit(method)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void probabilitiesServeAsLogits(CalibrationMethod method) {
    Simulated cases = Simulated.of(4, 200, 3, 0.5);
    double[][] plain = cases.probabilities(new Uncalibrated());
    Simulated again =
        new Simulated(
            Arrays.stream(plain).map(Logits::ofProbabilities).toArray(double[][]::new),
            cases.truth());
    assertClose(again.probabilities(again.fit(method)), cases.probabilities(cases.fit(method)));
  }

  @ParameterizedTest
  @EnumSource
  void namesOfTheLabelsAreNothing(CalibrationMethod method) {
    for (int labels : new int[] {2, 3, 5}) {
      Simulated cases = Simulated.of(5, 200, labels, 0.5);
      int[] order = labels == 2 ? new int[] {1, 0} : Shuffle.of(labels, 1);
      Simulated renamed =
          new Simulated(
              Arrays.stream(cases.logits()).map(row -> moved(row, order)).toArray(double[][]::new),
              Arrays.stream(cases.truth()).map(label -> order[label]).toArray());
      assertClose(
          renamed.probabilities(renamed.fit(method)),
          Arrays.stream(cases.probabilities(cases.fit(method)))
              .map(row -> moved(row, order))
              .toArray(double[][]::new));
    }
  }

  private static double[] moved(double[] row, int[] order) {
    double[] moved = new double[row.length];
    for (int label = 0; label < row.length; label++) {
      moved[order[label]] = row[label];
    }
    return moved;
  }

  private static void assertClose(double[][] values, double[][] others) {
    assertThat(values).hasNumberOfRows(others.length);
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).as("case %d", i).containsExactly(others[i], within(ROUNDING));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void withoutCalibrationItIsWhatTheModelSays(int labels) {
    for (double[] row : Simulated.of(6, 100, labels, 1).logits()) {
      float[] output = new float[labels];
      for (int label = 0; label < labels; label++) {
        output[label] = (float) row[label];
      }
      assertThat(new Uncalibrated().probabilities(Logits.ofOutput(output)))
          .isEqualTo(OutputForm.SOFTMAX.probabilities(output));
      float[] single = {output[0]};
      assertThat(new Uncalibrated().probabilities(Logits.ofOutput(single)))
          .isEqualTo(OutputForm.SIGMOID.probabilities(single));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void temperatureKeepsTheOrderOfTheLabels(String name, Simulated cases) {
    Calibrator temperature = cases.fit(CalibrationMethod.TEMPERATURE);
    for (double[] logits : cases.logits()) {
      double[] calibrated = temperature.probabilities(logits);
      for (int a = 0; a < logits.length; a++) {
        for (int b = 0; b < logits.length; b++) {
          if (logits[a] > logits[b]) {
            assertThat(calibrated[a]).isGreaterThanOrEqualTo(calibrated[b]);
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void temperatureAndVectorNeverRaiseTheLogLossOfTheirOwnCases(String name, Simulated cases) {
    double plain = cases.score(new Uncalibrated()).logLoss();
    double temperature = cases.score(cases.fit(CalibrationMethod.TEMPERATURE)).logLoss();
    assertThat(temperature).isLessThanOrEqualTo(plain + 1e-12);
    double vector = cases.score(cases.fit(CalibrationMethod.VECTOR)).logLoss();
    assertThat(vector).isLessThanOrEqualTo(plain + 1e-12);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void parametersStayWithinTheirBounds(String name, Simulated cases) {
    TemperatureScaling temperature = (TemperatureScaling) cases.fit(CalibrationMethod.TEMPERATURE);
    assertThat(temperature.temperature())
        .isBetween(TemperatureScaling.LOWEST, TemperatureScaling.HIGHEST);
    PlattScaling platt = (PlattScaling) cases.fit(CalibrationMethod.PLATT);
    assertThat(platt.lines())
        .allSatisfy(line -> assertThat(line.slope()).isBetween(0.0, PlattScaling.STEEPEST));
    VectorScaling vector = (VectorScaling) cases.fit(CalibrationMethod.VECTOR);
    double away = 0;
    for (int label = 0; label < cases.labels(); label++) {
      away += Math.pow(vector.scale().get(label) - 1, 2) + Math.pow(vector.shift().get(label), 2);
    }
    double start = 0;
    for (int i = 0; i < cases.size(); i++) {
      double[] logits = cases.logits()[i];
      start += Logits.logSumExp(logits) - logits[cases.truth()[i]];
    }
    assertThat(away / 2).isLessThanOrEqualTo(start * (1 + 1e-9));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void curvesOfPlattAndIsotonicNeverFall(String name, Simulated cases) {
    PlattScaling platt = (PlattScaling) cases.fit(CalibrationMethod.PLATT);
    IsotonicCalibration isotonic = (IsotonicCalibration) cases.fit(CalibrationMethod.ISOTONIC);
    double reach = 2 + Arrays.stream(cases.logits()[0]).map(Math::abs).max().orElseThrow();
    for (int curve = 0; curve < platt.lines().size(); curve++) {
      double before = Double.NEGATIVE_INFINITY;
      double below = 0;
      for (int step = -500; step <= 500; step++) {
        double score = reach * step / 250;
        double odds = platt.lines().get(curve).logOdds(score);
        double probability = isotonic.curves().get(curve).probability(score);
        assertThat(odds).isGreaterThanOrEqualTo(before);
        assertThat(probability).isGreaterThanOrEqualTo(below).isStrictlyBetween(0.0, 1.0);
        before = odds;
        below = probability;
      }
    }
  }

  @Test
  void scoresThatPointTheWrongWayTellPlattNothing() {
    Simulated cases = upsideDown(Simulated.of(1, 300, 2, 1));
    PlattScaling platt = (PlattScaling) cases.fit(CalibrationMethod.PLATT);
    assertThat(platt.lines().getFirst().slope()).isZero();
    double share = Arrays.stream(cases.truth()).average().orElseThrow();
    assertThat(platt.probabilities(new double[] {-3, 8})[1]).isCloseTo(share, within(0.01));
  }

  @Test
  void labelsToldApartWithoutAMissMeetTheBounds() {
    Simulated cases = withoutMiss(Simulated.of(2, 80, 2, 1), 2);
    assertThat(cases.fit(CalibrationMethod.TEMPERATURE))
        .isEqualTo(new TemperatureScaling(TemperatureScaling.LOWEST));
    Simulated near = times(cases, 1e-3);
    PlattScaling platt = (PlattScaling) near.fit(CalibrationMethod.PLATT);
    assertThat(platt.lines().getFirst().slope()).isEqualTo(PlattScaling.STEEPEST);
  }

  @Test
  void probabilitiesOfIsotonicKeepToWhatTheCasesCanSay() {
    Simulated cases = withoutMiss(Simulated.of(2, 80, 2, 1), 2);
    long with = Arrays.stream(cases.truth()).filter(label -> label == 1).count();
    Calibrator isotonic = cases.fit(CalibrationMethod.ISOTONIC);
    assertThat(isotonic.probabilities(new double[] {0, 1000})[1])
        .isCloseTo((with + 1.0) / (with + 2), within(ROUNDING));
    assertThat(isotonic.probabilities(new double[] {1000, 0})[1])
        .isCloseTo(1 / (80 - with + 2.0), within(ROUNDING));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.5, 1, 3})
  void temperatureFindsTheRightOne(double scale) {
    for (int labels : new int[] {2, 3, 5}) {
      Simulated cases = Simulated.of(11, 20_000, labels, scale);
      TemperatureScaling found = (TemperatureScaling) cases.fit(CalibrationMethod.TEMPERATURE);
      assertThat(1 / found.temperature()).isCloseTo(scale, within(0.06 * scale));
    }
  }

  @Test
  void vectorFindsTheRightScalesAndShifts() {
    double[] scale = {0.5, 1, 1.5};
    double[] shift = {0.8, -0.3, -0.5};
    VectorScaling found =
        (VectorScaling) Simulated.of(12, 40_000, scale, shift).fit(CalibrationMethod.VECTOR);
    for (int label = 0; label < 3; label++) {
      assertThat(found.scale().get(label)).isCloseTo(scale[label], within(0.06));
      assertThat(found.shift().get(label)).isCloseTo(shift[label], within(0.06));
    }
  }

  @Test
  void plattFindsTheRightLine() {
    // Of two labels the centred logits are half the difference, once with each sign.
    Simulated cases = Simulated.of(13, 40_000, new double[] {0.4, 0.6}, new double[] {0.5, -0.5});
    PlattScaling found = (PlattScaling) cases.fit(CalibrationMethod.PLATT);
    assertThat(found.lines().getFirst().slope()).isCloseTo(0.5, within(0.02));
    assertThat(found.lines().getFirst().intercept()).isCloseTo(-1, within(0.05));
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void newCasesAreForetoldBetterThanByANetworkThatIsTooSure(CalibrationMethod method) {
    for (int labels : new int[] {2, 3}) {
      Simulated all = Simulated.of(14, 6_000, labels, 0.3);
      Calibrator calibrator = all.first(1_000).fit(method);
      Simulated fresh = all.from(1_000);
      ProperScore before = fresh.score(new Uncalibrated());
      ProperScore after = fresh.score(calibrator);
      assertThat(after.logLoss()).isLessThan(before.logLoss() - 0.1);
      assertThat(after.brier()).isLessThan(before.brier());
    }
  }

  @ParameterizedTest
  @EnumSource
  void faultyCasesAreRefused(CalibrationMethod method) {
    assertThatThrownBy(() -> method.fit(new double[0][], new int[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one case");
    assertThatThrownBy(() -> method.fit(new double[][] {{1, 2}}, new int[] {2}))
        .hasMessageContaining("from 0 to 1, was 2");
    assertThatThrownBy(() -> method.fit(new double[][] {{1, Double.NaN}}, new int[] {0}))
        .hasMessageContaining("finite");
    assertThatThrownBy(() -> method.fit(new double[][] {{1}}, new int[] {0}))
        .hasMessageContaining("two labels or more");
    assertThatThrownBy(() -> method.fit(new double[][] {{1, 2}, {1, 2, 3}}, new int[] {0, 0}))
        .hasMessageContaining("case 1");
  }
}
