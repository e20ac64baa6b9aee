package org.senoscope.calibration;

/**
 * How well probabilities foretold the truth: both parts are least, on average, for the true
 * probabilities (proper scoring rules). The numbers equal those of {@code evaluate}.
 *
 * @param logLoss mean negative natural logarithm of the true label's probability, which counts as
 *     2.2e-16 where it is less, as in scikit-learn
 * @param brier mean squared error: 0 to 1 for two labels, 0 to 2 for more
 */
public record ProperScore(double logLoss, double brier) {
  /**
   * Scores cases.
   *
   * @param probabilities a row for each case, summing to 1
   * @param truth the label of each case
   */
  public static ProperScore of(double[][] probabilities, int[] truth) {
    double surprise = 0;
    double error = 0;
    for (int i = 0; i < truth.length; i++) {
      surprise += surprise(probabilities[i], truth[i]);
      error += error(probabilities[i], truth[i]);
    }
    return new ProperScore(surprise / truth.length, error / truth.length);
  }

  /** One case's share of the log loss. */
  static double surprise(double[] probabilities, int truth) {
    return -Math.log(Math.max(probabilities[truth], Math.ulp(1.0)));
  }

  private static double error(double[] probabilities, int truth) {
    double sum = 0;
    for (int label = 0; label < probabilities.length; label++) {
      double off = probabilities[label] - (label == truth ? 1 : 0);
      sum += off * off;
    }
    // Two labels make the same error twice; the Brier score of a binary event counts it once.
    return probabilities.length == 2 ? sum / 2 : sum;
  }
}
