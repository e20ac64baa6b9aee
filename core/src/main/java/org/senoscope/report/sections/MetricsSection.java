package org.senoscope.report.sections;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.senoscope.evaluate.FrozenPoint;
import org.senoscope.evaluate.Repeats;
import org.senoscope.evaluate.SetCoverage;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.evaluate.metrics.Assessment;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.PredictiveValues;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.MetricNames;
import org.senoscope.report.page.Numbers;
import org.senoscope.report.page.Table;

/** The figures: large ones, every metric with its interval, each label, predictive values. */
final class MetricsSection {
  private static final List<String> FIGURES =
      List.of("auc", "balancedAccuracy", "sensitivity", "specificity", "accuracy");

  private MetricsSection() {}

  static Section of(TaskEvaluation task, Optional<Repeats> repeats) {
    Markup page = new Markup();
    figures(page, task);
    metrics(page, task);
    repeats.ifPresent(found -> repeats(page, task, found));
    byLabel(page, task);
    operatingPoints(page, task);
    task.sets().ifPresent(sets -> sets(page, sets));
    task.predictive().ifPresent(values -> predictive(page, task, values));
    return new Section("metrics", "Figures of task " + task.task().name(), page.toString());
  }

  private static void figures(Markup page, TaskEvaluation task) {
    page.raw("<div class=\"figures\">\n");
    for (String name : FIGURES) {
      Estimate estimate = task.assessment().metric(name);
      if (estimate.known()) {
        figure(page, MetricNames.of(name, task), estimate.value(), Numbers.interval(estimate));
      }
    }
    figure(
        page,
        "accuracy of one answer",
        task.assessment().majorityAccuracy(),
        "the most frequent label");
    page.raw("</div>\n");
  }

  private static void figure(Markup page, String name, double value, String below) {
    page.raw("<div class=\"figure\">")
        .element("span", name)
        .element("b", Numbers.share(value))
        .element("span", below)
        .raw("</div>\n");
  }

  private static void metrics(Markup page, TaskEvaluation task) {
    Table table =
        new Table("Every metric", "metric", "number:value", "interval:95% interval", "method:by");
    task.assessment()
        .metrics()
        .forEach((name, estimate) -> row(table, MetricNames.of(name, task), estimate));
    row(table, "accuracy of the 80% most confident", task.curves().named().selectiveAccuracy());
    task.curves()
        .precisionRecall()
        .forEach(
            (label, curve) ->
                row(table, "average precision (%s)".formatted(label), curve.averagePrecision()));
    page.raw(table.html());
  }

  private static void row(Table table, String name, Estimate estimate) {
    table.row(
        name,
        estimate.known() ? Numbers.share(estimate.value()) : "–",
        Numbers.interval(estimate),
        estimate.hasInterval() ? estimate.method() : estimate.why());
  }

  /** Each figure in every cross-validation, and how far it spreads. */
  private static void repeats(Markup page, TaskEvaluation task, Repeats repeats) {
    page.element("h3", "Repeated with other folds and seeds");
    page.element("p class=\"soft\"", Repeats.NOTE);
    List<String> columns = new ArrayList<>(List.of("metric"));
    for (int number = 1; number <= repeats.each().size(); number++) {
      columns.add("number:" + (number == 1 ? "1 (the result)" : Integer.toString(number)));
    }
    columns.addAll(List.of("number:mean", "number:standard deviation", "number:least to most"));
    Table table = new Table("By cross-validation", columns.toArray(new String[0]));
    repeats
        .spread()
        .forEach(
            (name, spread) -> {
              List<String> cells = new ArrayList<>(List.of(MetricNames.of(name, task)));
              repeats
                  .each()
                  .forEach(
                      each ->
                          cells.add(Numbers.share(Objects.requireNonNull(each.get(name)).value())));
              cells.add(Numbers.share(spread.mean()));
              cells.add(Numbers.share(spread.deviation()));
              cells.add(Numbers.share(spread.least()) + " to " + Numbers.share(spread.most()));
              table.row(cells);
            });
    page.raw(table.html());
  }

  private static void byLabel(Markup page, TaskEvaluation task) {
    page.element("h3", "Each label against the rest");
    Table table =
        new Table(
            "Each label against the rest",
            "label",
            "number:images",
            "interval:AUC",
            "interval:sensitivity",
            "interval:specificity");
    for (var each : task.assessment().byLabel().entrySet()) {
      Assessment.OneLabel one = each.getValue();
      table.row(
          each.getKey(),
          Integer.toString(one.n()),
          one.auc().text(),
          one.sensitivity().text(),
          one.specificity().text());
    }
    page.raw(table.html());
  }

  private static void sets(Markup page, SetCoverage sets) {
    page.element("h3", "Sets of labels");
    page.element(
        "p class=\"soft\"",
        "An answer comes with the set of labels that cannot be ruled out, made to hold the truth for %s of the images of each label; the limits were chosen on other images. Of %s, %s."
            .formatted(
                Numbers.percent(sets.level()),
                Numbers.count(sets.sizes().stream().mapToInt(Integer::intValue).sum(), "image"),
                sizes(sets)));
    Table table = new Table("Sets of labels", "label", "images", "interval:set holds the truth");
    for (SetCoverage.OneLabel one : sets.labels()) {
      table.row(one.label(), Integer.toString(one.n()), one.holds().text());
    }
    page.raw(table.html());
  }

  /** Such as {@code 401 have one label, 165 have 2}. */
  private static String sizes(SetCoverage sets) {
    List<String> parts = new ArrayList<>();
    for (int size = 0; size < sets.sizes().size(); size++) {
      int count = sets.sizes().get(size);
      if (count > 0) {
        parts.add(
            size == 0
                ? "%d look like no label's".formatted(count)
                : "%d have %s".formatted(count, size == 1 ? "one label" : size + " labels"));
      }
    }
    return String.join(", ", parts);
  }

  private static void operatingPoints(Markup page, TaskEvaluation task) {
    if (task.operatingPoints().isEmpty()) {
      return;
    }
    page.element("h3", "At thresholds that were frozen before");
    page.element(
        "p class=\"soft\"",
        "Chosen on %s, and only applied here: an image is called %s when its probability is at least the threshold. Below each share's interval (Wilson), that of the bootstrap over groups."
            .formatted(
                task.operatingPoints().getFirst().chosenOn(),
                task.task().labels().get(task.operatingPoints().getFirst().at().label())));
    Table table =
        new Table(
            "Operating points",
            "chosen by",
            "interval:threshold",
            "interval:sensitivity",
            "interval:specificity");
    for (FrozenPoint point : task.operatingPoints()) {
      table.row(
          point.rule(),
          thresholds(point),
          point.at().sensitivity().text(),
          point.at().specificity().text());
      table.row(
          "by bootstrap",
          "",
          point.at().sensitivityByBootstrap().text(),
          point.at().specificityByBootstrap().text());
    }
    page.raw(table.html());
    for (FrozenPoint point : task.operatingPoints()) {
      point
          .predictive()
          .ifPresent(
              values ->
                  page.element(
                      "p",
                      "%s, at a prevalence of %s: positive predictive value %s, negative %s."
                          .formatted(
                              point.rule(),
                              values.prevalence(),
                              values.positive().text(),
                              values.negative().text())));
    }
  }

  /** One number, or the range of the folds'. */
  private static String thresholds(FrozenPoint point) {
    double least = point.thresholds().values().stream().mapToDouble(each -> each).min().orElse(0);
    double most = point.thresholds().values().stream().mapToDouble(each -> each).max().orElse(0);
    return least == most
        ? Numbers.share(least)
        : "%s to %s, by fold".formatted(Numbers.share(least), Numbers.share(most));
  }

  private static void predictive(Markup page, TaskEvaluation task, PredictiveValues values) {
    String label = task.task().labels().get(task.sample().positive());
    page.element("h3", "At a prevalence of " + values.prevalence());
    page.element(
        "p class=\"soft\"",
        String.format(
            Locale.ROOT,
            "Where %s in 1000 have the label %s, as was stated; among these images it is %.0f in 1000. By Bayes' rule from sensitivity and specificity, the label of the highest probability being the answer.",
            Markup.number(1000 * values.prevalence()),
            label,
            1000.0 * task.sample().counts()[task.sample().positive()] / task.n()));
    Table table =
        new Table(
            "Predictive values", "value", "number:value", "interval:95% interval", "method:by");
    row(table, "positive predictive value: called %s, and is".formatted(label), values.positive());
    row(
        table,
        "negative predictive value: not called %s, and is not".formatted(label),
        values.negative());
    page.raw(table.html());
  }
}
