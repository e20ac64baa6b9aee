package org.senoscope.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.FrozenPoint;
import org.senoscope.evaluate.Repeats;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.evaluate.metrics.Assessment;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.TopLabelCalibration;
import org.senoscope.report.page.MetricNames;
import org.senoscope.report.page.Numbers;

/** An evaluation as text for a terminal. */
public final class EvaluationText {
  private EvaluationText() {}

  /** The headline, the protocol, a table of metrics for each task, and what else must be known. */
  public static String of(Evaluation evaluation) {
    StringBuilder text = new StringBuilder();
    text.append(evaluation.title()).append('\n');
    text.append("Result: ").append(evaluation.result()).append(".\n");
    text.append(evaluation.sentence()).append('\n');
    for (TaskEvaluation task : evaluation.tasks()) {
      text.append('\n');
      task(text, task);
      evaluation.repeats(task).ifPresent(found -> repeats(text, task, found));
    }
    evaluation
        .heldOut()
        .ifPresent(
            found -> {
              text.append('\n');
              table(
                  text,
                  List.of(
                      List.of("refusal", "value", "95% interval", ""),
                      more(
                          "of the %d images, refused as unlike training".formatted(found.n()),
                          found.refused())));
            });
    if (!evaluation.protocol().notes().isEmpty()) {
      text.append('\n');
      evaluation
          .protocol()
          .notes()
          .forEach(note -> text.append("Note: ").append(note).append('\n'));
    }
    return text.append('\n').append(Evaluation.RESEARCH_USE_ONLY).append('\n').toString();
  }

  private static void task(StringBuilder text, TaskEvaluation task) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "%s, %d images, %d groups"
                .formatted(task.task().name(), task.n(), task.sample().groups()),
            "value",
            "95% interval",
            ""));
    for (Map.Entry<String, Estimate> metric : task.assessment().metrics().entrySet()) {
      Estimate estimate = metric.getValue();
      if (estimate.known()) {
        rows.add(
            List.of(
                MetricNames.of(metric.getKey(), task),
                share(estimate.value()),
                interval(estimate),
                remark(metric.getKey(), task.assessment())));
      }
    }
    rows.add(more("accuracy of the 80% most confident", task.curves().named().selectiveAccuracy()));
    task.curves()
        .precisionRecall()
        .forEach(
            (label, curve) ->
                rows.add(
                    more("average precision (%s)".formatted(label), curve.averagePrecision())));
    for (FrozenPoint point : task.operatingPoints()) {
      rows.add(more("sensitivity at " + point.rule(), point.at().sensitivity()));
      rows.add(more("specificity at " + point.rule(), point.at().specificity()));
    }
    task.sets()
        .ifPresent(
            sets ->
                sets.labels()
                    .forEach(
                        one ->
                            rows.add(
                                more(
                                    "sets of %s hold the truth (%s)"
                                        .formatted(Numbers.percent(sets.level()), one.label()),
                                    one.holds()))));
    task.predictive()
        .ifPresent(
            values -> {
              String at = " at a prevalence of " + values.prevalence();
              rows.add(more("positive predictive value" + at, values.positive()));
              rows.add(more("negative predictive value" + at, values.negative()));
            });
    table(text, rows);
    text.append('\n');
    List<List<String>> labels = new ArrayList<>();
    labels.add(List.of("label", "images", "AUC", "sensitivity", "specificity"));
    task.assessment()
        .byLabel()
        .forEach(
            (label, one) ->
                labels.add(
                    List.of(
                        label,
                        Integer.toString(one.n()),
                        one.auc().text(),
                        one.sensitivity().text(),
                        one.specificity().text())));
    table(text, labels);
  }

  private static void repeats(StringBuilder text, TaskEvaluation task, Repeats repeats) {
    text.append('\n');
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "%d cross-validations, other folds and seeds".formatted(repeats.each().size()),
            "mean",
            "least to most",
            "standard deviation"));
    repeats
        .spread()
        .forEach(
            (name, spread) ->
                rows.add(
                    List.of(
                        MetricNames.of(name, task),
                        share(spread.mean()),
                        share(spread.least()) + " to " + share(spread.most()),
                        share(spread.deviation()))));
    table(text, rows);
    text.append(Repeats.NOTE).append('\n');
  }

  private static List<String> more(String name, Estimate estimate) {
    return List.of(name, estimate.known() ? share(estimate.value()) : "–", interval(estimate), "");
  }

  private static String interval(Estimate estimate) {
    return estimate.hasInterval()
        ? share(estimate.low()) + " to " + share(estimate.high())
        : "none: " + estimate.why();
  }

  private static String remark(String metric, Assessment assessment) {
    TopLabelCalibration calibration = assessment.calibration();
    return switch (metric) {
      case "accuracy" -> "always the most frequent label: " + share(assessment.majorityAccuracy());
      case "ece" -> "a calibrated model shows " + share(calibration.noiseFloor());
      default -> "";
    };
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static void table(StringBuilder text, List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String cell = row.get(column);
        line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
  }
}
