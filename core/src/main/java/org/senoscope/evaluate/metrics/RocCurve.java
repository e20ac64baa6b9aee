package org.senoscope.evaluate.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A ROC curve of one label against the rest.
 *
 * @param points from (0, 0) to (1, 1), one for each different score, thresholds falling
 */
public record RocCurve(List<Point> points) {
  /**
   * One threshold: cases at or above it are given the label.
   *
   * @param threshold the score; infinite at the first point
   * @param falsePositiveRate 1 − specificity
   * @param sensitivity share of the label's cases found
   */
  public record Point(double threshold, double falsePositiveRate, double sensitivity) {}

  public RocCurve {
    points = List.copyOf(points);
  }

  /**
   * The curve.
   *
   * @throws IllegalArgumentException when one side has no case
   */
  public static RocCurve of(Sample sample, int label) {
    int n = sample.size();
    int with = sample.counts()[label];
    int without = n - with;
    if (with == 0 || without == 0) {
      throw new IllegalArgumentException("A ROC curve needs cases with and without the label");
    }
    List<Integer> order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -sample.probability(i, label)))
            .toList();
    List<Point> points = new ArrayList<>();
    points.add(new Point(Double.POSITIVE_INFINITY, 0, 0));
    int hits = 0;
    int alarms = 0;
    for (int j = 0; j < n; j++) {
      int i = order.get(j);
      if (sample.truth(i) == label) {
        hits++;
      } else {
        alarms++;
      }
      double score = sample.probability(i, label);
      if (j + 1 == n || sample.probability(order.get(j + 1), label) != score) {
        points.add(new Point(score, (double) alarms / without, (double) hits / with));
      }
    }
    return new RocCurve(points);
  }

  /** The sensitivity at a false positive rate, the best that is reached without exceeding it. */
  public double sensitivityAt(double falsePositiveRate) {
    double best = 0;
    for (Point point : points) {
      if (point.falsePositiveRate() <= falsePositiveRate) {
        best = Math.max(best, point.sensitivity());
      }
    }
    return best;
  }
}
