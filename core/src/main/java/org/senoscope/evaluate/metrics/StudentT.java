package org.senoscope.evaluate.metrics;

/** Student's t distribution, as two-sided 95% intervals and p-values need it. */
final class StudentT {
  private StudentT() {}

  /**
   * The 97.5% quantile.
   *
   * @param freedom degrees of freedom, at least 1
   */
  static double quantile(int freedom) {
    if (freedom < 1) {
      throw new IllegalArgumentException("Degrees of freedom must be 1 or more, were " + freedom);
    }
    double low = 1;
    double high = 13;
    for (int step = 0; step < 60; step++) {
      double middle = (low + high) / 2;
      if (centralShare(middle, freedom) < 0.95) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /**
   * The probability of lying as far from 0 as a point or farther, on either side.
   *
   * @param point of either sign
   * @param freedom degrees of freedom, at least 1
   */
  static double twoSided(double point, int freedom) {
    // Beyond some 15 standard errors the series' rounding would show.
    return Math.max(0, 1 - centralShare(Math.abs(point), freedom));
  }

  /** The probability of lying within ±t, by the finite series (Abramowitz and Stegun 26.7.3, 4). */
  private static double centralShare(double t, int freedom) {
    double angle = Math.atan(t / Math.sqrt(freedom));
    double cosine = Math.cos(angle);
    double square = cosine * cosine;
    boolean odd = freedom % 2 == 1;
    double term = odd ? cosine : 1;
    double sum = freedom == 1 ? 0 : term;
    for (int j = odd ? 3 : 2; j < freedom; j += 2) {
      term *= square * (j - 1) / j;
      sum += term;
    }
    return odd ? 2 / Math.PI * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  }
}
