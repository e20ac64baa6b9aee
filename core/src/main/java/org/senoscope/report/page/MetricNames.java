package org.senoscope.report.page;

import java.util.List;
import org.senoscope.evaluate.TaskEvaluation;

/** The metrics' names as a reader says them. */
public final class MetricNames {
  private MetricNames() {}

  /** Such as {@code sensitivity (malignant)} for {@code sensitivity}. */
  public static String of(String metric, TaskEvaluation evaluation) {
    return of(metric, evaluation.task().labels(), evaluation.sample().positive());
  }

  /**
   * The same of labels.
   *
   * @param positive index of the label that sensitivity is about; below 0 for none
   */
  public static String of(String metric, List<String> labels, int positive) {
    String about = positive < 0 ? "" : " (" + labels.get(positive) + ")";
    return switch (metric) {
      case "auc" -> labels.size() > 2 ? "AUC (mean over labels)" : "AUC" + about;
      case "balancedAccuracy" -> "balanced accuracy";
      case "macroF1" -> "macro F1";
      case "sensitivity", "specificity" -> metric + about;
      case "brier" -> "Brier score";
      case "ece" -> "calibration error";
      case "selectiveAccuracy" -> "selective accuracy";
      default -> metric;
    };
  }
}
