package org.senoscope.evaluate.metrics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.senoscope.files.Json;

/**
 * Every metric of a sample with its 95% interval.
 *
 * @param metrics by name, in the order of a report: auc, balancedAccuracy, accuracy, macroF1,
 *     sensitivity, specificity, brier, ece, coverage, selectiveAccuracy
 * @param byLabel each label against the rest, in the labels' order
 * @param majorityAccuracy accuracy of always saying the most frequent label
 * @param calibration the bins behind ece, and its noise floor
 * @param aucByBootstrap the AUC with percentiles of the bootstrap, for comparison with other work
 */
public record Assessment(
    Map<String, Estimate> metrics,
    Map<String, OneLabel> byLabel,
    double majorityAccuracy,
    TopLabelCalibration calibration,
    Estimate aucByBootstrap) {
  /** Draws of the bootstrap. */
  public static final int DRAWS = 2_000;

  /**
   * One label against the rest.
   *
   * @param n cases with the label
   * @param auc area under the ROC curve
   * @param sensitivity of the label's cases, the share given the label
   * @param specificity of the others, the share not given it
   */
  public record OneLabel(int n, Estimate auc, Estimate sensitivity, Estimate specificity) {}

  /** Computes everything; the same for the same sample, in the same order, and seed. */
  public static Assessment of(Sample sample, long seed) {
    Intervals intervals = new Intervals(sample, seed);
    Map<String, Estimate> metrics = new LinkedHashMap<>();
    metrics.put("auc", intervals.auc());
    metrics.put("balancedAccuracy", intervals.balancedAccuracy());
    metrics.put("accuracy", intervals.accuracy());
    metrics.put("macroF1", intervals.macroF1());
    metrics.put(
        "sensitivity",
        sample.positive() < 0 ? noPositive() : intervals.sensitivity(sample.positive()));
    metrics.put(
        "specificity",
        sample.positive() < 0 ? noPositive() : intervals.specificity(sample.positive()));
    metrics.put("brier", intervals.brier());
    metrics.put("ece", intervals.ece());
    metrics.put("coverage", intervals.coverage());
    metrics.put("selectiveAccuracy", intervals.selectiveAccuracy());
    int[] counts = sample.counts();
    Map<String, OneLabel> byLabel = new LinkedHashMap<>();
    for (int label = 0; label < counts.length; label++) {
      byLabel.put(
          sample.labels().get(label),
          new OneLabel(
              counts[label],
              intervals.auc(label),
              intervals.sensitivity(label),
              intervals.specificity(label)));
    }
    return new Assessment(
        metrics,
        byLabel,
        (double) Arrays.stream(counts).max().orElseThrow() / sample.size(),
        TopLabelCalibration.of(sample, seed),
        intervals.aucByBootstrap());
  }

  /**
   * One label's AUC with percentiles of a bootstrap over groups, without all else.
   *
   * @param label index of the label
   * @param draws of the bootstrap, such as {@link #DRAWS}
   */
  public static Estimate aucByBootstrap(Sample sample, int label, int draws, long seed) {
    int[] once = new int[sample.groups()];
    Arrays.fill(once, 1);
    double value = sample.auc(label, once);
    if (Double.isNaN(value)) {
      return Estimate.none("cases with and without the label are needed");
    }
    double[] areas =
        GroupBootstrap.each(sample.groups(), draws, seed, weights -> sample.auc(label, weights));
    return Draws.of(sample, areas).interval(value);
  }

  private static Estimate noPositive() {
    return Estimate.none("the task has no positive label; see byLabel");
  }

  /** A metric by its name. */
  public Estimate metric(String name) {
    Estimate estimate = metrics.get(name);
    if (estimate == null) {
      throw new IllegalArgumentException(
          "There is no metric %s, there are %s".formatted(name, metrics.keySet()));
    }
    return estimate;
  }

  /** One label against the rest. */
  public OneLabel label(String label) {
    OneLabel one = byLabel.get(label);
    if (one == null) {
      throw new IllegalArgumentException(
          "There is no label %s, there are %s".formatted(label, byLabel.keySet()));
    }
    return one;
  }

  /** The object {@code metrics} of an evaluation; auc with both intervals, ece with its floor. */
  public ObjectNode metricsJson() {
    ObjectNode json = Json.object();
    metrics.forEach((name, estimate) -> json.set(name, estimate.toJson()));
    ((ObjectNode) json.get("auc")).set("bootstrap", aucByBootstrap.toJson());
    ((ObjectNode) json.get("ece"))
        .put("noiseFloor", calibration.noiseFloor())
        .put("noiseFloorHigh", calibration.noiseFloorHigh());
    return json;
  }

  /** The object {@code byLabel} of an evaluation. */
  public ObjectNode byLabelJson() {
    ObjectNode json = Json.object();
    byLabel.forEach(
        (label, one) -> {
          ObjectNode node = json.putObject(label).put("n", one.n());
          node.set("auc", one.auc().toJson());
          node.set("sensitivity", one.sensitivity().toJson());
          node.set("specificity", one.specificity().toJson());
        });
    return json;
  }

  /** The bins that hold cases, as {@code calibration} of an evaluation. */
  public ArrayNode calibrationJson() {
    ArrayNode json = Json.object().putArray("bins");
    for (TopLabelCalibration.Bin bin : calibration.bins()) {
      if (bin.n() > 0) {
        json.addObject()
            .put("low", bin.low())
            .put("high", bin.high())
            .put("n", bin.n())
            .put("confidence", bin.confidence())
            .put("accuracy", bin.accuracy());
      }
    }
    return json;
  }
}
