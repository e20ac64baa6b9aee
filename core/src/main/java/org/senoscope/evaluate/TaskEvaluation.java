package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.senoscope.evaluate.material.Properties;
import org.senoscope.evaluate.metrics.Assessment;
import org.senoscope.evaluate.metrics.PredictiveValues;
import org.senoscope.evaluate.metrics.Sample;
import org.senoscope.files.Json;
import org.senoscope.study.PositiveLabel;
import org.senoscope.study.Task;

/**
 * One task's cases and metrics.
 *
 * @param task the task
 * @param cases in the order of the images' names, which makes every draw of the bootstrap the same
 *     however the cases came
 * @param sample the cases as the metrics take them
 * @param assessment the metrics
 * @param subgroups the metrics by properties of the image
 * @param uncalibrated the metrics of the same cases before calibration; empty where there was none,
 *     or nothing kept them
 * @param curves precision-recall, decision, risk-coverage
 * @param referral how evenly cases are handed to a person
 * @param predictive values of the positive label at a prevalence that the user stated; empty where
 *     none was, or the task has no positive label
 * @param operatingPoints the cases at thresholds that were frozen before; empty where there were
 *     none
 * @param sets how often sets of labels hold the truth; empty where models that had not seen the
 *     cases gave none
 */
public record TaskEvaluation(
    Task task,
    List<ScoredCase> cases,
    Sample sample,
    Assessment assessment,
    List<Subgroup> subgroups,
    Optional<Assessment> uncalibrated,
    Curves curves,
    ReferralBalance referral,
    Optional<PredictiveValues> predictive,
    List<FrozenPoint> operatingPoints,
    Optional<SetCoverage> sets) {
  public TaskEvaluation {
    cases = List.copyOf(cases);
    subgroups = List.copyOf(subgroups);
    operatingPoints = List.copyOf(operatingPoints);
  }

  /**
   * Computes the metrics.
   *
   * @param cases at least one
   * @param properties what is known of the images, for subgroups
   */
  public static TaskEvaluation of(
      Task task, List<ScoredCase> cases, Properties properties, long seed) {
    List<ScoredCase> sorted =
        cases.stream().sorted(Comparator.comparing(ScoredCase::image)).toList();
    Sample sample = sample(task, sorted);
    return new TaskEvaluation(
        task,
        sorted,
        sample,
        Assessment.of(sample, seed),
        Subgroup.of(task, sorted, properties, seed),
        Optional.empty(),
        Curves.of(sample, seed),
        ReferralBalance.of(task, sorted, sample, properties),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  /**
   * The same, beside what the cases were before calibration.
   *
   * @param before the same images
   * @throws IllegalArgumentException when they are not the same
   */
  TaskEvaluation besideUncalibrated(List<ScoredCase> before, long seed) {
    List<ScoredCase> sorted =
        before.stream().sorted(Comparator.comparing(ScoredCase::image)).toList();
    if (!sorted.stream()
        .map(ScoredCase::image)
        .toList()
        .equals(cases.stream().map(ScoredCase::image).toList())) {
      throw new IllegalArgumentException(
          "Predictions before calibration must be of the same %d images, were of %d, or of others"
              .formatted(cases.size(), sorted.size()));
    }
    return new TaskEvaluation(
        task,
        cases,
        sample,
        assessment,
        subgroups,
        Optional.of(Assessment.of(sample(task, sorted), seed)),
        curves,
        referral,
        predictive,
        operatingPoints,
        sets);
  }

  /** The same with predictive values of the positive label, if the task has one. */
  TaskEvaluation atPrevalence(double prevalence) {
    return new TaskEvaluation(
        task,
        cases,
        sample,
        assessment,
        subgroups,
        uncalibrated,
        curves,
        referral,
        sample.positive() < 0
            ? Optional.empty()
            : Optional.of(PredictiveValues.ofAnswers(sample, sample.positive(), prevalence)),
        operatingPoints.stream().map(point -> point.atPrevalence(prevalence)).toList(),
        sets);
  }

  /**
   * The same with the cases as they were to be decided.
   *
   * @param frozen what the model decides by that scored a part
   */
  TaskEvaluation decidedBy(Function<String, Frozen> frozen, long seed) {
    return new TaskEvaluation(
        task,
        cases,
        sample,
        assessment,
        subgroups,
        uncalibrated,
        curves,
        referral,
        predictive,
        FrozenPoint.of(task, cases, sample, part -> frozen.apply(part).points(), seed),
        SetCoverage.of(task, cases, sample, frozen));
  }

  /** Cases as the metrics take them, in their order. */
  public static Sample sample(Task task, List<ScoredCase> cases) {
    // Numbered by their first image: a group's name may change, the draws of the bootstrap not.
    Map<String, Integer> groups = new HashMap<>();
    cases.forEach(scored -> groups.putIfAbsent(scored.group(), groups.size()));
    boolean[] referred = new boolean[cases.size()];
    for (int i = 0; i < referred.length; i++) {
      referred[i] = cases.get(i).referred();
    }
    return Sample.of(
        task.labels(),
        PositiveLabel.of(task),
        cases.stream().mapToInt(ScoredCase::truth).toArray(),
        cases.stream().map(ScoredCase::probabilityArray).toArray(double[][]::new),
        cases.stream().mapToInt(scored -> groups.get(scored.group())).toArray(),
        referred);
  }

  /** How many images were scored. */
  public int n() {
    return sample.size();
  }

  /** The fields of an evaluation that belong to one task. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("task", task.name());
    ArrayNode labels = json.putArray("labels");
    task.labels().forEach(labels::add);
    if (sample.positive() >= 0) {
      json.put("positive", task.labels().get(sample.positive()));
    } else {
      json.putNull("positive");
    }
    json.put("n", n()).put("groups", sample.groups());
    json.set("metrics", assessment.metricsJson());
    json.set("byLabel", assessment.byLabelJson());
    json.put("majorityAccuracy", assessment.majorityAccuracy());
    json.set("confusion", Json.tree(sample.confusion()));
    json.set("calibration", assessment.calibrationJson());
    uncalibrated.ifPresent(
        before -> {
          ObjectNode metrics = before.metricsJson().retain("brier", "ece");
          json.putObject("uncalibrated").set("metrics", metrics);
          ((ObjectNode) json.path("uncalibrated")).set("calibration", before.calibrationJson());
        });
    ArrayNode parts = json.putArray("subgroups");
    subgroups.forEach(subgroup -> parts.add(subgroup.toJson()));
    curves.addTo(json);
    json.set("referral", referral.toJson());
    predictive.ifPresentOrElse(
        values -> json.set("predictiveValues", values.toJson()),
        () -> json.putNull("predictiveValues"));
    ArrayNode points = json.putArray("operatingPoints");
    operatingPoints.forEach(point -> points.add(point.toJson()));
    sets.ifPresent(coverage -> json.set("sets", coverage.toJson()));
    return json;
  }
}
