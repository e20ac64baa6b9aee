package org.senoscope.evaluate.metrics;

import java.util.Arrays;
import java.util.List;

/**
 * Scored cases, sorted once by each label's probability, so that every metric is one pass over the
 * cases for any weights of the groups. A weight is how often a bootstrap draw took the group; all
 * weights 1 give the metrics of the cases as they are.
 *
 * <p>Immutable, and safe for several threads.
 */
public final class Sample {
  /** Bins of the calibration error, of equal width. */
  static final int BINS = 15;

  private final List<String> labels;
  private final int positive;
  private final int[] truth;
  private final double[][] probabilities;
  private final int[] group;
  private final int groups;
  private final boolean[] referred;

  /**
   * By label, the cases in ascending order of its probability: group times 4, plus 2 where the
   * probability equals that of the case before, plus 1 where the case has the label.
   */
  private final int[][] ranked;

  private final int[] cell;
  private final int[] bin;
  private final double[] gap;
  private final double[] squares;
  private final double[] surprise;

  /**
   * Prepares cases that stand alone, each a group of its own, none referred.
   *
   * @see #of(List, int, int[], double[][], int[], boolean[])
   */
  public static Sample of(List<String> labels, int positive, int[] truth, double[][] p) {
    int[] alone = new int[truth.length];
    Arrays.setAll(alone, i -> i);
    return new Sample(labels, positive, truth, p, alone, new boolean[truth.length]);
  }

  /**
   * Prepares cases.
   *
   * @param labels at least two
   * @param positive the label that sensitivity and specificity are about; below 0 when the task has
   *     none
   * @param truth index of each case's label, shape (n)
   * @param probabilities of each label, shape (n, labels), 0 to 1
   * @param group of each case, shape (n), 0 and up without gaps
   * @param referred whether the model handed the case to a person, shape (n)
   */
  public static Sample of(
      List<String> labels,
      int positive,
      int[] truth,
      double[][] probabilities,
      int[] group,
      boolean[] referred) {
    return new Sample(labels, positive, truth, probabilities, group, referred);
  }

  private Sample(
      List<String> labels,
      int positive,
      int[] truth,
      double[][] probabilities,
      int[] group,
      boolean[] referred) {
    this.labels = List.copyOf(labels);
    this.positive = positive;
    this.truth = truth.clone();
    this.probabilities = Arrays.stream(probabilities).map(double[]::clone).toArray(double[][]::new);
    this.group = group.clone();
    this.groups = Arrays.stream(group).max().orElse(-1) + 1;
    this.referred = referred.clone();
    check();
    int n = truth.length;
    int k = labels.size();
    this.ranked = new int[k][];
    for (int label = 0; label < k; label++) {
      ranked[label] = rank(label);
    }
    this.cell = new int[n];
    this.bin = new int[n];
    this.gap = new double[n];
    this.squares = new double[n];
    this.surprise = new double[n];
    for (int i = 0; i < n; i++) {
      double[] p = this.probabilities[i];
      int top = argmax(p);
      cell[i] = truth[i] * k + top;
      bin[i] = TopLabelCalibration.binOf(p[top], BINS);
      gap[i] = (top == truth[i] ? 1 : 0) - p[top];
      squares[i] = squares(p, truth[i]);
      surprise[i] = -Math.log(Math.max(p[truth[i]], Math.ulp(1.0)));
    }
  }

  private void check() {
    int n = truth.length;
    int k = labels.size();
    if (n == 0 || probabilities.length != n || group.length != n || referred.length != n) {
      throw new IllegalArgumentException(
          "Each case needs a label, probabilities, a group and a decision, were %d, %d, %d and %d"
              .formatted(n, probabilities.length, group.length, referred.length));
    }
    if (k < 2 || positive >= k) {
      throw new IllegalArgumentException(
          "Two or more labels are needed and the positive one among them, were %s and %d"
              .formatted(labels, positive));
    }
    if (groups >= 1 << 29) {
      throw new IllegalArgumentException("Too many groups: " + groups);
    }
    for (int i = 0; i < n; i++) {
      if (truth[i] < 0 || truth[i] >= k || probabilities[i].length != k || group[i] < 0) {
        throw new IllegalArgumentException(
            "Case %d needs a label below %d, %d probabilities and a group, had %d, %d and %d"
                .formatted(i, k, k, truth[i], probabilities[i].length, group[i]));
      }
      for (double p : probabilities[i]) {
        if (!(p >= 0 && p <= 1)) {
          throw new IllegalArgumentException(
              "Case %d: a probability must lie in 0 to 1, was %s".formatted(i, p));
        }
      }
    }
  }

  private int[] rank(int label) {
    int n = truth.length;
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(probabilities[a][label], probabilities[b][label]));
    int[] packed = new int[n];
    for (int j = 0; j < n; j++) {
      int i = order[j];
      // Adding 0.0 makes -0.0 equal to 0.0.
      boolean tie =
          j > 0 && probabilities[i][label] + 0.0 == probabilities[order[j - 1]][label] + 0.0;
      packed[j] = group[i] << 2 | (tie ? 2 : 0) | (truth[i] == label ? 1 : 0);
    }
    return packed;
  }

  /** The label of the highest probability; of equal ones the first. */
  static int argmax(double[] p) {
    int top = 0;
    for (int label = 1; label < p.length; label++) {
      if (p[label] > p[top]) {
        top = label;
      }
    }
    return top;
  }

  private static double squares(double[] p, int truth) {
    double sum = 0;
    for (int label = 0; label < p.length; label++) {
      double off = p[label] - (label == truth ? 1 : 0);
      sum += off * off;
    }
    // Two labels make the same error twice; the Brier score of a binary event counts it once.
    return p.length == 2 ? sum / 2 : sum;
  }

  /** The labels, in the order of the probabilities. */
  public List<String> labels() {
    return labels;
  }

  /** Index of the label that sensitivity and specificity are about; below 0 when there is none. */
  public int positive() {
    return positive;
  }

  /** How many cases. */
  public int size() {
    return truth.length;
  }

  /** How many groups. */
  public int groups() {
    return groups;
  }

  /** Whether some group holds more than one case. */
  public boolean clustered() {
    return groups < truth.length;
  }

  /** The label of a case. */
  public int truth(int i) {
    return truth[i];
  }

  /** The group of a case. */
  public int group(int i) {
    return group[i];
  }

  /** Numbers of the cases, shape (n), summed by group, shape (groups). */
  double[] byGroup(double[] values) {
    double[] sums = new double[groups];
    for (int i = 0; i < values.length; i++) {
      sums[group[i]] += values[i];
    }
    return sums;
  }

  /** The probability that a case has a label. */
  public double probability(int i, int label) {
    return probabilities[i][label];
  }

  /** The label of the highest probability of a case. */
  public int predicted(int i) {
    return cell[i] % labels.size();
  }

  /** Whether the model handed a case to a person. */
  public boolean referred(int i) {
    return referred[i];
  }

  /** How many cases have each label, shape (labels). */
  public int[] counts() {
    int[] counts = new int[labels.size()];
    for (int label : truth) {
      counts[label]++;
    }
    return counts;
  }

  /** Cases by label (rows) and label of the highest probability (columns). */
  public int[][] confusion() {
    int k = labels.size();
    int[][] confusion = new int[k][k];
    for (int c : cell) {
      confusion[c / k][c % k]++;
    }
    return confusion;
  }

  /** The metrics of the cases as they are. */
  public Measures measure() {
    int[] once = new int[groups];
    Arrays.fill(once, 1);
    return measure(once);
  }

  /**
   * The metrics with groups weighted.
   *
   * @param weights how often each group counts, shape (groups), at least 0
   */
  public Measures measure(int[] weights) {
    int k = labels.size();
    long[] cells = new long[k * k];
    double[] gaps = new double[BINS];
    double squared = 0;
    double surprised = 0;
    long total = 0;
    long accepted = 0;
    long acceptedRight = 0;
    for (int i = 0; i < cell.length; i++) {
      int weight = weights[group[i]];
      if (weight == 0) {
        continue;
      }
      total += weight;
      cells[cell[i]] += weight;
      gaps[bin[i]] += weight * gap[i];
      squared += weight * squares[i];
      surprised += weight * surprise[i];
      if (!referred[i]) {
        accepted += weight;
        acceptedRight += cell[i] / k == cell[i] % k ? weight : 0;
      }
    }
    double[] aucs = new double[k];
    for (int label = 0; label < k; label++) {
      aucs[label] = auc(label, weights);
    }
    double ece = 0;
    for (double sum : gaps) {
      ece += Math.abs(sum);
    }
    return Measures.of(
        positive,
        aucs,
        cells,
        squared / total,
        surprised / total,
        ece / total,
        (double) accepted / total,
        (double) acceptedRight / accepted);
  }

  /**
   * The area under the ROC curve of a label against the rest with groups weighted: one pass without
   * sorting; NaN where a side has no weight.
   */
  double auc(int label, int[] weights) {
    return auc(ranked[label], weights);
  }

  /** The share of pairs, one with the label and one without, that are in order; ties count half. */
  private static double auc(int[] ranked, int[] weights) {
    long twice = 0;
    long below = 0;
    long with = 0;
    long without = 0;
    long allWith = 0;
    for (int packed : ranked) {
      if ((packed & 2) == 0) {
        twice += with * (2 * below + without);
        below += without;
        allWith += with;
        with = 0;
        without = 0;
      }
      long weight = weights[packed >>> 2];
      long has = weight * (packed & 1);
      with += has;
      without += weight - has;
    }
    twice += with * (2 * below + without);
    below += without;
    allWith += with;
    return twice / (2.0 * allWith * below);
  }
}
