package org.senoscope.evaluate.metrics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The area under a ROC curve with its variance, by structural components (DeLong, DeLong &amp;
 * Clarke-Pearson, Biometrics 44, 1988), found from midranks in n log n (Sun &amp; Xu, IEEE Signal
 * Processing Letters 21, 2014). Where cases of a group resemble one another, components are summed
 * by group first (Obuchowski, Biometrics 53, 1997); with one case a group the two are the same.
 *
 * @param auc area under the curve; NaN without cases on both sides
 * @param variance of the area; NaN with fewer than two groups on either side
 * @param groupsWith groups that hold a case with the label
 * @param groupsWithout groups that hold a case without it
 * @param influence what each case adds to the area's error, shape (n): its component less the area,
 *     over the number of cases on its side
 */
@SuppressWarnings("ArrayRecordComponent") // Read within this package only, and never compared.
record DeLong(double auc, double variance, int groupsWith, int groupsWithout, double[] influence) {
  /** Groups of the side that has fewer: what Student's t takes its degrees of freedom from. */
  int fewest() {
    return Math.min(groupsWith, groupsWithout);
  }

  /**
   * Area and variance for one label against the rest.
   *
   * @param sample the cases
   * @param label index of the label
   */
  static DeLong of(Sample sample, int label) {
    int n = sample.size();
    boolean[] with = new boolean[n];
    double[] score = new double[n];
    int[] group = new int[n];
    for (int i = 0; i < n; i++) {
      with[i] = sample.truth(i) == label;
      score[i] = sample.probability(i, label);
      group[i] = sample.group(i);
    }
    return of(with, score, group, sample.groups());
  }

  /**
   * Area and variance.
   *
   * @param with whether a case has the label, shape (n)
   * @param score higher for cases that should have it, shape (n)
   * @param group of each case, 0 to {@code groups} − 1, shape (n)
   * @param groups how many
   */
  static DeLong of(boolean[] with, double[] score, int[] group, int groups) {
    int n = with.length;
    int[] having = IntStream.range(0, n).filter(i -> with[i]).toArray();
    int[] lacking = IntStream.range(0, n).filter(i -> !with[i]).toArray();
    int[] all = IntStream.range(0, n).toArray();
    double[] among = midranks(score, all);
    double[] amongHaving = midranks(score, having);
    double[] amongLacking = midranks(score, lacking);
    double m = having.length;
    double rest = lacking.length;
    double[] component = new double[n];
    double area = 0;
    for (int i : having) {
      component[i] = (among[i] - amongHaving[i]) / rest;
      area += component[i];
    }
    area /= m;
    for (int i : lacking) {
      component[i] = 1 - (among[i] - amongLacking[i]) / m;
    }
    boolean[] holdsWith = new boolean[groups];
    boolean[] holdsWithout = new boolean[groups];
    double[] influence = new double[n];
    for (int i = 0; i < n; i++) {
      influence[i] = (component[i] - area) / (with[i] ? m : rest);
      (with[i] ? holdsWith : holdsWithout)[group[i]] = true;
    }
    return new DeLong(
        area,
        variance(influence, with, group, groups),
        count(holdsWith),
        count(holdsWithout),
        influence);
  }

  /**
   * The variance of this area less another one of the same cases, their errors taken case by case.
   *
   * @param other the same label of the same sample's cases as another model scores them
   */
  double varianceOfDifference(DeLong other, Sample sample, int label) {
    int n = sample.size();
    boolean[] with = new boolean[n];
    int[] group = new int[n];
    double[] difference = new double[n];
    for (int i = 0; i < n; i++) {
      with[i] = sample.truth(i) == label;
      group[i] = sample.group(i);
      difference[i] = influence[i] - other.influence[i];
    }
    return variance(difference, with, group, sample.groups());
  }

  /**
   * The variance of a number that cases with and without a label have their parts in, summed by
   * group first (Obuchowski).
   *
   * @param influence what each case adds to the number's error, shape (n)
   * @param with whether a case has the label, shape (n)
   * @param group of each case, 0 to {@code groups} − 1, shape (n)
   * @return NaN with fewer than two groups on either side
   */
  static double variance(double[] influence, boolean[] with, int[] group, int groups) {
    double[] sumWith = new double[groups];
    double[] sumWithout = new double[groups];
    boolean[] holdsWith = new boolean[groups];
    boolean[] holdsWithout = new boolean[groups];
    for (int i = 0; i < influence.length; i++) {
      (with[i] ? sumWith : sumWithout)[group[i]] += influence[i];
      (with[i] ? holdsWith : holdsWithout)[group[i]] = true;
    }
    int groupsWith = count(holdsWith);
    int groupsWithout = count(holdsWithout);
    if (groupsWith < 2 || groupsWithout < 2) {
      return Double.NaN;
    }
    // Rounding, or sides that cancel within every group, can leave a trifle below 0.
    return Math.max(
        0,
        spread(groupsWith) * dot(sumWith, sumWith)
            + spread(groupsWithout) * dot(sumWithout, sumWithout)
            + 2 * spread(groups) * dot(sumWith, sumWithout));
  }

  /**
   * The mean over labels, each against the rest: the cases' influences are averaged before they are
   * summed by group. Its groups are those of the label and side that has the fewest.
   *
   * @param areas one for each label; labels without an area are left out
   */
  static DeLong mean(DeLong[] areas, Sample sample) {
    double[] influence = new double[sample.size()];
    double sum = 0;
    int known = 0;
    int fewest = Integer.MAX_VALUE;
    for (DeLong area : areas) {
      if (!Double.isNaN(area.auc)) {
        known++;
        sum += area.auc;
        fewest = Math.min(fewest, area.fewest());
        for (int i = 0; i < influence.length; i++) {
          influence[i] += area.influence[i];
        }
      }
    }
    for (int i = 0; i < influence.length; i++) {
      influence[i] /= known;
    }
    return new DeLong(
        sum / known,
        varianceOfMean(influence, sample),
        known == 0 ? 0 : fewest,
        known == 0 ? 0 : fewest,
        influence);
  }

  /** As {@link #varianceOfDifference}, for means over labels: a case is on both sides there. */
  double varianceOfDifferenceOfMeans(DeLong other, Sample sample) {
    double[] difference = new double[influence.length];
    Arrays.setAll(difference, i -> influence[i] - other.influence[i]);
    return varianceOfMean(difference, sample);
  }

  private static double varianceOfMean(double[] influence, Sample sample) {
    double[] sums = sample.byGroup(influence);
    return spread(sample.groups()) * dot(sums, sums);
  }

  private static double spread(int groups) {
    return groups / (groups - 1.0);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static int count(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }

  /** Ranks from 1 within the chosen cases, equal scores sharing their mean; 0 elsewhere. */
  private static double[] midranks(double[] score, int[] chosen) {
    Integer[] order = Arrays.stream(chosen).boxed().toArray(Integer[]::new);
    // Adding 0.0 makes -0.0 equal to 0.0.
    Arrays.sort(order, (a, b) -> Double.compare(score[a] + 0.0, score[b] + 0.0));
    double[] ranks = new double[score.length];
    int from = 0;
    while (from < order.length) {
      int to = from + 1;
      while (to < order.length && score[order[to]] == score[order[from]]) {
        to++;
      }
      for (int j = from; j < to; j++) {
        ranks[order[j]] = (from + 1 + to) / 2.0;
      }
      from = to;
    }
    return ranks;
  }
}
