package org.senoscope.evaluate.metrics;

/** Quantiles with linear interpolation between neighbours, as numpy and R's type 7 have them. */
final class Quantiles {
  private Quantiles() {}

  /**
   * A quantile.
   *
   * @param sorted ascending, not empty
   * @param share 0 to 1
   */
  static double ofSorted(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    double part = place - below;
    return sorted[below] + part * (sorted[above] - sorted[below]);
  }
}
