package org.senoscope.evaluate.metrics;

/** The standard normal distribution. */
final class Normal {
  private Normal() {}

  /** The probability of lying below, for a point at most 0, to about 1e-15. */
  static double below(double point) {
    if (point > 0) {
      throw new IllegalArgumentException("Only the lower half is computed, was asked " + point);
    }
    // Marsaglia's series about 0 (Journal of Statistical Software 11, 2004).
    double term = point;
    double sum = point;
    for (int odd = 3; Math.abs(term) > 1e-18; odd += 2) {
      term *= point * point / odd;
      sum += term;
    }
    return Math.max(0, 0.5 + sum * Math.exp(-point * point / 2) / Math.sqrt(2 * Math.PI));
  }

  /** The probability of lying below any point. */
  static double cumulative(double point) {
    return point <= 0 ? below(point) : 1 - below(-point);
  }

  /**
   * The point that a share of the distribution lies below.
   *
   * @param share above 0, below 1
   */
  static double quantile(double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("A share lies above 0 and below 1, was " + share);
    }
    if (share > 0.5) {
      return -quantile(1 - share);
    }
    double low = -9;
    double high = 0;
    for (int step = 0; step < 60; step++) {
      double middle = (low + high) / 2;
      if (below(middle) < share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
