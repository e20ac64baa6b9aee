package org.senoscope.calibration;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Each label told from the rest by a curve over its log-odds, and the answers divided by their sum.
 * Of two labels the second has a curve, and the first is what is left.
 */
final class OneVersusRest {
  /** From a label's log-odds under softmax to calibrated log-odds. */
  interface Curve {
    double logOdds(double margin);
  }

  /** Makes a label's curve. */
  interface Fitting<C> {
    /**
     * The curve.
     *
     * @param margins log-odds of the label, for each case
     * @param positive whether the case has the label
     * @param targets of such cases, and of the others
     */
    C fit(double[] margins, boolean[] positive, Targets targets);
  }

  /**
   * What the probabilities of cases with the label, and of the others, are fitted to, in place of 1
   * and 0: (n + 1) / (n + 2) and 1 / (m + 2) for n cases with it and m without. It is what n and m
   * cases can say (Platt, Probabilistic outputs for support vector machines, 1999), and keeps
   * probabilities off 0 and 1 where the label is told apart without a miss, or has no case.
   *
   * @param positive of cases with the label
   * @param negative of the others
   */
  record Targets(double positive, double negative) {
    static Targets of(int with, int without) {
      return new Targets((with + 1.0) / (with + 2.0), 1 / (without + 2.0));
    }

    /** Of a case, or the mean of cases. */
    double of(double share) {
      return negative + share * (positive - negative);
    }
  }

  private OneVersusRest() {}

  /** A curve for each label, or one for two. */
  static <C> List<C> fit(LabelledLogits cases, Fitting<C> fitting) {
    return IntStream.range(cases.labels() == 2 ? 1 : 0, cases.labels())
        .mapToObj(
            label -> {
              int with = cases.count(label);
              return fitting.fit(
                  cases.margins(label), cases.having(label), Targets.of(with, cases.size() - with));
            })
        .toList();
  }

  /** Whether curves are as many as labels ask for. */
  static boolean suits(List<?> curves, int labels) {
    return labels == 2 ? curves.size() == 1 : curves.size() == labels && labels > 2;
  }

  /**
   * Refuses what suits no number of labels.
   *
   * @throws IllegalArgumentException when there are none or two
   */
  static void check(List<?> curves) {
    if (curves.isEmpty() || curves.size() == 2) {
      throw new IllegalArgumentException(
          "must have one curve for two labels, else one for each label, has " + curves.size());
    }
  }

  static double[] probabilities(List<? extends Curve> curves, double[] logits) {
    int labels = logits.length;
    if (!suits(curves, labels)) {
      throw new IllegalArgumentException(
          "%d curves cannot calibrate %d labels".formatted(curves.size(), labels));
    }
    double[] logs = new double[labels];
    if (labels == 2) {
      logs[1] = curves.getFirst().logOdds(Logits.margin(logits, 1));
      return Logits.softmax(logs);
    }
    for (int label = 0; label < labels; label++) {
      logs[label] = Logits.logLogistic(curves.get(label).logOdds(Logits.margin(logits, label)));
    }
    return Logits.softmax(logs);
  }
}
