package org.senoscope.evaluate.comparison;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.files.Json;
import org.senoscope.study.Task;

/**
 * One of two models that are compared, with what it said of each image and how that came about.
 *
 * @param given as the user named it
 * @param model its name and version
 * @param task its main task
 * @param cases of the data set, one for each image
 * @param result what its numbers are, or why they are no test result
 * @param testResult whether they may be called one
 * @param demonstratesLeakage whether its training or its split did
 * @param sentence its protocol
 */
public record Contender(
    String given,
    Evaluation.Model model,
    Task task,
    List<ScoredCase> cases,
    String result,
    boolean testResult,
    boolean demonstratesLeakage,
    String sentence) {
  public Contender {
    cases = List.copyOf(cases);
  }

  /** What an evaluation made just now says. */
  static Contender of(String given, Evaluation evaluation) {
    return new Contender(
        given,
        evaluation.model(),
        evaluation.first().task(),
        evaluation.first().cases(),
        evaluation.result(),
        evaluation.protocol().isTestResult(),
        evaluation.protocol().demonstratesLeakage(),
        evaluation.sentence());
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
    return json.put("images", cases.size())
        .put("result", result)
        .put("testResult", testResult)
        .put("demonstratesLeakage", demonstratesLeakage)
        .put("sentence", sentence);
  }
}
