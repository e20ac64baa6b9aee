package org.senoscope.calibration;

import java.util.Arrays;

/** Cases whose truth is known, to fit a calibrator on; checked once for all methods. */
final class LabelledLogits {
  private final double[][] logits;
  private final int[] truth;
  private final int[] counts;

  /**
   * Takes the arrays as they are.
   *
   * @throws IllegalArgumentException without a case, or when the arrays do not fit together
   */
  LabelledLogits(double[][] logits, int[] truth) {
    if (logits.length == 0 || logits.length != truth.length) {
      throw new IllegalArgumentException(
          "Calibration needs at least one case and a truth for each, were %d and %d"
              .formatted(logits.length, truth.length));
    }
    int labels = logits[0].length;
    if (labels < 2) {
      throw new IllegalArgumentException(
          "Calibration needs a logit for each of two labels or more, was %d".formatted(labels));
    }
    this.logits = logits;
    this.truth = truth;
    this.counts = new int[labels];
    for (int i = 0; i < truth.length; i++) {
      if (logits[i].length != labels || !Arrays.stream(logits[i]).allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(
            "Each case needs %d finite logits, case %d has %s"
                .formatted(labels, i, Arrays.toString(logits[i])));
      }
      if (truth[i] < 0 || truth[i] >= labels) {
        throw new IllegalArgumentException(
            "Truth must be a label from 0 to %d, was %d".formatted(labels - 1, truth[i]));
      }
      counts[truth[i]]++;
    }
  }

  int size() {
    return truth.length;
  }

  int labels() {
    return counts.length;
  }

  /** Cases of a label. */
  int count(int label) {
    return counts[label];
  }

  double[] logits(int i) {
    return logits[i];
  }

  int truth(int i) {
    return truth[i];
  }

  /** Each case's log-odds of the label against the rest. */
  double[] margins(int label) {
    double[] margins = new double[truth.length];
    Arrays.setAll(margins, i -> Logits.margin(logits[i], label));
    return margins;
  }

  /** Which cases have the label. */
  boolean[] having(int label) {
    boolean[] having = new boolean[truth.length];
    for (int i = 0; i < truth.length; i++) {
      having[i] = truth[i] == label;
    }
    return having;
  }

  /** The cases at some places. */
  LabelledLogits only(int[] places) {
    return new LabelledLogits(
        Arrays.stream(places).mapToObj(i -> logits[i]).toArray(double[][]::new),
        Arrays.stream(places).map(i -> truth[i]).toArray());
  }
}
