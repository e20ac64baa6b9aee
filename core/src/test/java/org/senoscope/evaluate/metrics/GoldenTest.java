package org.senoscope.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.files.Json;

/** Holds the metrics against scikit-learn, statsmodels and the published variance formulas. */
class GoldenTest {
  private static final double EXACT = 1e-9;

  static Stream<JsonNode> cases() {
    return StreamSupport.stream(Golden.read("golden.json").get("cases").spliterator(), false);
  }

  static Stream<JsonNode> wilson() {
    return StreamSupport.stream(Golden.read("golden.json").get("wilson").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAreThoseOfScikitLearn(JsonNode golden) {
    Measures measures = sample(golden).measure();
    assertThat(measures.auc()).isCloseTo(golden.get("auc").asDouble(), within(EXACT));
    assertThat(measures.accuracy()).isCloseTo(golden.get("accuracy").asDouble(), within(EXACT));
    assertThat(measures.balancedAccuracy())
        .isCloseTo(golden.get("balancedAccuracy").asDouble(), within(EXACT));
    assertThat(measures.macroF1()).isCloseTo(golden.get("macroF1").asDouble(), within(EXACT));
    assertThat(measures.brier()).isCloseTo(golden.get("brier").asDouble(), within(EXACT));
    assertThat(measures.logLoss()).isCloseTo(golden.get("logLoss").asDouble(), within(EXACT));
    assertThat(measures.ece()).isCloseTo(golden.get("ece").asDouble(), within(EXACT));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesForTrainingAreTheSame(JsonNode golden) {
    Sample sample = sample(golden);
    ClassificationMetrics metrics =
        ClassificationMetrics.of(
            sample.labels(), Samples.truth(sample), Samples.probabilities(sample));
    assertThat(metrics.auc()).isCloseTo(golden.get("auc").asDouble(), within(EXACT));
    assertThat(metrics.logLoss()).isCloseTo(golden.get("logLoss").asDouble(), within(EXACT));
    assertThat(metrics.balancedAccuracy())
        .isCloseTo(golden.get("balancedAccuracy").asDouble(), within(EXACT));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void confusionHasLabelsInRows(JsonNode golden) {
    assertThat(Json.tree(sample(golden).confusion())).isEqualTo(golden.get("confusion"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachLabelIsThatOfScikitLearn(JsonNode golden) {
    Sample sample = sample(golden);
    Measures measures = sample.measure();
    for (int label = 0; label < sample.labels().size(); label++) {
      JsonNode expected = golden.get("byLabel").get(label);
      assertThat(measures.auc(label)).isCloseTo(expected.get("auc").asDouble(), within(EXACT));
      assertThat(measures.sensitivity(label))
          .isCloseTo(expected.get("sensitivity").asDouble(), within(EXACT));
      assertThat(measures.specificity(label))
          .isCloseTo(expected.get("specificity").asDouble(), within(EXACT));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void varianceOfTheAucIsThatOfThePublishedFormulas(JsonNode golden) {
    Sample sample = sample(golden);
    Sample alone =
        Sample.of(
            sample.labels(),
            sample.positive(),
            Samples.truth(sample),
            Samples.probabilities(sample));
    for (int label = 0; label < sample.labels().size(); label++) {
      JsonNode expected = golden.get("byLabel").get(label);
      assertThat(DeLong.of(alone, label).auc())
          .isCloseTo(expected.get("auc").asDouble(), within(EXACT));
      assertThat(DeLong.of(alone, label).variance())
          .isCloseTo(expected.get("delong").asDouble(), within(EXACT));
      assertThat(DeLong.of(sample, label).variance())
          .isCloseTo(expected.get("obuchowski").asDouble(), within(EXACT));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void curveIsThatOfScikitLearn(JsonNode golden) {
    Sample sample = sample(golden);
    List<RocCurve.Point> points = RocCurve.of(sample, sample.labels().size() - 1).points();
    double[] rates = points.stream().mapToDouble(RocCurve.Point::falsePositiveRate).toArray();
    double[] found = points.stream().mapToDouble(RocCurve.Point::sensitivity).toArray();
    assertThat(rates)
        .containsExactly(Golden.doubles(golden.get("rocOfLast").get("fpr")), within(EXACT));
    assertThat(found)
        .containsExactly(Golden.doubles(golden.get("rocOfLast").get("tpr")), within(EXACT));
  }

  @ParameterizedTest
  @MethodSource("wilson")
  void wilsonIsThatOfStatsmodels(JsonNode golden) {
    double n = golden.get("n").asDouble();
    Wilson interval = Wilson.of(golden.get("hits").asDouble() / n, n);
    assertThat(interval.low()).isCloseTo(golden.get("low").asDouble(), within(EXACT));
    assertThat(interval.high()).isCloseTo(golden.get("high").asDouble(), within(EXACT));
  }

  private static Sample sample(JsonNode golden) {
    int k = golden.get("labels").asInt();
    double[][] p =
        StreamSupport.stream(golden.get("probabilities").spliterator(), false)
            .map(Golden::doubles)
            .toArray(double[][]::new);
    int[] group = Golden.ints(golden.get("group"));
    // Groups that no case fell into leave gaps.
    int[] present = Arrays.stream(group).distinct().sorted().toArray();
    int[] dense = Arrays.stream(group).map(g -> Arrays.binarySearch(present, g)).toArray();
    return Sample.of(
        Samples.labels(k),
        k - 1,
        Golden.ints(golden.get("truth")),
        p,
        dense,
        new boolean[p.length]);
  }
}
