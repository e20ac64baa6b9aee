package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.metrics.Assessment;
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
 */
public record TaskEvaluation(
    Task task,
    List<ScoredCase> cases,
    Sample sample,
    Assessment assessment,
    List<Subgroup> subgroups,
    Optional<Assessment> uncalibrated) {
  /** What a subgroup shows of its metrics. */
  private static final List<String> SUBGROUP_METRICS =
      List.of("auc", "balancedAccuracy", "accuracy", "sensitivity", "specificity");

  public TaskEvaluation {
    cases = List.copyOf(cases);
    subgroups = List.copyOf(subgroups);
  }

  /**
   * Computes the metrics.
   *
   * @param cases at least one
   * @param rows the manifest's row of each image; empty where there is no data set
   */
  public static TaskEvaluation of(
      Task task, List<ScoredCase> cases, Map<String, ManifestRow> rows, long seed) {
    List<ScoredCase> sorted =
        cases.stream().sorted(Comparator.comparing(ScoredCase::image)).toList();
    Sample sample = sample(task, sorted);
    return new TaskEvaluation(
        task,
        sorted,
        sample,
        Assessment.of(sample, seed),
        Subgroup.of(task, sorted, rows, seed),
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
        Optional.of(Assessment.of(sample(task, sorted), seed)));
  }

  static Sample sample(Task task, List<ScoredCase> cases) {
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
    for (Subgroup subgroup : subgroups) {
      ObjectNode part =
          parts
              .addObject()
              .put("by", subgroup.by())
              .put("value", subgroup.value())
              .put("n", subgroup.n())
              .put("groups", subgroup.groups());
      subgroup
          .assessment()
          .ifPresentOrElse(
              found -> {
                ObjectNode metrics = part.putObject("metrics");
                SUBGROUP_METRICS.forEach(name -> metrics.set(name, found.metric(name).toJson()));
              },
              () ->
                  part.putNull("metrics")
                      .put("why", "fewer than %d images".formatted(Subgroup.FEWEST)));
    }
    return json;
  }
}
