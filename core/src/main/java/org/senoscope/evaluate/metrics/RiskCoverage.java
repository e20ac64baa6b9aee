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
 * How accuracy rises when the least confident cases are refused first (El-Yaniv and Wiener, JMLR
 * 11, 2010). Confidence is the highest probability; cases of equal confidence are kept or refused
 * together, so that their order does not matter.
 *
 * @param n cases
 * @param aurc area under the risk–coverage curve: the mean over cases of the share of wrong ones
 *     among those at least as confident (Geifman, Uziel and El-Yaniv, ICLR 2019); 0 is best
 * @param points by rising coverage
 */
public record RiskCoverage(int n, Estimate aurc, List<Point> points) {
  /** Coverages of 1% to 100%. */
  private static final double[] GRID =
      IntStream.rangeClosed(1, 100).mapToDouble(percent -> percent / 100.0).toArray();

  /**
   * One coverage that was asked for.
   *
   * @param coverage asked for, above 0 and up to 1
   * @param kept share of the cases that are kept: the smallest that reaches the coverage
   * @param threshold cases of this confidence or more are kept
   * @param selectiveAccuracy accuracy among the cases that are kept, with its pointwise band, each
   *     draw having a threshold of its own
   */
  public record Point(double coverage, double kept, double threshold, Estimate selectiveAccuracy) {}

  public RiskCoverage {
    points = List.copyOf(points);
  }

  /**
   * The curve at coverages of 1% to 100% with a bootstrap over groups; the same for the same sample
   * and seed.
   */
  public static RiskCoverage of(Sample sample, long seed) {
    return of(sample, GRID, seed);
  }

  /**
   * The curve at given coverages.
   *
   * @param coverages rising, above 0 and up to 1
   */
  public static RiskCoverage of(Sample sample, double[] coverages, long seed) {
    for (int step = 0; step < coverages.length; step++) {
      if (!(coverages[step] > (step == 0 ? 0 : coverages[step - 1]) && coverages[step] <= 1)) {
        throw new IllegalArgumentException(
            "Coverages must rise and lie above 0 and up to 1, were " + Arrays.toString(coverages));
      }
    }
    Ranking ranking = Ranking.of(sample);
    int[] once = new int[sample.groups()];
    Arrays.fill(once, 1);
    Pass whole = ranking.pass(coverages, once);
    Pass[] draws =
        GroupBootstrap.each(
            sample.groups(),
            Assessment.DRAWS,
            seed,
            weights -> ranking.pass(coverages, weights),
            Pass[]::new);
    List<Point> points = new ArrayList<>();
    for (int step = 0; step < coverages.length; step++) {
      int at = step;
      double threshold = whole.thresholds()[step];
      Draws accuracies =
          Draws.of(sample, Arrays.stream(draws).mapToDouble(d -> d.accuracies()[at]).toArray());
      // Where no draw has an error the draws know nothing: the cases that are kept still do.
      Estimate accuracy =
          accuracies.constant()
              ? Intervals.proportion(
                  sample,
                  i -> ranking.confidence[i] >= threshold,
                  i -> sample.predicted(i) == sample.truth(i))
              : accuracies.interval(whole.accuracies()[step]);
      points.add(new Point(coverages[step], whole.kept()[step], threshold, accuracy));
    }
    Draws areas = Draws.of(sample, Arrays.stream(draws).mapToDouble(Pass::aurc).toArray());
    return new RiskCoverage(sample.size(), areas.interval(whole.aurc()), points);
  }

  /** One pass over the cases with groups weighted; three of the fields by coverage. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Pass(double aurc, double[] kept, double[] thresholds, double[] accuracies) {}

  /** The cases by falling confidence. */
  private static final class Ranking {
    private final Sample sample;
    private final double[] confidence;
    private final int[] order;

    private Ranking(Sample sample, double[] confidence, int[] order) {
      this.sample = sample;
      this.confidence = confidence;
      this.order = order;
    }

    static Ranking of(Sample sample) {
      double[] confidence =
          IntStream.range(0, sample.size())
              .mapToDouble(i -> sample.probability(i, sample.predicted(i)))
              .toArray();
      int[] order =
          IntStream.range(0, sample.size())
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -confidence[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      return new Ranking(sample, confidence, order);
    }

    Pass pass(double[] coverages, int[] weights) {
      long total = 0;
      for (int i : order) {
        total += weights[sample.group(i)];
      }
      Pass pass =
          new Pass(
              Double.NaN,
              new double[coverages.length],
              new double[coverages.length],
              new double[coverages.length]);
      long kept = 0;
      long right = 0;
      long before = 0;
      double area = 0;
      int step = 0;
      for (int j = 0; j < order.length; j++) {
        int i = order[j];
        int weight = weights[sample.group(i)];
        kept += weight;
        right += sample.predicted(i) == sample.truth(i) ? weight : 0;
        boolean last = j + 1 == order.length || confidence[order[j + 1]] != confidence[i];
        if (!last || kept == before) {
          continue;
        }
        double accuracy = (double) right / kept;
        area += (kept - before) * (1 - accuracy);
        before = kept;
        while (step < coverages.length && (double) kept / total >= coverages[step]) {
          pass.kept[step] = (double) kept / total;
          pass.thresholds[step] = confidence[i];
          pass.accuracies[step++] = accuracy;
        }
      }
      return new Pass(area / total, pass.kept, pass.thresholds, pass.accuracies);
    }
  }

  /**
   * The point at a coverage.
   *
   * @throws IllegalArgumentException when the curve was not asked for it
   */
  public Point at(double coverage) {
    return points.stream()
        .filter(point -> point.coverage() == coverage)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The curve has no coverage of %s, it has %s"
                        .formatted(coverage, points.stream().map(Point::coverage).toList())));
  }

  /** As it stands in files: {@code aurc} and {@code points}. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("n", n);
    json.set("aurc", aurc.toJson());
    ArrayNode array = json.putArray("points");
    for (Point point : points) {
      array
          .addObject()
          .put("coverage", point.coverage())
          .put("kept", point.kept())
          .put("threshold", point.threshold())
          .set("selectiveAccuracy", point.selectiveAccuracy().toJson());
    }
    return json;
  }
}
