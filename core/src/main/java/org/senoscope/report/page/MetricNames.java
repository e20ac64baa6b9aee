package org.senoscope.report.page;

import org.senoscope.evaluate.TaskEvaluation;

/** The metrics' names as a reader says them. */
public final class MetricNames {
  private MetricNames() {}

  /** Such as {@code sensitivity (malignant)} for {@code sensitivity}. */
  public static String of(String metric, TaskEvaluation evaluation) {
    int positive = evaluation.sample().positive();
    String about = positive < 0 ? "" : " (" + evaluation.task().labels().get(positive) + ")";
    return switch (metric) {
      case "auc" ->
          evaluation.task().labels().size() > 2 ? "AUC (mean over labels)" : "AUC" + about;
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
