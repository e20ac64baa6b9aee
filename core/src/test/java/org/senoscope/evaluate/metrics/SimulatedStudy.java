package org.senoscope.evaluate.metrics;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * A study whose true metrics are known: binormal scores of images in groups of 1 to 6 that share
 * half of the scores' variance, and the probabilities that belong to these scores, as of a
 * calibrated model.
 *
 * @param sample two labels, the second positive
 * @param truth each metric's value over all studies of the kind
 */
record SimulatedStudy(Sample sample, Map<String, Double> truth) {
  private static final double SHARED = 0.5;
  private static final double PREVALENCE = 0.35;

  /** The threshold probability of the net benefit. */
  static final double THRESHOLD = 0.3;

  /** The coverage of the selective accuracy. */
  static final double COVERAGE = 0.8;

  /** The prevalence of the predictive values. */
  static final double SCREENING = 0.02;

  /**
   * Draws a study.
   *
   * @param groups how many
   * @param auc the true area, above 1/2 and below 1
   * @param byGroup whether all images of a group have one label, as those of one lesion do; else
   *     each has its own, as a woman's two breasts do
   */
  static SimulatedStudy of(long seed, int groups, double auc, boolean byGroup) {
    SplittableRandom random = new SplittableRandom(seed);
    double gap = Math.sqrt(2) * -Normal.quantile(1 - auc);
    int[] sizes = random.ints(groups, 1, 7).toArray();
    int n = Arrays.stream(sizes).sum();
    int[] truth = new int[n];
    int[] group = new int[n];
    double[][] p = new double[n][];
    double middle = middle(gap);
    int i = 0;
    for (int g = 0; g < groups; g++) {
      double effect = random.nextGaussian();
      int label = random.nextDouble() < PREVALENCE ? 1 : 0;
      for (int image = 0; image < sizes[g]; image++) {
        boolean positive = random.nextDouble() < PREVALENCE;
        truth[i] = byGroup ? label : positive ? 1 : 0;
        double own = random.nextGaussian();
        double score = gap * truth[i] + Math.sqrt(SHARED) * effect + Math.sqrt(1 - SHARED) * own;
        double probability = probability(gap, middle, score);
        p[i] = new double[] {1 - probability, probability};
        group[i++] = g;
      }
    }
    return new SimulatedStudy(
        Sample.of(Samples.labels(2), 1, truth, p, group, new boolean[n]), truths(gap, auc));
  }

  /** The score at which both labels are as probable. */
  private static double middle(double gap) {
    return gap / 2 - Math.log(PREVALENCE / (1 - PREVALENCE)) / gap;
  }

  private static double probability(double gap, double middle, double score) {
    return 1 / (1 + Math.exp(-gap * (score - middle)));
  }

  private static Map<String, Double> truths(double gap, double auc) {
    double middle = middle(gap);
    double sensitivity = below(gap - middle);
    double specificity = below(middle);
    double brier =
        PREVALENCE * mean(s -> square(1 - probability(gap, middle, s + gap)))
            + (1 - PREVALENCE) * mean(s -> square(probability(gap, middle, s)));
    double at = middle + Math.log(THRESHOLD / (1 - THRESHOLD)) / gap;
    double netBenefit =
        PREVALENCE * below(gap - at) - (1 - PREVALENCE) * below(-at) * THRESHOLD / (1 - THRESHOLD);
    double called = SCREENING * sensitivity;
    double passed = (1 - SCREENING) * specificity;
    return Map.ofEntries(
        Map.entry("auc", auc),
        Map.entry("accuracy", PREVALENCE * sensitivity + (1 - PREVALENCE) * specificity),
        Map.entry("sensitivity", sensitivity),
        Map.entry("specificity", specificity),
        Map.entry("balancedAccuracy", (sensitivity + specificity) / 2),
        Map.entry("brier", brier),
        Map.entry("netBenefit", netBenefit),
        Map.entry("selectiveAccuracy", selective(gap, middle)),
        Map.entry("ppv", called / (called + (1 - SCREENING) * (1 - specificity))),
        Map.entry("npv", passed / (passed + SCREENING * (1 - sensitivity))));
  }

  /** Cases within some distance of the middle are refused; that distance is found by halving. */
  private static double selective(double gap, double middle) {
    double low = 0;
    double high = 10;
    for (int step = 0; step < 60; step++) {
      double off = (low + high) / 2;
      if (kept(gap, middle, off) > COVERAGE) {
        low = off;
      } else {
        high = off;
      }
    }
    double right = PREVALENCE * below(gap - middle - low) + (1 - PREVALENCE) * below(middle - low);
    return right / COVERAGE;
  }

  private static double kept(double gap, double middle, double off) {
    return PREVALENCE * (below(gap - middle - off) + below(middle - off - gap))
        + (1 - PREVALENCE) * (below(-middle - off) + below(middle - off));
  }

  private static double below(double point) {
    return point <= 0 ? Normal.below(point) : 1 - Normal.below(-point);
  }

  private static double square(double value) {
    return value * value;
  }

  /** The mean of a function of a standard normal variable, by the trapezoid rule. */
  private static double mean(DoubleUnaryOperator function) {
    double sum = 0;
    for (double s = -8; s <= 8; s += 1.0 / 64) {
      sum += function.applyAsDouble(s) * Math.exp(-s * s / 2);
    }
    return sum / 64 / Math.sqrt(2 * Math.PI);
  }
}
