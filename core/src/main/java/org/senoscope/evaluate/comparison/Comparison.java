package org.senoscope.evaluate.comparison;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.files.Json;
import org.senoscope.provenance.Provenance;
import org.senoscope.work.InputException;

/**
 * Two models on the same images of a data set.
 *
 * @param first one model, which the other is subtracted from
 * @param second the other
 * @param dataset its name
 * @param tasks that both answer, in the first's order; at least one
 * @param provenance of the comparison
 */
public record Comparison(
    Contender first,
    Contender second,
    String dataset,
    List<PairedTask> tasks,
    Provenance provenance) {
  public Comparison {
    tasks = List.copyOf(tasks);
  }

  /**
   * Pairs by image and compares, task by task.
   *
   * @param dataset its name
   * @param common whether images that one alone scored are left out; an error otherwise
   * @param divided whether the data set has a split
   * @throws InputException when no task is common, or the images differ
   */
  public static Comparison of(
      Contender first, Contender second, String dataset, boolean common, boolean divided) {
    List<PairedTask> tasks = new ArrayList<>();
    for (EvaluatePredictions.Scores one : first.scores()) {
      second
          .of(one.task())
          .ifPresent(other -> tasks.add(PairedTask.of(first, one, second, other, common, divided)));
    }
    if (tasks.isEmpty()) {
      throw new InputException(
          "%s answers %s, %s answers %s; models are compared on the same labels of one task"
              .formatted(first.given(), first.answers(), second.given(), second.answers()));
    }
    return new Comparison(
        first, second, dataset, tasks, Provenance.now("", "", EvaluateModel.SEED));
  }

  /** The first of the tasks that both answer. */
  public PairedTask main() {
    return tasks.getFirst();
  }

  /** Such as {@code lite0 1 against plain 1 on busi}. */
  public String title() {
    return "%s against %s on %s".formatted(first.title(), second.title(), dataset);
  }

  /** Whether a difference may be called a result. */
  public boolean isTestResult() {
    return first.testResult() && second.testResult() && !demonstratesLeakage();
  }

  /** Whether one of the two demonstrates leakage. */
  public boolean demonstratesLeakage() {
    return first.demonstratesLeakage() || second.demonstratesLeakage();
  }

  /** What the differences are, or why they are no test result. */
  public String result() {
    if (demonstratesLeakage()) {
      return "demonstration of leakage, never a result: %s"
          .formatted(
              first.demonstratesLeakage() && second.demonstratesLeakage()
                  ? "both demonstrate it"
                  : "%s demonstrates it"
                      .formatted(first.demonstratesLeakage() ? "the first" : "the second"));
    }
    List<String> why = new ArrayList<>();
    Map<String, Contender> both = new LinkedHashMap<>();
    both.put("the first", first);
    both.put("the second", second);
    both.forEach(
        (which, contender) -> {
          if (!contender.testResult()) {
            why.add(
                "of %s, %s"
                    .formatted(which, contender.result().replaceFirst("^not a test result: ", "")));
          }
        });
    return why.isEmpty()
        ? "paired comparison of two test results on the same %d images"
            .formatted(main().paired().n())
        : "not a test result: " + String.join("; ", why);
  }

  /** What else a reader must know, in sentences. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (PairedTask each : tasks) {
      if (each.left() > 0) {
        notes.add(
            "%d images that one alone scored%s were left out."
                .formatted(each.left(), tasks.size() > 1 ? " for task " + each.task().name() : ""));
      }
    }
    tasks.stream().map(PairedTask::splitNote).distinct().forEach(notes::add);
    Set<String> alone = new TreeSet<>();
    for (Contender each : List.of(first, second)) {
      each.scores().forEach(scores -> alone.add(scores.task().name()));
    }
    tasks.forEach(each -> alone.remove(each.task().name()));
    if (!alone.isEmpty()) {
      notes.add(
          "Not compared, since both do not answer it with the same labels: %s."
              .formatted(String.join(", ", alone)));
    }
    if (main().paired().groups() < main().paired().n()) {
      notes.add(
          "McNemar's test takes images to be independent, and groups hold several: quote the bootstrap over groups.");
    }
    notes.add("Several metrics are compared: one in twenty intervals misses the truth.");
    return notes;
  }

  /** As {@code comparison.json} has it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object("comparison").put("result", result());
    json.put("dataset", dataset);
    json.setAll(main().toJson());
    json.put("testResult", isTestResult());
    json.put("difference", "first less second");
    json.set("first", first.toJson());
    json.set("second", second.toJson());
    if (tasks.size() > 1) {
      ObjectNode all = json.putObject("tasks");
      tasks.forEach(each -> all.set(each.task().name(), each.toJson()));
    }
    if (demonstratesLeakage()) {
      json.put(Provenance.DEMONSTRATES_LEAKAGE, true);
    }
    ArrayNode said = json.putArray("notes");
    notes().forEach(said::add);
    json.put("use", Evaluation.RESEARCH_USE_ONLY);
    json.set("provenance", provenance.toJson());
    return json;
  }
}
