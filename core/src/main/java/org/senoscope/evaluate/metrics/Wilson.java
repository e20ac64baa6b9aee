package org.senoscope.evaluate.metrics;

/**
 * Wilson's score interval for a proportion (Wilson 1927). It stays within 0 to 1 and does not
 * shrink to a point when all or none are hits.
 *
 * @param low lower limit, 95%
 * @param high upper limit, 95%
 */
public record Wilson(double low, double high) {
  /** The 97.5% quantile of the standard normal distribution. */
  static final double Z = 1.959963984540054;

  /**
   * The interval of a proportion seen in independent cases.
   *
   * @param share of hits, 0 to 1
   * @param n cases, above 0
   */
  public static Wilson of(double share, double n) {
    double square = Z * Z;
    double centre = (share + square / (2 * n)) / (1 + square / n);
    double half = Z / (1 + square / n) * Math.sqrt(share * (1 - share) / n + square / (4 * n * n));
    return new Wilson(
        share == 0 ? 0 : Math.max(0, centre - half), share == 1 ? 1 : Math.min(1, centre + half));
  }
}
