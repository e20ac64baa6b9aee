package org.senoscope.evaluate.metrics;

/** The quantile of Student's t distribution that a two-sided 95% interval needs. */
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
