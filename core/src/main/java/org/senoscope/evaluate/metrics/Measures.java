package org.senoscope.evaluate.metrics;

/**
 * The values of all metrics for one weighting of the groups; NaN where one cannot be computed.
 *
 * <p>A mean over labels (macro) is over the labels that occur: a label without a case has no
 * sensitivity, and one without a case beside it no specificity.
 */
public final class Measures {
  private final int positive;
  private final double[] aucs;
  private final double[] sensitivities;
  private final double[] specificities;
  private final double accuracy;
  private final double balancedAccuracy;
  private final double macroF1;
  private final double brier;
  private final double logLoss;
  private final double ece;
  private final double coverage;
  private final double selectiveAccuracy;

  private Measures(
      int positive,
      double[] aucs,
      long[] cells,
      double brier,
      double logLoss,
      double ece,
      double coverage,
      double selectiveAccuracy) {
    this.positive = positive;
    this.aucs = aucs;
    this.brier = brier;
    this.logLoss = logLoss;
    this.ece = ece;
    this.coverage = coverage;
    this.selectiveAccuracy = selectiveAccuracy;
    int k = aucs.length;
    this.sensitivities = new double[k];
    this.specificities = new double[k];
    long[] rows = new long[k];
    long[] columns = new long[k];
    long right = 0;
    long total = 0;
    for (int truth = 0; truth < k; truth++) {
      for (int said = 0; said < k; said++) {
        long count = cells[truth * k + said];
        rows[truth] += count;
        columns[said] += count;
        total += count;
        right += truth == said ? count : 0;
      }
    }
    double f1 = 0;
    int named = 0;
    for (int label = 0; label < k; label++) {
      long hits = cells[label * k + label];
      sensitivities[label] = (double) hits / rows[label];
      long others = total - rows[label];
      specificities[label] = (double) (others - (columns[label] - hits)) / others;
      if (rows[label] + columns[label] > 0) {
        f1 += 2.0 * hits / (rows[label] + columns[label]);
        named++;
      }
    }
    this.accuracy = (double) right / total;
    this.balancedAccuracy = meanOfKnown(sensitivities);
    this.macroF1 = f1 / named;
  }

  static Measures of(
      int positive,
      double[] aucs,
      long[] cells,
      double brier,
      double logLoss,
      double ece,
      double coverage,
      double selectiveAccuracy) {
    return new Measures(positive, aucs, cells, brier, logLoss, ece, coverage, selectiveAccuracy);
  }

  private static double meanOfKnown(double[] values) {
    double sum = 0;
    int known = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        sum += value;
        known++;
      }
    }
    return sum / known;
  }

  /**
   * Area under the ROC curve: with two labels that of the positive one, with more the mean over
   * labels of one against the rest.
   */
  public double auc() {
    return aucs.length == 2 && positive >= 0 ? aucs[positive] : meanOfKnown(aucs);
  }

  /** Area under the ROC curve of a label against the rest. */
  public double auc(int label) {
    return aucs[label];
  }

  /** Of a label's cases the share that is given the label. */
  public double sensitivity(int label) {
    return sensitivities[label];
  }

  /** Of the other cases the share that is not given the label. */
  public double specificity(int label) {
    return specificities[label];
  }

  /** Sensitivity for the positive label; NaN when the task has none. */
  public double sensitivity() {
    return positive < 0 ? Double.NaN : sensitivities[positive];
  }

  /** Specificity for the positive label; NaN when the task has none. */
  public double specificity() {
    return positive < 0 ? Double.NaN : specificities[positive];
  }

  /** How many labels have a case. */
  int labelsThatOccur() {
    int occur = 0;
    for (double sensitivity : sensitivities) {
      occur += Double.isNaN(sensitivity) ? 0 : 1;
    }
    return occur;
  }

  /** Share of the cases that are given their label. */
  public double accuracy() {
    return accuracy;
  }

  /** Mean sensitivity over the labels that occur. */
  public double balancedAccuracy() {
    return balancedAccuracy;
  }

  /** Mean F1 over the labels that occur or are given. */
  public double macroF1() {
    return macroF1;
  }

  /** Mean squared error of the probabilities: 0 to 1 for two labels, 0 to 2 for more. */
  public double brier() {
    return brier;
  }

  /** Mean negative natural logarithm of the true label's probability. */
  public double logLoss() {
    return logLoss;
  }

  /** Top-label calibration error over 15 bins of equal width. */
  public double ece() {
    return ece;
  }

  /** Share of the cases that the model decided itself. */
  public double coverage() {
    return coverage;
  }

  /** Share of the decided cases that are given their label. */
  public double selectiveAccuracy() {
    return selectiveAccuracy;
  }
}
