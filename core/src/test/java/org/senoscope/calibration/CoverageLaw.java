package org.senoscope.calibration;

/**
 * How the coverage of one label's conformal sets is spread over calibration sets, exactly: Beta(r,
 * n + 1 - r) for n exchangeable cases whose distances do not tie, r being the rank of the limit
 * (Vovk 2012, with n + 1 - l = r). The law of the r-th smallest of n uniform numbers.
 *
 * @param cases calibration cases of the label
 * @param rank of the limit, at most the number of cases
 */
record CoverageLaw(int cases, int rank) {
  static CoverageLaw of(int cases, double level) {
    return new CoverageLaw(cases, ConformalSets.rank(cases, level));
  }

  double mean() {
    return rank / (cases + 1.0);
  }

  double deviation() {
    return Math.sqrt(mean() * (1 - mean()) / (cases + 2));
  }

  /** The chance of a coverage up to this: r of n uniform numbers at least lie below it. */
  double below(double coverage) {
    if (coverage <= 0 || coverage >= 1) {
      return coverage <= 0 ? 0 : 1;
    }
    double sum = 0;
    double logChoose = 0;
    for (int hits = 0; hits <= cases; hits++) {
      if (hits >= rank) {
        sum +=
            Math.exp(
                logChoose + hits * Math.log(coverage) + (cases - hits) * Math.log1p(-coverage));
      }
      logChoose += Math.log((cases - hits) / (hits + 1.0));
    }
    return sum;
  }
}
