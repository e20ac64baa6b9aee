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
}
