package org.senoscope.split;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.senoscope.work.InputException;

/**
 * The parts of a split and the share of the images that each should have.
 *
 * @param rule such as {@code holdout 70/15/15} or {@code 5 folds}
 * @param shares by part's name, each above 0, summing to 1; two parts or more
 */
public record Parts(String rule, Map<String, Double> shares) {
  /** The part that is learned from. */
  public static final String TRAIN = "train";

  /** The part on which choices are made: epochs, thresholds, calibration. */
  public static final String VALIDATION = "validation";

  /** The part that is looked at once. */
  public static final String TEST = "test";

  private static final int MOST_FOLDS = 100;

  public Parts {
    shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    if (shares.size() < 2
        || Math.abs(sum - 1) > 1e-6
        || shares.values().stream().anyMatch(share -> !(share > 0))) {
      throw new IllegalArgumentException(
          "Two parts or more must have shares above 0 that sum to 1, was " + shares);
    }
  }

  /**
   * Train, validation and test.
   *
   * @param ratio percentages that sum to 100, such as {@code 70/15/15}; a part of 0 is left away
   * @throws InputException when it is no such ratio
   */
  public static Parts holdout(String ratio) {
    String[] fields = ratio.strip().split("/", -1);
    List<String> names = List.of(TRAIN, VALIDATION, TEST);
    Map<String, Double> shares = new LinkedHashMap<>();
    double sum = 0;
    boolean good = fields.length == names.size();
    for (int i = 0; good && i < names.size(); i++) {
      double percent = percent(fields[i]);
      good = percent >= 0;
      sum += percent;
      if (percent > 0) {
        shares.put(names.get(i), percent / 100);
      }
    }
    if (!good || Math.abs(sum - 100) > 1e-6 || shares.size() < 2) {
      throw new InputException(
          "hold-out ratio \"%s\" must be three percentages for train/validation/test that sum to"
                  .formatted(ratio)
              + " 100, such as 70/15/15");
    }
    return new Parts("holdout " + ratio.strip(), shares);
  }

  /**
   * Folds of equal size, {@code fold1} to {@code foldK}.
   *
   * @throws InputException for fewer than 2 or more than 100
   */
  public static Parts folds(int count) {
    if (count < 2 || count > MOST_FOLDS) {
      throw new InputException(
          "folds must be 2 to %d, was %d; 5 is usual".formatted(MOST_FOLDS, count));
    }
    Map<String, Double> shares = new LinkedHashMap<>();
    for (int fold = 1; fold <= count; fold++) {
      shares.put("fold" + fold, 1.0 / count);
    }
    return new Parts(count + " folds", shares);
  }

  /** The parts' names, in order. */
  public List<String> names() {
    return new ArrayList<>(shares.keySet());
  }

  private static double percent(String text) {
    try {
      double value = Double.parseDouble(text.strip());
      return Double.isFinite(value) ? value : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
