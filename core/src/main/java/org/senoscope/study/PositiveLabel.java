package org.senoscope.study;

import java.util.List;
import java.util.Locale;

/**
 * Which label sensitivity and specificity are about. A task that has a label malignant or cancer:
 * that one against all others, also with three labels or more. Of two other labels: 1, positive or
 * abnormal; or the one beside 0, negative, normal, healthy, benign or no; else the second. A task
 * with more labels and none of these names, such as density, has no positive label: each label has
 * its own sensitivity and specificity.
 */
public final class PositiveLabel {
  private static final List<String> ALWAYS = List.of("malignant", "cancer");
  private static final List<String> OF_TWO = List.of("1", "positive", "abnormal");
  private static final List<String> NOT_OF_TWO =
      List.of("0", "negative", "normal", "healthy", "benign", "no");

  private PositiveLabel() {}

  /** Index of the positive label; below 0 when the task has none. */
  public static int of(Task task) {
    int index = find(task, ALWAYS);
    if (index >= 0 || task.labels().size() > 2) {
      return index;
    }
    int ofTwo = find(task, OF_TWO);
    return ofTwo >= 0 ? ofTwo : find(task, NOT_OF_TWO) == 1 ? 0 : 1;
  }

  private static int find(Task task, List<String> names) {
    for (String name : names) {
      for (int label = 0; label < task.labels().size(); label++) {
        if (task.labels().get(label).toLowerCase(Locale.ROOT).equals(name)) {
          return label;
        }
      }
    }
    return -1;
  }
}
