package org.senoscope.calibration;

/** One logit for each label, whatever a network or a file of predictions gives. */
public final class Logits {
  private static final double SMALLEST = Double.MIN_NORMAL;

  private Logits() {}

  /**
   * What a network gave for one case, as one logit for each label: a single logit, the log-odds of
   * the second of two labels, is 0 and itself.
   *
   * @param output one for each label, or one for two labels
   */
  public static double[] ofOutput(float[] output) {
    if (output.length == 1) {
      return new double[] {0, output[0]};
    }
    double[] logits = new double[output.length];
    for (int label = 0; label < logits.length; label++) {
      logits[label] = output[label];
    }
    return logits;
  }

  /**
   * The logarithms of softmax probabilities. They differ from the logits by a constant, to which
   * every calibrator is blind.
   *
   * @param probabilities 0 to 1; a 0 counts as the smallest normal number
   */
  public static double[] ofProbabilities(double[] probabilities) {
    double[] logits = new double[probabilities.length];
    for (int label = 0; label < logits.length; label++) {
      logits[label] = Math.log(Math.max(probabilities[label], SMALLEST));
    }
    return logits;
  }

  /** Probabilities in proportion to the logits' exponentials, summing to 1. */
  public static double[] softmax(double[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      largest = Math.max(largest, logit);
    }
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int label = 0; label < logits.length; label++) {
      probabilities[label] = Math.exp(logits[label] - largest);
      sum += probabilities[label];
    }
    for (int label = 0; label < logits.length; label++) {
      probabilities[label] /= sum;
    }
    return probabilities;
  }

  /** Logarithm of the sum of exponentials, without overflow. */
  static double logSumExp(double[] logits) {
    return logSumExp(logits, -1);
  }

  /** Log-odds of a label against all others under softmax; of two labels, their difference. */
  static double margin(double[] logits, int label) {
    return logits[label] - logSumExp(logits, label);
  }

  /** The logits less their mean: a constant added to all has no effect. */
  static double[] centred(double[] logits) {
    double mean = 0;
    for (double logit : logits) {
      mean += logit / logits.length;
    }
    double[] centred = new double[logits.length];
    for (int label = 0; label < logits.length; label++) {
      centred[label] = logits[label] - mean;
    }
    return centred;
  }

  /** Logarithm of 1 / (1 + exp(-logOdds)), without underflow. */
  static double logLogistic(double logOdds) {
    return Math.min(logOdds, 0) - Math.log1p(Math.exp(-Math.abs(logOdds)));
  }

  private static double logSumExp(double[] logits, int without) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int label = 0; label < logits.length; label++) {
      if (label != without) {
        largest = Math.max(largest, logits[label]);
      }
    }
    double sum = 0;
    for (int label = 0; label < logits.length; label++) {
      if (label != without) {
        sum += Math.exp(logits[label] - largest);
      }
    }
    return largest + Math.log(sum);
  }
}
