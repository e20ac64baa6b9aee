package org.senoscope.evaluate.metrics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.senoscope.files.Json;

/**
 * Precision (positive predictive value among these cases) against recall (sensitivity) of one label
 * against the rest, and average precision: the mean of the precisions at each threshold, weighted
 * by the rise in recall, without lines between the points, which would flatter (Davis and Goadrich,
 * ICML 2006). A model that knows nothing reaches the prevalence.
 *
 * @param label the label
 * @param n cases
 * @param prevalence the label's share of the cases
 * @param averagePrecision the area by steps, with its interval by a bootstrap over groups
 * @param points one for each different score, recall rising
 */
public record PrecisionRecall(
    String label, int n, double prevalence, Estimate averagePrecision, List<Point> points) {
  private static final int STEPS = 100;

  /**
   * One threshold: cases at or above it are given the label.
   *
   * @param threshold the score
   * @param recall share of the label's cases found
   * @param precision share of the cases given the label that have it
   */
  public record Point(double threshold, double recall, double precision) {}

  public PrecisionRecall {
    points = List.copyOf(points);
  }

  /**
   * The curve; the same for the same sample and seed.
   *
   * @param label index of the label
   * @throws IllegalArgumentException when no case has the label
   */
  public static PrecisionRecall of(Sample sample, int label, long seed) {
    int with = sample.counts()[label];
    if (with == 0) {
      throw new IllegalArgumentException("A precision-recall curve needs cases with the label");
    }
    int[] order =
        IntStream.range(0, sample.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -sample.probability(i, label)))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] once = new int[sample.groups()];
    Arrays.fill(once, 1);
    List<Point> points = new ArrayList<>();
    double area = pass(sample, label, order, once, points);
    double[] draws =
        GroupBootstrap.each(
            sample.groups(),
            Assessment.DRAWS,
            seed,
            weights -> pass(sample, label, order, weights, new ArrayList<>()));
    return new PrecisionRecall(
        sample.labels().get(label),
        sample.size(),
        (double) with / sample.size(),
        Draws.of(sample, draws).interval(area),
        points);
  }

  /** Average precision with groups weighted; NaN where no case with the label has a weight. */
  private static double pass(
      Sample sample, int label, int[] order, int[] weights, List<Point> points) {
    long all = 0;
    for (int i : order) {
      all += sample.truth(i) == label ? weights[sample.group(i)] : 0;
    }
    long hits = 0;
    long called = 0;
    long before = 0;
    double area = 0;
    for (int j = 0; j < order.length; j++) {
      int i = order[j];
      int weight = weights[sample.group(i)];
      called += weight;
      hits += sample.truth(i) == label ? weight : 0;
      double score = sample.probability(i, label);
      if (called == 0
          || (j + 1 < order.length && sample.probability(order[j + 1], label) == score)) {
        continue;
      }
      double precision = (double) hits / called;
      area += (hits - before) * precision;
      before = hits;
      points.add(new Point(score, (double) hits / all, precision));
    }
    return area / all;
  }

  /** The first point that reaches a recall. */
  public Point atRecall(double recall) {
    return points.stream()
        .filter(point -> point.recall() >= recall - 1e-12)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("A recall must lie in 0 to 1, was " + recall));
  }

  /** As it stands in files: {@code averagePrecision}, and {@code points} at each percent. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("label", label).put("n", n).put("prevalence", prevalence);
    json.set("averagePrecision", averagePrecision.toJson());
    ArrayNode array = json.putArray("points");
    for (int step = 1; step <= STEPS; step++) {
      Point point = atRecall((double) step / STEPS);
      array
          .addObject()
          .put("threshold", point.threshold())
          .put("recall", point.recall())
          .put("precision", point.precision());
    }
    return json;
  }
}
