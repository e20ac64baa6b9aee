package org.senoscope.evaluate.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A pointwise 95% band around a ROC curve: at each of 51 evenly spaced false positive rates, the
 * sensitivities of a bootstrap over groups. For the eye; the interval of the AUC is found
 * otherwise.
 */
public final class RocBand {
  private static final int STEPS = 50;
  private static final int DRAWS = 500;
  private final double[] low = new double[STEPS + 1];
  private final double[] high = new double[STEPS + 1];

  private RocBand() {}

  /**
   * Draws in parallel; the same for the same sample and seed. The band is the whole square when
   * fewer than half of the draws have cases on both sides.
   */
  public static RocBand of(Sample sample, int label, long seed) {
    int[] order =
        IntStream.range(0, sample.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -sample.probability(i, label)))
            .mapToInt(Integer::intValue)
            .toArray();
    double[][] curves =
        Arrays.stream(
                GroupBootstrap.each(
                    sample.groups(),
                    DRAWS,
                    seed,
                    weights -> curve(sample, label, order, weights),
                    double[][]::new))
            .filter(curve -> curve.length > 0)
            .toArray(double[][]::new);
    RocBand band = new RocBand();
    for (int step = 0; step <= STEPS; step++) {
      int at = step;
      double[] sorted = Arrays.stream(curves).mapToDouble(curve -> curve[at]).sorted().toArray();
      boolean enough = sorted.length * 2 >= DRAWS;
      band.low[step] = enough ? Quantiles.ofSorted(sorted, 0.025) : 0;
      band.high[step] = enough ? Quantiles.ofSorted(sorted, 0.975) : 1;
    }
    return band;
  }

  /** Sensitivity at each false positive rate of the grid, by lines between the curve's points. */
  private static double[] curve(Sample sample, int label, int[] order, int[] weights) {
    double with = 0;
    double without = 0;
    for (int i : order) {
      int weight = weights[sample.group(i)];
      with += sample.truth(i) == label ? weight : 0;
      without += sample.truth(i) == label ? 0 : weight;
    }
    if (with == 0 || without == 0) {
      return new double[0];
    }
    double[] curve = new double[STEPS + 1];
    int step = 0;
    double hits = 0;
    double alarms = 0;
    double hitsBefore = 0;
    double alarmsBefore = 0;
    for (int j = 0; j < order.length; j++) {
      int i = order[j];
      int weight = weights[sample.group(i)];
      hits += sample.truth(i) == label ? weight : 0;
      alarms += sample.truth(i) == label ? 0 : weight;
      double score = sample.probability(i, label);
      if (j + 1 < order.length && sample.probability(order[j + 1], label) == score) {
        continue;
      }
      // Where the curve climbs straight up, the rate belongs to the top of the climb.
      while (step <= STEPS && alarms / without > (double) step / STEPS) {
        double part = (step * without / STEPS - alarmsBefore) / (alarms - alarmsBefore);
        curve[step++] = (hitsBefore + part * (hits - hitsBefore)) / with;
      }
      hitsBefore = hits;
      alarmsBefore = alarms;
    }
    Arrays.fill(curve, step, STEPS + 1, 1);
    return curve;
  }

  /** How many points, from rate 0 to rate 1. */
  public int size() {
    return low.length;
  }

  /** The false positive rate of a point. */
  public double falsePositiveRate(int point) {
    return (double) point / STEPS;
  }

  /** The lower sensitivity at a point. */
  public double low(int point) {
    return low[point];
  }

  /** The upper sensitivity at a point. */
  public double high(int point) {
    return high[point];
  }
}
