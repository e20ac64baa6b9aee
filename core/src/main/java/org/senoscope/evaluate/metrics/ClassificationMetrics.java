package org.senoscope.evaluate.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import org.senoscope.files.Json;

/**
 * A classifier's metrics without intervals, for validation during training. NaN stands for what
 * cannot be computed. Means over labels are over the labels that occur.
 *
 * @param n cases
 * @param auc with two labels the AUC, with more the macro one-versus-rest AUC
 * @param balancedAccuracy mean sensitivity over the labels
 * @param accuracy share of cases whose highest probability is their label's
 * @param macroF1 mean F1 over the labels
 * @param logLoss mean negative natural logarithm of the true label's probability
 * @param brier mean squared error of the probabilities: 0 to 1 for two labels, 0 to 2 for more
 * @param ece top-label calibration error, 15 bins of equal width
 * @param majorityAccuracy accuracy of always saying the most frequent label
 */
public record ClassificationMetrics(
    int n,
    double auc,
    double balancedAccuracy,
    double accuracy,
    double macroF1,
    double logLoss,
    double brier,
    double ece,
    double majorityAccuracy) {

  /**
   * Computes all metrics in one pass after sorting.
   *
   * @param labels at least two
   * @param truth index of each case's label, shape (n)
   * @param probabilities of each label, shape (n, labels), each row summing to 1
   */
  public static ClassificationMetrics of(
      List<String> labels, int[] truth, double[][] probabilities) {
    // With two labels whose probabilities sum to 1, either as the positive one gives the same AUC.
    Sample sample = Sample.of(labels, labels.size() - 1, truth, probabilities);
    Measures measures = sample.measure();
    int most = Arrays.stream(sample.counts()).max().orElseThrow();
    return new ClassificationMetrics(
        sample.size(),
        measures.auc(),
        measures.balancedAccuracy(),
        measures.accuracy(),
        measures.macroF1(),
        measures.logLoss(),
        measures.brier(),
        measures.ece(),
        (double) most / sample.size());
  }

  /** As it stands in logs: plain numbers, {@code null} for what cannot be computed. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("n", n);
    put(json, "auc", auc);
    put(json, "balancedAccuracy", balancedAccuracy);
    put(json, "accuracy", accuracy);
    put(json, "macroF1", macroF1);
    put(json, "logLoss", logLoss);
    put(json, "brier", brier);
    put(json, "ece", ece);
    put(json, "majorityAccuracy", majorityAccuracy);
    return json;
  }

  private static void put(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.putNull(name);
    }
  }
}
