package org.senoscope.evaluate.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Seeded synthetic cases for tests. */
final class Samples {
  private Samples() {}

  /** Names label0, label1 … */
  static List<String> labels(int count) {
    return IntStream.range(0, count).mapToObj(label -> "label" + label).toList();
  }

  /**
   * Cases in groups of about the same size whose members share an effect.
   *
   * @param strength how well the labels are told apart; 0 is not at all
   * @param digits 0 for continuous probabilities, else they are rounded to make ties
   */
  static Sample random(long seed, int n, int labels, int groups, double strength, int digits) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] effect = random.doubles(groups).toArray();
    int[] group = new int[n];
    int[] truth = new int[n];
    double[][] p = new double[n][labels];
    for (int i = 0; i < n; i++) {
      group[i] = i % groups;
      truth[i] = i < labels ? i : random.nextInt(labels);
      for (int label = 0; label < labels; label++) {
        double logit = random.nextDouble() * 2 + (label == 0 ? effect[group[i]] : 0);
        p[i][label] = Math.exp(logit + (truth[i] == label ? strength : 0));
      }
      normalise(p[i], digits);
    }
    return Sample.of(labels(labels), labels - 1, truth, p, group, new boolean[n]);
  }

  private static void normalise(double[] row, int digits) {
    double sum = Arrays.stream(row).sum();
    double scale = Math.pow(10, digits);
    double rest = 1;
    for (int label = 0; label < row.length; label++) {
      row[label] /= sum;
      if (digits > 0) {
        row[label] =
            label + 1 < row.length
                ? Math.floor(row[label] * scale) / scale
                : Math.max(0, Math.rint(rest * scale) / scale);
      }
      rest -= row[label];
    }
  }

  /** Two labels, the second positive, with the score of the second. */
  static Sample binary(boolean[] positive, double[] score) {
    int n = positive.length;
    int[] truth = IntStream.range(0, n).map(i -> positive[i] ? 1 : 0).toArray();
    double[][] p =
        Arrays.stream(score).mapToObj(s -> new double[] {1 - s, s}).toArray(double[][]::new);
    return Sample.of(labels(2), 1, truth, p);
  }

  static int[] truth(Sample sample) {
    return IntStream.range(0, sample.size()).map(sample::truth).toArray();
  }

  static int[] group(Sample sample) {
    return IntStream.range(0, sample.size()).map(sample::group).toArray();
  }

  static double[][] probabilities(Sample sample) {
    int k = sample.labels().size();
    return IntStream.range(0, sample.size())
        .mapToObj(
            i -> IntStream.range(0, k).mapToDouble(label -> sample.probability(i, label)).toArray())
        .toArray(double[][]::new);
  }
}
