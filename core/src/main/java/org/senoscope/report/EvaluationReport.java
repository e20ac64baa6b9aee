package org.senoscope.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.Subgroup;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.evaluate.metrics.Assessment;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * The report of an evaluation: a folder with {@code evaluation.json}, {@code predictions.csv} (the
 * first task; {@code predictions-<task>.csv} for further ones) and {@code report.html}, one file
 * that needs nothing else.
 */
public final class EvaluationReport {
  private static final List<String> FIGURES =
      List.of("auc", "balancedAccuracy", "sensitivity", "specificity", "accuracy");

  private EvaluationReport() {}

  /**
   * Says whether a report can be written there, before any work is done.
   *
   * @throws InputException when something is there already
   */
  public static void requireFree(Path folder) {
    if (Files.exists(folder)) {
      throw new InputException(
          "%s exists already; name another folder for the report, or delete it".formatted(folder));
    }
  }

  /**
   * Writes the folder, which is complete or absent.
   *
   * @param story how the model came about; {@link TrainingStory#NONE} where its run is not at hand
   */
  public static void write(Path folder, Evaluation evaluation, TrainingStory story)
      throws IOException {
    requireFree(folder);
    AtomicFiles.createFolder(
        folder,
        partial -> {
          Json.write(partial.resolve("evaluation.json"), evaluation.toJson());
          AtomicFiles.writeString(partial.resolve("report.html"), html(evaluation, story));
          List<Task> tasks = evaluation.tasks().stream().map(TaskEvaluation::task).toList();
          for (TaskEvaluation task : evaluation.tasks()) {
            PredictionsFile.write(
                PredictionsFile.in(partial, tasks, task.task()),
                task.task().labels(),
                task.cases());
          }
        });
  }

  /** The page. */
  static String html(Evaluation evaluation, TrainingStory story) throws IOException {
    String title = evaluation.title();
    Markup page =
        new Markup()
            .raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .element("title", title)
            .raw("<style>\n" + style() + "</style>\n</head>\n<body>\n");
    page.element("h1", title);
    page.element("p class=\"soft\"", Evaluation.RESEARCH_USE_ONLY);
    page.element(
        "p class=\"result%s\"".formatted(evaluation.protocol().isTestResult() ? "" : " refused"),
        evaluation.result().substring(0, 1).toUpperCase(Locale.ROOT)
            + evaluation.result().substring(1)
            + ".");
    page.element("p", evaluation.sentence());
    evaluation.protocol().notes().forEach(note -> page.element("p", note));
    for (TaskEvaluation task : evaluation.tasks()) {
      if (evaluation.tasks().size() > 1) {
        page.element("h2", "Task " + task.task().name());
      }
      task(page, task, evaluation.provenance().seed());
    }
    TrainingPart.add(page, story, evaluation.protocol().demonstratesLeakage());
    footer(page, evaluation);
    return page.raw("</body>\n</html>\n").toString();
  }

  private static void task(Markup page, TaskEvaluation task, long seed) {
    Assessment assessment = task.assessment();
    page.raw("<div class=\"figures\">\n");
    for (String name : FIGURES) {
      Estimate estimate = assessment.metric(name);
      if (estimate.known()) {
        page.raw("<div class=\"figure\">")
            .element("span", MetricNames.of(name, task))
            .element("b", share(estimate.value()))
            .element("span", interval(estimate))
            .raw("</div>\n");
      }
    }
    page.raw("<div class=\"figure\">")
        .element("span", "accuracy of one answer")
        .element("b", share(assessment.majorityAccuracy()))
        .element("span", "the most frequent label")
        .raw("</div>\n</div>\n");
    plots(page, task, seed);
    metrics(page, task);
    byLabel(page, task);
    subgroups(page, task);
  }

  private static void plots(Markup page, TaskEvaluation task, long seed) {
    page.element("h2", "Curves");
    page.raw("<div class=\"plots\">\n");
    List<String> labels = task.task().labels();
    for (int label = 0; label < labels.size(); label++) {
      Estimate auc = task.assessment().label(labels.get(label)).auc();
      boolean mirrored = labels.size() == 2 && label != task.sample().positive();
      if (auc.known() && !mirrored) {
        page.raw("<div class=\"plot\">")
            .element("h3", labels.get(label) + " against the rest")
            .raw(Plots.roc(task, label, seed))
            .element("p", "AUC %s. Band: 95%% by bootstrap, point by point.".formatted(auc.text()))
            .raw("</div>\n");
      }
    }
    task.uncalibrated().ifPresent(before -> calibration(page, "Before calibration", before));
    calibration(
        page,
        task.uncalibrated().isPresent() ? "After calibration" : "Calibration",
        task.assessment());
    page.raw("<div class=\"plot\">")
        .element("h3", "Confusion")
        .raw(Plots.confusion(task))
        .element("p", "Images, and share of the row.")
        .raw("</div>\n</div>\n");
  }

  private static void calibration(Markup page, String title, Assessment assessment) {
    page.raw("<div class=\"plot\">")
        .element("h3", title)
        .raw(Plots.reliability(assessment.calibration()))
        .element(
            "p",
            "Error %s; a calibrated model of this size shows %s. Lines: Wilson; bars: images."
                .formatted(
                    assessment.metric("ece").text(), share(assessment.calibration().noiseFloor())))
        .raw("</div>\n");
  }

  private static void metrics(Markup page, TaskEvaluation task) {
    page.element("h2", "Metrics of task " + task.task().name());
    List<List<String>> rows = new ArrayList<>();
    task.assessment()
        .metrics()
        .forEach(
            (name, estimate) ->
                rows.add(
                    List.of(
                        MetricNames.of(name, task),
                        estimate.known() ? share(estimate.value()) : "–",
                        interval(estimate),
                        estimate.hasInterval() ? estimate.method() : estimate.why())));
    table(page, List.of("metric", "value", "95% interval", "by"), rows, 1, 3);
  }

  private static void byLabel(Markup page, TaskEvaluation task) {
    page.element("h2", "Labels");
    List<List<String>> rows = new ArrayList<>();
    task.assessment()
        .byLabel()
        .forEach(
            (label, one) ->
                rows.add(
                    List.of(
                        label,
                        Integer.toString(one.n()),
                        one.auc().text(),
                        one.sensitivity().text(),
                        one.specificity().text())));
    table(page, List.of("label", "images", "AUC", "sensitivity", "specificity"), rows, 1, 5);
  }

  private static void subgroups(Markup page, TaskEvaluation task) {
    if (task.subgroups().isEmpty()) {
      return;
    }
    page.element("h2", "Subgroups");
    List<List<String>> rows = new ArrayList<>();
    for (Subgroup subgroup : task.subgroups()) {
      List<String> row =
          new ArrayList<>(
              List.of(subgroup.by() + " " + subgroup.value(), Integer.toString(subgroup.n())));
      for (String metric : List.of("auc", "balancedAccuracy", "sensitivity", "specificity")) {
        row.add(subgroup.assessment().map(found -> found.metric(metric).text()).orElse("–"));
      }
      rows.add(row);
    }
    table(
        page,
        List.of("subgroup", "images", "AUC", "balanced accuracy", "sensitivity", "specificity"),
        rows,
        1,
        6);
    page.element(
        "p class=\"soft\"",
        "None is shown for fewer than %d images. Many subgroups are compared here: one in twenty"
                .formatted(Subgroup.FEWEST)
            + " intervals misses the truth.");
  }

  /**
   * A table.
   *
   * @param number the column that holds a number
   * @param method the column that says how; beyond the last for none
   */
  private static void table(
      Markup page, List<String> header, List<List<String>> rows, int number, int method) {
    page.raw("<div class=\"scroll\"><table>\n<tr>");
    for (int column = 0; column < header.size(); column++) {
      page.element(column == number ? "th class=\"number\"" : "th", header.get(column));
    }
    page.raw("</tr>\n");
    for (List<String> row : rows) {
      page.raw("<tr>");
      for (int column = 0; column < row.size(); column++) {
        String style =
            column == number
                ? " class=\"number\""
                : column == method
                    ? " class=\"method\""
                    : column > number ? " class=\"interval\"" : "";
        page.element("td" + style, row.get(column));
      }
      page.raw("</tr>\n");
    }
    page.raw("</table></div>\n");
  }

  private static void footer(Markup page, Evaluation evaluation) {
    page.raw("<footer>\n");
    page.element("p", Evaluation.RESEARCH_USE_ONLY);
    page.raw("<p>Model ")
        .text(evaluation.model().name() + " " + evaluation.model().version())
        .raw(", SHA-256 <code>")
        .text(evaluation.model().sha256())
        .raw("</code>");
    if (!evaluation.dataset().manifestSha256().isEmpty()) {
      page.raw("; manifest SHA-256 <code>")
          .text(evaluation.dataset().manifestSha256())
          .raw("</code>");
    }
    page.text(
        "; Senoscope %s, commit %s, %s; bootstrap seed %d."
            .formatted(
                evaluation.provenance().versions().getOrDefault("senoscope", "unknown"),
                evaluation.provenance().commit(),
                evaluation.provenance().created(),
                evaluation.provenance().seed()));
    page.raw("</p>\n</footer>\n");
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String interval(Estimate estimate) {
    return estimate.hasInterval()
        ? share(estimate.low()) + " to " + share(estimate.high())
        : "no interval";
  }

  private static String style() throws IOException {
    try (InputStream in = EvaluationReport.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks its resource report.css");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
