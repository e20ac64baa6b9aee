package org.senoscope.evaluate.comparison;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.files.Json;
import org.senoscope.study.Task;

/**
 * One of two models that are compared, with what it said of each image and how that came about.
 *
 * @param given as the user named it
 * @param model its name and version
 * @param scores of each task that it answers, the main one first, one case for each image
 * @param split by which its training or its evaluation knew the parts
 * @param result what its numbers are, or why they are no test result
 * @param testResult whether they may be called one
 * @param demonstratesLeakage whether its training or its split did
 * @param sentence its protocol
 */
public record Contender(
    String given,
    Evaluation.Model model,
    List<EvaluatePredictions.Scores> scores,
    SplitName split,
    String result,
    boolean testResult,
    boolean demonstratesLeakage,
    String sentence) {
  public Contender {
    scores = List.copyOf(scores);
    if (scores.isEmpty()) {
      throw new IllegalArgumentException("A contender has scored one task or more");
    }
  }

  /** What an evaluation made just now says. */
  static Contender of(String given, Evaluation evaluation, SplitName split) {
    return new Contender(
        given,
        evaluation.model(),
        evaluation.tasks().stream()
            .map(each -> new EvaluatePredictions.Scores(each.task(), each.cases()))
            .toList(),
        split,
        evaluation.result(),
        evaluation.protocol().isTestResult(),
        evaluation.protocol().demonstratesLeakage(),
        evaluation.sentence());
  }

  /** The same with the scores of all its tasks. */
  Contender scoring(List<EvaluatePredictions.Scores> all) {
    return new Contender(
        given, model, all, split, result, testResult, demonstratesLeakage, sentence);
  }

  /** What it said for a task of the same name and labels, in whatever order. */
  Optional<EvaluatePredictions.Scores> of(Task task) {
    return scores.stream().filter(each -> same(each.task(), task)).findFirst();
  }

  private static boolean same(Task one, Task other) {
    return one.name().equals(other.name())
        && one.labels().size() == other.labels().size()
        && one.labels().containsAll(other.labels());
  }

  /** Such as {@code pathology [benign, malignant] and density [1, 2]}. */
  String answers() {
    return scores.stream()
        .map(each -> each.task().name() + " " + each.task().labels())
        .collect(Collectors.joining(" and "));
  }

  /** Such as {@code ultrasound 1}. */
  public String title() {
    return (model.name() + " " + model.version()).strip();
  }

  /** As it stands in files. */
  ObjectNode toJson() {
    ObjectNode json = Json.object().put("given", given);
    json.putObject("model")
        .put("name", model.name())
        .put("version", model.version())
        .put("sha256", model.sha256());
    return json.put("images", scores.getFirst().cases().size())
        .put("result", result)
        .put("testResult", testResult)
        .put("demonstratesLeakage", demonstratesLeakage)
        .put("sentence", sentence);
  }
}
