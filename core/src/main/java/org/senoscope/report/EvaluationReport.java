package org.senoscope.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.Page;
import org.senoscope.report.sections.Section;
import org.senoscope.report.sections.Sections;
import org.senoscope.report.story.Background;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * The report of an evaluation: a folder with {@code evaluation.json}, {@code predictions.csv} (the
 * first task; {@code predictions-<task>.csv} for further ones) and {@code report.html}, one file
 * that needs nothing else.
 */
public final class EvaluationReport {
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
   * @param background what is known beside the evaluation; {@link Background#NONE} for nothing
   */
  public static void write(Path folder, Evaluation evaluation, Background background)
      throws IOException {
    requireFree(folder);
    AtomicFiles.createFolder(
        folder,
        partial -> {
          Json.write(partial.resolve("evaluation.json"), evaluation.toJson());
          AtomicFiles.writeString(partial.resolve("report.html"), html(evaluation, background));
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
  static String html(Evaluation evaluation, Background background) throws IOException {
    List<Section> sections = Sections.of(evaluation, background);
    String title = evaluation.title();
    Markup page = Page.begin(title, "report.css");
    page.element("h1", title);
    page.element("p class=\"soft\"", Evaluation.RESEARCH_USE_ONLY);
    page.element(
        "p class=\"result%s\"".formatted(evaluation.protocol().isTestResult() ? "" : " refused"),
        evaluation.result().substring(0, 1).toUpperCase(Locale.ROOT)
            + evaluation.result().substring(1)
            + ".");
    page.element("p", evaluation.sentence());
    evaluation.protocol().notes().forEach(note -> page.element("p", note));
    Map<String, String> contents = new LinkedHashMap<>();
    sections.forEach(section -> contents.put(section.id(), section.title()));
    Page.contents(page, contents);
    page.raw("<main id=\"main\">\n");
    sections.forEach(section -> page.raw(section.whole()));
    page.raw("</main>\n");
    return Page.end(page, Evaluation.RESEARCH_USE_ONLY);
  }
}
