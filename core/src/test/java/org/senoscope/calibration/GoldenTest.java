package org.senoscope.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.files.Json;

/** Holds calibrators and conformal limits against scikit-learn, SciPy and NumPy. */
class GoldenTest {
  private static final double EXACT = 1e-9;

  /** What SciPy's minimisers leave. */
  private static final double SEARCHED = 1e-6;

  static Stream<JsonNode> cases() {
    return golden().get("cases").valueStream();
  }

  static Stream<JsonNode> coverage() {
    return golden().get("coverage").valueStream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scoresAreThoseOfScikitLearn(JsonNode golden) {
    Simulated cases = simulated(golden);
    ProperScore score = cases.score(new Uncalibrated());
    JsonNode expected = golden.get("none");
    assertProbabilities(cases, new Uncalibrated(), expected, EXACT);
    assertThat(score.logLoss()).isCloseTo(expected.get("logLoss").asDouble(), within(EXACT));
    assertThat(score.brier()).isCloseTo(expected.get("brier").asDouble(), within(EXACT));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void temperatureIsThatOfScipy(JsonNode golden) {
    Simulated cases = simulated(golden);
    TemperatureScaling found = (TemperatureScaling) cases.fit(CalibrationMethod.TEMPERATURE);
    JsonNode expected = golden.get("temperature");
    assertThat(found.temperature())
        .isCloseTo(expected.get("temperature").asDouble(), within(SEARCHED));
    assertProbabilities(cases, found, expected, SEARCHED);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void vectorIsThatOfScipy(JsonNode golden) {
    Simulated cases = simulated(golden);
    VectorScaling found = (VectorScaling) cases.fit(CalibrationMethod.VECTOR);
    JsonNode expected = golden.get("vector");
    assertNumbers(found.scale(), expected.get("scale"), SEARCHED);
    assertNumbers(found.shift(), expected.get("shift"), SEARCHED);
    assertProbabilities(cases, found, expected, SEARCHED);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void plattIsThatOfScikitLearn(JsonNode golden) {
    Simulated cases = simulated(golden);
    PlattScaling found = (PlattScaling) cases.fit(CalibrationMethod.PLATT);
    JsonNode expected = golden.get("platt");
    assertThat(found.lines()).hasSize(expected.get("lines").size());
    for (int line = 0; line < found.lines().size(); line++) {
      JsonNode numbers = expected.get("lines").get(line);
      assertThat(found.lines().get(line).slope())
          .isCloseTo(numbers.get("slope").asDouble(), within(SEARCHED));
      assertThat(found.lines().get(line).intercept())
          .isCloseTo(numbers.get("intercept").asDouble(), within(SEARCHED));
    }
    assertProbabilities(cases, found, expected, SEARCHED);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isotonicIsThatOfScikitLearn(JsonNode golden) {
    Simulated cases = simulated(golden);
    IsotonicCalibration found = (IsotonicCalibration) cases.fit(CalibrationMethod.ISOTONIC);
    JsonNode expected = golden.get("isotonic");
    assertThat(found.curves()).hasSize(expected.get("curves").size());
    for (int curve = 0; curve < found.curves().size(); curve++) {
      JsonNode numbers = expected.get("curves").get(curve);
      assertNumbers(found.curves().get(curve).scores(), numbers.get("scores"), EXACT);
      assertNumbers(found.curves().get(curve).probabilities(), numbers.get("probabilities"), EXACT);
    }
    assertProbabilities(cases, found, expected, EXACT);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void conformalSetsAreThoseOfNumpysQuantiles(JsonNode golden) {
    Simulated cases = simulated(golden);
    double[][] probabilities = cases.probabilities(new Uncalibrated());
    for (JsonNode expected : golden.get("conformal")) {
      ConformalSets sets =
          ConformalSets.fit(probabilities, cases.truth(), expected.get("level").asDouble());
      for (int label = 0; label < cases.labels(); label++) {
        JsonNode limit = expected.get("limits").get(label);
        double highest = sets.limits().get(label).highest();
        assertThat(highest)
            .isCloseTo(limit.isNull() ? Double.POSITIVE_INFINITY : limit.asDouble(), within(EXACT));
      }
      for (int i = 0; i < probabilities.length; i++) {
        assertThat(Json.tree(sets.set(probabilities[i]))).isEqualTo(expected.get("sets").get(i));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("coverage")
  void lawOfCoverageIsScipysBeta(JsonNode golden) {
    CoverageLaw law = CoverageLaw.of(golden.get("cases").asInt(), golden.get("level").asDouble());
    assertThat(law.mean()).isCloseTo(golden.get("mean").asDouble(), within(EXACT));
    assertThat(law.deviation()).isCloseTo(golden.get("deviation").asDouble(), within(EXACT));
    for (int each = 0; each < golden.get("at").size(); each++) {
      assertThat(law.below(golden.get("at").get(each).asDouble()))
          .isCloseTo(golden.get("below").get(each).asDouble(), within(EXACT));
    }
  }

  private static void assertProbabilities(
      Simulated cases, Calibrator calibrator, JsonNode expected, double tolerance) {
    double[][] probabilities = cases.probabilities(calibrator);
    for (int i = 0; i < probabilities.length; i++) {
      assertThat(probabilities[i])
          .containsExactly(doubles(expected.get("probabilities").get(i)), within(tolerance));
    }
  }

  private static void assertNumbers(List<Double> found, JsonNode expected, double tolerance) {
    assertThat(found.stream().mapToDouble(Double::doubleValue).toArray())
        .containsExactly(doubles(expected), within(tolerance));
  }

  private static Simulated simulated(JsonNode golden) {
    return new Simulated(
        golden.get("logits").valueStream().map(GoldenTest::doubles).toArray(double[][]::new),
        golden.get("truth").valueStream().mapToInt(JsonNode::asInt).toArray());
  }

  private static double[] doubles(JsonNode array) {
    return array.valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }

  private static JsonNode golden() {
    try (InputStream in =
        Objects.requireNonNull(GoldenTest.class.getResourceAsStream("golden.json"))) {
      return Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "golden.json");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
