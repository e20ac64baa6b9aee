package org.senoscope.calibration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.senoscope.files.Hashes;

/**
 * Calibrated probabilities of cases that their calibrator has not seen: the cases are dealt out to
 * folds by whole groups, and each fold is calibrated by a fit on the others. For choosing a method,
 * for its reliability plot on validation, and for conformal limits, which need probabilities that
 * are as good on the cases at hand as on new ones.
 *
 * <p>The dealing hangs on the groups' names and labels alone, not on the order of cases: the
 * largest group first, groups of one size by SHA-256 of their name, each to the fold that has least
 * of its labels.
 */
public final class CrossFit {
  private static final int MOST_FOLDS = 5;

  private final LabelledLogits cases;
  private final List<int[]> groups;
  private final int[] foldOf;
  private final int folds;

  private CrossFit(LabelledLogits cases, List<int[]> groups) {
    this.cases = cases;
    this.groups = groups;
    this.folds = Math.min(MOST_FOLDS, groups.size());
    this.foldOf = deal();
  }

  /**
   * Deals cases out to five folds, or as many as there are groups.
   *
   * @param logits a row for each case
   * @param truth the label of each case
   * @param groups the group of each case, two at least; a group is never cut
   * @throws IllegalArgumentException when the arrays do not fit together or are of one group
   */
  public static CrossFit of(double[][] logits, int[] truth, List<String> groups) {
    LabelledLogits cases = new LabelledLogits(logits, truth);
    List<int[]> places = places(groups, cases.size());
    if (places.size() < 2) {
      throw new IllegalArgumentException(
          "Cross-fitting needs cases of two groups or more, all %d are of one"
              .formatted(cases.size()));
    }
    return new CrossFit(cases, places);
  }

  /** How many groups there are. */
  static int count(List<String> groups) {
    return (int) groups.stream().distinct().count();
  }

  private static List<int[]> places(List<String> groups, int cases) {
    if (groups.size() != cases) {
      throw new IllegalArgumentException(
          "Each of %d cases needs a group, were %d".formatted(cases, groups.size()));
    }
    Map<String, List<Integer>> byName = new TreeMap<>();
    for (int i = 0; i < cases; i++) {
      byName.computeIfAbsent(groups.get(i), _ -> new ArrayList<>()).add(i);
    }
    return byName.entrySet().stream()
        .sorted(
            Comparator.comparingInt(
                    (Map.Entry<String, List<Integer>> each) -> -each.getValue().size())
                .thenComparing(each -> Hashes.sha256(each.getKey())))
        .map(each -> each.getValue().stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  private int[] deal() {
    int[] dealt = new int[cases.size()];
    int[][] have = new int[folds][cases.labels()];
    int[] sizes = new int[folds];
    for (int[] group : groups) {
      int[] labels = new int[cases.labels()];
      for (int i : group) {
        labels[cases.truth(i)]++;
      }
      int best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int fold = 0; fold < folds; fold++) {
        double growth = growth(have[fold], labels);
        if (growth < least || (growth == least && sizes[fold] < sizes[best])) {
          least = growth;
          best = fold;
        }
      }
      for (int i : group) {
        dealt[i] = best;
        have[best][cases.truth(i)]++;
        sizes[best]++;
      }
    }
    return dealt;
  }

  /** Of the squared number of each label's cases, relative to how common the label is. */
  private double growth(int[] have, int[] more) {
    double growth = 0;
    for (int label = 0; label < more.length; label++) {
      if (more[label] > 0) {
        growth += more[label] * (more[label] + 2.0 * have[label]) / cases.count(label);
      }
    }
    return growth;
  }

  /** Five, or the number of groups where it is less. */
  public int folds() {
    return folds;
  }

  /** The fold of a case, from 0. */
  int fold(int i) {
    return foldOf[i];
  }

  /** The places of each group's cases. */
  List<int[]> groups() {
    return groups;
  }

  /**
   * Each case's probabilities, in the order of the cases, by a calibrator that was not fitted on
   * it.
   */
  public double[][] probabilities(CalibrationMethod method) {
    double[][] probabilities = new double[cases.size()][];
    for (int fold = 0; fold < folds; fold++) {
      int held = fold;
      Calibrator calibrator =
          method.fit(
              cases.only(
                  IntStream.range(0, cases.size()).filter(i -> foldOf[i] != held).toArray()));
      for (int i = 0; i < foldOf.length; i++) {
        if (foldOf[i] == held) {
          probabilities[i] = calibrator.probabilities(cases.logits(i));
        }
      }
    }
    return probabilities;
  }
}
