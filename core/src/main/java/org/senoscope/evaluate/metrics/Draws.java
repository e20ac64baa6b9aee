package org.senoscope.evaluate.metrics;

import java.util.Arrays;

/**
 * One number in each draw of a bootstrap over groups, and what the draws say of it: percentiles,
 * widened for few groups (Hesterberg, The American Statistician 69, 2015).
 *
 * @param sorted the numbers, ascending, those of draws that lack one left out
 * @param drawn how many draws there were
 * @param groups how many groups were drawn from
 * @param clustered whether some group holds more than one case
 * @param centre what the mean of the draws is moved to; NaN when they stay where they are
 * @param acceleration how the spread changes with the value, for accelerated percentiles (BCa,
 *     Efron, Journal of the American Statistical Association 82, 1987); NaN for plain ones
 */
@SuppressWarnings("ArrayRecordComponent") // Read within this package only, and never compared.
record Draws(
    double[] sorted, int drawn, int groups, boolean clustered, double centre, double acceleration) {
  /** Of the draws, the share in which a metric may be missing before its interval is refused. */
  private static final double MISSING_LIMIT = 0.05;

  /**
   * The numbers of all draws.
   *
   * @param values in any order, NaN where a draw lacks one
   */
  static Draws of(Sample sample, double[] values) {
    double[] sorted = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    Arrays.sort(sorted);
    return new Draws(
        sorted, values.length, sample.groups(), sample.clustered(), Double.NaN, Double.NaN);
  }

  /** The same draws moved so that their mean is the value: for a metric that counts noise. */
  Draws centredOn(double value) {
    return new Draws(sorted, drawn, groups, clustered, value, acceleration);
  }

  /**
   * The same draws with accelerated percentiles, which follow the skewness of a share near 1.
   *
   * @param influence what each group adds to the value's error, shape (groups), in any unit
   */
  Draws accelerated(double[] influence) {
    double square = Arrays.stream(influence).map(x -> x * x).sum();
    double cube = Arrays.stream(influence).map(x -> x * x * x).sum();
    return new Draws(sorted, drawn, groups, clustered, centre, cube / (6 * Math.pow(square, 1.5)));
  }

  /** The interval around a value. */
  Estimate interval(double value) {
    String fault = fault();
    if (!fault.isEmpty()) {
      return Estimate.withoutInterval(value, fault);
    }
    if (constant()) {
      return Estimate.withoutInterval(value, "every draw has the same value");
    }
    double reach = widening() * StudentT.quantile(groups - 1);
    double shift = shift();
    return Estimate.of(
        value,
        Quantiles.ofSorted(sorted, share(-reach, value)) + shift,
        Quantiles.ofSorted(sorted, share(reach, value)) + shift,
        "bootstrap of %s, %d draws, %spercentiles%s"
            .formatted(
                clustered ? "groups" : "images",
                drawn,
                Double.isNaN(acceleration) ? "" : "accelerated ",
                Double.isNaN(centre) ? "" : " centred on the value"));
  }

  /** The share of the draws below a limit that lies so many standard errors from the value. */
  private double share(double reach, double value) {
    if (Double.isNaN(acceleration)) {
      return Normal.cumulative(reach);
    }
    double below = 0;
    for (double draw : sorted) {
      below += draw < value ? 1 : draw == value ? 0.5 : 0;
    }
    double bias = Normal.quantile(Math.clamp(below / sorted.length, 1e-3, 1 - 1e-3));
    double off = bias + reach;
    return Normal.cumulative(bias + off / (1 - acceleration * off));
  }

  /**
   * Whether every draw has the same number: the draws then know nothing of how far the value may be
   * off.
   */
  boolean constant() {
    return sorted.length > 0 && sorted[0] == sorted[sorted.length - 1];
  }

  /**
   * The two-sided p-value of the true number being 0: below .05 just where the interval leaves 0
   * out, and never 0, since one more draw could lie beyond. NaN where there is no interval.
   */
  double p() {
    if (!fault().isEmpty()) {
      return Double.NaN;
    }
    double shift = shift();
    if (constant()) {
      return sorted[0] + shift == 0 ? 1 : Double.NaN;
    }
    int below = 1;
    int above = 1;
    for (double value : sorted) {
      below += value + shift <= 0 ? 1 : 0;
      above += value + shift >= 0 ? 1 : 0;
    }
    double tail = Math.min(below, above) / (sorted.length + 1.0);
    return tail >= 0.5 ? 1 : StudentT.twoSided(Normal.quantile(tail) / widening(), groups - 1);
  }

  private String fault() {
    if (groups < 2) {
      return "all cases are of one group";
    }
    return sorted.length < drawn * (1 - MISSING_LIMIT)
        ? "too few groups hold some label: more than 5% of the draws lack it"
        : "";
  }

  private double shift() {
    return Double.isNaN(centre) ? 0 : centre - Arrays.stream(sorted).average().orElseThrow();
  }

  private double widening() {
    return Math.sqrt(groups / (groups - 1.0));
  }
}
