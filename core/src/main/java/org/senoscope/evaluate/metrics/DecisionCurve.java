package org.senoscope.evaluate.metrics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.senoscope.files.Json;

/**
 * What acting on a model is worth: the net benefit over threshold probabilities (Vickers and Elkin,
 * Medical Decision Making 26, 2006). A threshold t says that one true alarm outweighs (1 − t) / t
 * false ones; the net benefit is the true alarms less the false ones so weighed, for each case:
 * TP/n − FP/n · t/(1 − t), a case raising an alarm when its probability is at least t. A model is
 * worth using where its curve lies above both treating all and treating none (0).
 *
 * <p>Thresholds are probabilities: of scores that are not calibrated the curve says little. The
 * cases' share of positives is taken as the prevalence.
 *
 * @param label the label that raises the alarm
 * @param n cases
 * @param prevalence the label's share of the cases
 * @param points by rising threshold
 */
public record DecisionCurve(String label, int n, double prevalence, List<Point> points) {
  /** Thresholds .01 to .99. */
  private static final double[] GRID =
      IntStream.rangeClosed(1, 99).mapToDouble(percent -> percent / 100.0).toArray();

  /**
   * One threshold.
   *
   * @param threshold probability, above 0 and below 1
   * @param netBenefit of the model, −∞ to the prevalence, with its pointwise band
   * @param treatAll net benefit of an alarm for every case
   */
  public record Point(double threshold, Estimate netBenefit, double treatAll) {}

  public DecisionCurve {
    points = List.copyOf(points);
  }

  /**
   * The curve at thresholds .01 to .99 with a bootstrap over groups; the same for the same sample
   * and seed.
   *
   * @param label index of the label
   */
  public static DecisionCurve of(Sample sample, int label, long seed) {
    return of(sample, label, GRID, seed);
  }

  /**
   * The curve at given thresholds.
   *
   * @param thresholds rising, above 0 and below 1
   */
  static DecisionCurve of(Sample sample, int label, double[] thresholds, long seed) {
    int n = sample.size();
    // How many thresholds raise an alarm for a case.
    int[] alarms = new int[n];
    for (int i = 0; i < n; i++) {
      double p = sample.probability(i, label);
      while (alarms[i] < thresholds.length && thresholds[alarms[i]] <= p) {
        alarms[i]++;
      }
    }
    int[] once = new int[sample.groups()];
    Arrays.fill(once, 1);
    double[] whole = netBenefit(sample, label, thresholds, alarms, once);
    double[][] draws =
        GroupBootstrap.each(
            sample.groups(),
            Assessment.DRAWS,
            seed,
            weights -> netBenefit(sample, label, thresholds, alarms, weights),
            double[][]::new);
    double prevalence = (double) sample.counts()[label] / n;
    List<Point> points = new ArrayList<>();
    for (int step = 0; step < thresholds.length; step++) {
      int at = step;
      double[] values = Arrays.stream(draws).mapToDouble(draw -> draw[at]).toArray();
      points.add(
          new Point(
              thresholds[step],
              Draws.of(sample, values).interval(whole[step]),
              prevalence - (1 - prevalence) * odds(thresholds[step])));
    }
    return new DecisionCurve(sample.labels().get(label), n, prevalence, points);
  }

  private static double[] netBenefit(
      Sample sample, int label, double[] thresholds, int[] alarms, int[] weights) {
    long[] with = new long[thresholds.length + 1];
    long[] without = new long[thresholds.length + 1];
    long total = 0;
    for (int i = 0; i < alarms.length; i++) {
      int weight = weights[sample.group(i)];
      (sample.truth(i) == label ? with : without)[alarms[i]] += weight;
      total += weight;
    }
    double[] benefit = new double[thresholds.length];
    long right = 0;
    long wrong = 0;
    for (int step = thresholds.length - 1; step >= 0; step--) {
      right += with[step + 1];
      wrong += without[step + 1];
      benefit[step] = (right - wrong * odds(thresholds[step])) / total;
    }
    return benefit;
  }

  private static double odds(double probability) {
    return probability / (1 - probability);
  }

  /** As it stands in files: {@code points}, each with the threshold and three net benefits. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("label", label).put("n", n).put("prevalence", prevalence);
    ArrayNode array = json.putArray("points");
    for (Point point : points) {
      ObjectNode node = array.addObject().put("threshold", point.threshold());
      node.set("netBenefit", point.netBenefit().toJson());
      node.put("treatAll", point.treatAll()).put("treatNone", 0.0);
    }
    return json;
  }
}
