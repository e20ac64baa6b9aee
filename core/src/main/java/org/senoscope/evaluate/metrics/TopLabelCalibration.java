package org.senoscope.evaluate.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How far the highest probability is from being right that often, by bins of equal width; bin b of
 * B holds the probabilities above b/B and up to (b+1)/B.
 *
 * @param bins from low to high, empty ones included
 * @param noiseFloor what a perfectly calibrated model with the same highest probabilities shows on
 *     average: each case right with just its probability, independently
 * @param noiseFloorHigh what such a model exceeds in one case of twenty
 */
public record TopLabelCalibration(List<Bin> bins, double noiseFloor, double noiseFloorHigh) {
  private static final int SIMULATIONS = 1_000;

  /**
   * One bin.
   *
   * @param low exclusive, except for 0
   * @param high inclusive
   * @param n cases
   * @param confidence their mean highest probability; NaN when there are none
   * @param accuracy share of them that are right; NaN when there are none
   */
  public record Bin(double low, double high, int n, double confidence, double accuracy) {}

  /** Bins the cases and simulates the floor, the same for the same seed. */
  public static TopLabelCalibration of(Sample sample, long seed) {
    int n = sample.size();
    double[] confidence = new double[n];
    boolean[] right = new boolean[n];
    for (int i = 0; i < n; i++) {
      int top = sample.predicted(i);
      confidence[i] = sample.probability(i, top);
      right[i] = top == sample.truth(i);
    }
    double[] simulated = simulate(confidence, seed);
    return new TopLabelCalibration(
        bins(confidence, right),
        Arrays.stream(simulated).average().orElseThrow(),
        Quantiles.ofSorted(simulated, 0.95));
  }

  static int binOf(double confidence, int bins) {
    return Math.clamp((int) Math.ceil(confidence * bins) - 1, 0, bins - 1);
  }

  private static List<Bin> bins(double[] confidence, boolean[] right) {
    int bins = Sample.BINS;
    int[] n = new int[bins];
    int[] hits = new int[bins];
    double[] sum = new double[bins];
    for (int i = 0; i < confidence.length; i++) {
      int bin = binOf(confidence[i], bins);
      n[bin]++;
      hits[bin] += right[i] ? 1 : 0;
      sum[bin] += confidence[i];
    }
    return IntStream.range(0, bins)
        .mapToObj(
            b ->
                new Bin(
                    (double) b / bins,
                    (double) (b + 1) / bins,
                    n[b],
                    sum[b] / n[b],
                    (double) hits[b] / n[b]))
        .toList();
  }

  private static double[] simulate(double[] confidence, long seed) {
    SplittableRandom root = new SplittableRandom(seed);
    SplittableRandom[] streams = new SplittableRandom[SIMULATIONS];
    Arrays.setAll(streams, s -> root.split());
    int[] bin = Arrays.stream(confidence).mapToInt(c -> binOf(c, Sample.BINS)).toArray();
    double[] errors =
        IntStream.range(0, SIMULATIONS)
            .parallel()
            .mapToDouble(
                s -> {
                  double[] gaps = new double[Sample.BINS];
                  for (int i = 0; i < confidence.length; i++) {
                    boolean hit = streams[s].nextDouble() < confidence[i];
                    gaps[bin[i]] += (hit ? 1 : 0) - confidence[i];
                  }
                  return Arrays.stream(gaps).map(Math::abs).sum() / confidence.length;
                })
            .toArray();
    Arrays.sort(errors);
    return errors;
  }
}
