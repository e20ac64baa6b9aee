package org.senoscope.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.comparison.Comparison;
import org.senoscope.evaluate.comparison.Contender;
import org.senoscope.evaluate.comparison.PairedTask;
import org.senoscope.evaluate.metrics.Difference;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.McNemar;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.MetricNames;
import org.senoscope.report.page.Numbers;
import org.senoscope.report.page.Page;
import org.senoscope.report.page.Table;
import org.senoscope.report.plots.ComparisonPlots;
import org.senoscope.report.sections.Section;

/**
 * The report of a comparison: a folder with {@code comparison.json} and {@code report.html}, one
 * file that needs nothing else; and the same as text.
 */
public final class ComparisonReport {
  private ComparisonReport() {}

  /** Writes the folder, which is complete or absent. */
  public static void write(Path folder, Comparison comparison, List<String> command)
      throws IOException {
    EvaluationReport.requireFree(folder);
    AtomicFiles.createFolder(
        folder,
        partial -> {
          Json.write(partial.resolve("comparison.json"), comparison.toJson());
          AtomicFiles.writeString(partial.resolve("report.html"), html(comparison, command));
        });
  }

  /** The page. */
  static String html(Comparison comparison, List<String> command) throws IOException {
    List<Section> sections = new ArrayList<>();
    sections.add(new Section("models", "The two models", models(comparison)));
    boolean several = comparison.tasks().size() > 1;
    for (int i = 0; i < comparison.tasks().size(); i++) {
      PairedTask task = comparison.tasks().get(i);
      String id = i == 0 ? "" : "-" + (i + 1);
      String of = several ? ": " + task.task().name() : "";
      sections.add(new Section("differences" + id, "Differences" + of, differences(task)));
      sections.add(new Section("curves" + id, "ROC curves" + of, curves(task)));
      sections.add(
          new Section("right" + id, "Who is right where the other is wrong" + of, mcNemar(task)));
    }
    sections.add(new Section("provenance", "How to repeat it", provenance(comparison, command)));
    Markup page = Page.begin(comparison.title(), "report.css");
    page.element("h1", comparison.title());
    page.element("p class=\"soft\"", Evaluation.RESEARCH_USE_ONLY);
    page.element(
        "p class=\"result%s\"".formatted(comparison.isTestResult() ? "" : " refused"),
        sentence(comparison.result()));
    for (PairedTask task : comparison.tasks()) {
      page.element(
          "p",
          "%d images in %d groups, paired by image; task %s (%s)."
              .formatted(
                  task.paired().n(),
                  task.paired().groups(),
                  task.task().name(),
                  String.join(", ", task.task().labels())));
    }
    comparison.notes().forEach(note -> page.element("p", note));
    Map<String, String> contents = new LinkedHashMap<>();
    sections.forEach(section -> contents.put(section.id(), section.title()));
    Page.contents(page, contents);
    page.raw("<main id=\"main\">\n");
    sections.forEach(section -> page.raw(section.whole()));
    page.raw("</main>\n");
    return Page.end(page, Evaluation.RESEARCH_USE_ONLY);
  }

  private static String sentence(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }

  private static String models(Comparison comparison) {
    Table table = new Table("The two models", "", "model", "named", "result", "protocol");
    row(table, "first (solid)", comparison.first());
    row(table, "second (dashed)", comparison.second());
    return table.html();
  }

  private static void row(Table table, String which, Contender contender) {
    table.row(
        which,
        contender.title(),
        contender.given(),
        sentence(contender.result()),
        contender.sentence());
  }

  /** The differences by the names that a reader knows. */
  private static Map<String, Difference> named(PairedTask task) {
    Map<String, Difference> named = new LinkedHashMap<>();
    int positive = task.firstSample().positive();
    task.paired()
        .metrics()
        .forEach(
            (name, difference) -> {
              if (difference.estimate().known()) {
                named.put(MetricNames.of(name, task.task().labels(), positive), difference);
              }
            });
    if (task.task().labels().size() > 2) {
      task.paired()
          .aucByLabel()
          .forEach(
              (label, difference) -> {
                if (difference.estimate().known()) {
                  named.put("AUC (%s)".formatted(label), difference);
                }
              });
    }
    return named;
  }

  private static String differences(PairedTask task) {
    Markup page = new Markup();
    Map<String, Difference> named = named(task);
    Map<String, Difference> drawn = new LinkedHashMap<>(named);
    drawn.remove("coverage"); // may differ by all there is, and would hide the others
    page.raw(ComparisonPlots.differences(drawn));
    page.element(
        "p class=\"soft\"",
        "Right of 0 the first has more, left of it the second; of Brier score and calibration error less is better. Lines: 95% intervals of the difference, images paired.");
    Table table =
        new Table(
            "Differences",
            "metric",
            "number:first",
            "number:second",
            "interval:difference (95% interval)",
            "number:p",
            "method:by");
    named.forEach(
        (name, difference) -> {
          Estimate estimate = difference.estimate();
          table.row(
              name,
              Numbers.share(difference.first()),
              Numbers.share(difference.second()),
              estimate.text(),
              Numbers.p(difference.p()),
              estimate.hasInterval() ? estimate.method() : estimate.why());
        });
    Difference bootstrap = task.paired().aucByBootstrap();
    if (bootstrap.estimate().known()) {
      table.row(
          "AUC, by bootstrap",
          Numbers.share(bootstrap.first()),
          Numbers.share(bootstrap.second()),
          bootstrap.estimate().text(),
          Numbers.p(bootstrap.p()),
          bootstrap.estimate().hasInterval()
              ? bootstrap.estimate().method()
              : bootstrap.estimate().why());
    }
    return page.raw(table.html()).toString();
  }

  private static String curves(PairedTask task) {
    Markup page = new Markup().raw("<div class=\"plots\">\n");
    List<String> labels = task.task().labels();
    for (int label = 0; label < labels.size(); label++) {
      Difference difference = task.paired().aucByLabel().get(labels.get(label));
      boolean mirrored = labels.size() == 2 && label != task.firstSample().positive();
      if (difference != null && difference.estimate().known() && !mirrored) {
        page.raw("<div class=\"plot\">")
            .element("h3", labels.get(label) + " against the rest")
            .raw(ComparisonPlots.roc(task.firstSample(), task.secondSample(), label))
            .element(
                "p",
                "Solid the first, AUC %s; dashed the second, %s; difference %s, p %s."
                    .formatted(
                        Numbers.share(difference.first()),
                        Numbers.share(difference.second()),
                        difference.estimate().text(),
                        Numbers.p(difference.p())))
            .raw("</div>\n");
      }
    }
    return page.raw("</div>\n").toString();
  }

  private static String mcNemar(PairedTask task) {
    McNemar test = task.paired().mcNemar();
    Difference accuracy = task.paired().metric("accuracy");
    return new Markup()
        .element(
            "p",
            "The first alone is right on %d images, the second alone on %d. McNemar's test, mid-p: %s (exact: %s), for independent images. The difference in accuracy, by bootstrap over groups: %s, p %s."
                .formatted(
                    test.onlyFirst(),
                    test.onlySecond(),
                    Numbers.p(test.midP()),
                    Numbers.p(test.exact()),
                    accuracy.estimate().text(),
                    Numbers.p(accuracy.p())))
        .toString();
  }

  private static String provenance(Comparison comparison, List<String> command) {
    Markup page = new Markup();
    if (!command.isEmpty()) {
      page.element("pre tabindex=\"0\"", Numbers.shell(command));
    }
    Table table = new Table("Provenance", "of", "code:is");
    table.row("first, SHA-256", comparison.first().model().sha256());
    table.row("second, SHA-256", comparison.second().model().sha256());
    table.row("commit", comparison.provenance().commit());
    table.row("at", comparison.provenance().created().toString());
    table.row("bootstrap seed", Long.toString(comparison.provenance().seed()));
    comparison
        .provenance()
        .versions()
        .forEach((name, version) -> table.row("version of " + name, version));
    return page.raw(table.html()).toString();
  }

  /** The headline, the notes and a table of differences. */
  public static String text(Comparison comparison) {
    List<String> lines = new ArrayList<>();
    lines.add(comparison.title());
    lines.add("Result: " + comparison.result() + ".");
    for (int i = 0; i < comparison.tasks().size(); i++) {
      if (i > 0) {
        lines.add("");
      }
      addText(lines, comparison.tasks().get(i));
    }
    comparison.notes().forEach(note -> lines.add("Note: " + note));
    lines.add("");
    lines.add(Evaluation.RESEARCH_USE_ONLY);
    return String.join("\n", lines) + "\n";
  }

  private static void addText(List<String> lines, PairedTask task) {
    lines.add(
        "%d images in %d groups, paired by image."
            .formatted(task.paired().n(), task.paired().groups()));
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%-28s %-8s %-8s %-28s %s",
            "task " + task.task().name(),
            "first",
            "second",
            "difference (95% interval)",
            "p"));
    named(task)
        .forEach(
            (name, difference) ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "%-28s %-8s %-8s %-28s %s",
                        name,
                        Numbers.share(difference.first()),
                        Numbers.share(difference.second()),
                        difference.estimate().text(),
                        Numbers.p(difference.p()))));
    McNemar test = task.paired().mcNemar();
    lines.add("");
    lines.add(
        "Right alone: the first on %d images, the second on %d; McNemar's mid-p %s."
            .formatted(test.onlyFirst(), test.onlySecond(), Numbers.p(test.midP())));
  }
}
