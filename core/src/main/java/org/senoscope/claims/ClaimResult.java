package org.senoscope.claims;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.files.Json;

/**
 * What one run of a claim gave, for one task.
 *
 * @param claim the claim's id
 * @param recipe that was run
 * @param task whose labels were answered
 * @param leaky whether it demonstrates leakage and is no result
 * @param result the evaluation's headline
 * @param protocol in a sentence
 * @param images that were scored
 * @param groups they are in
 * @param accuracy of the label of the highest probability
 * @param balancedAccuracy mean of the labels' sensitivities
 * @param auc binary, or macro one-versus-rest
 * @param majority accuracy of always saying the most frequent label
 * @param trainingAccuracy of the last epoch on its own augmented images; not a number where not
 *     logged
 * @param commit of the program that ran it
 */
public record ClaimResult(
    String claim,
    String recipe,
    String task,
    boolean leaky,
    String result,
    String protocol,
    int images,
    int groups,
    Interval accuracy,
    Interval balancedAccuracy,
    Interval auc,
    double majority,
    double trainingAccuracy,
    String commit) {
  /**
   * A metric with its 95% interval; all three are not a number where it cannot be computed.
   *
   * @param value best estimate
   * @param low end of the interval
   * @param high end of the interval
   */
  public record Interval(double value, double low, double high) {
    static Interval of(Estimate estimate) {
      return new Interval(
          estimate.known() ? estimate.value() : Double.NaN,
          estimate.hasInterval() ? estimate.low() : Double.NaN,
          estimate.hasInterval() ? estimate.high() : Double.NaN);
    }

    private static Interval in(JsonNode json) {
      return new Interval(number(json, "value"), number(json, "low"), number(json, "high"));
    }

    private ObjectNode toJson() {
      ObjectNode json = Json.object();
      put(json, "value", value);
      put(json, "low", low);
      put(json, "high", high);
      return json;
    }
  }

  /** One for each task of an evaluation. */
  static List<ClaimResult> of(
      Claim claim, String recipe, boolean leaky, Evaluation evaluation, double trainingAccuracy) {
    List<ClaimResult> results = new ArrayList<>();
    for (TaskEvaluation task : evaluation.tasks()) {
      results.add(
          new ClaimResult(
              claim.id(),
              recipe,
              task.task().name(),
              leaky,
              evaluation.result(),
              evaluation.sentence(),
              task.n(),
              task.sample().groups(),
              Interval.of(task.assessment().metric("accuracy")),
              Interval.of(task.assessment().metric("balancedAccuracy")),
              Interval.of(task.assessment().metric("auc")),
              task.assessment().majorityAccuracy(),
              trainingAccuracy,
              evaluation.provenance().commit()));
    }
    return results;
  }

  static ClaimResult in(JsonNode json) {
    return new ClaimResult(
        json.path("claim").asText(),
        json.path("recipe").asText(),
        json.path("task").asText(),
        json.path("demonstratesLeakage").asBoolean(),
        json.path("result").asText(),
        json.path("protocol").asText(),
        json.path("images").asInt(),
        json.path("groups").asInt(),
        Interval.in(json.path("accuracy")),
        Interval.in(json.path("balancedAccuracy")),
        Interval.in(json.path("auc")),
        number(json, "majorityAccuracy"),
        number(json, "trainingAccuracy"),
        json.path("commit").asText());
  }

  /** As {@code senoscope claims --json} has it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("claim", claim).put("recipe", recipe).put("task", task);
    json.put("demonstratesLeakage", leaky).put("result", result).put("protocol", protocol);
    json.put("images", images).put("groups", groups);
    json.set("accuracy", accuracy.toJson());
    json.set("balancedAccuracy", balancedAccuracy.toJson());
    json.set("auc", auc.toJson());
    put(json, "majorityAccuracy", majority);
    put(json, "trainingAccuracy", trainingAccuracy);
    return json.put("commit", commit);
  }

  private static void put(ObjectNode json, String key, double value) {
    if (Double.isFinite(value)) {
      json.put(key, value);
    } else {
      json.putNull(key);
    }
  }

  private static double number(JsonNode json, String key) {
    return json.path(key).isNumber() ? json.path(key).doubleValue() : Double.NaN;
  }
}
