package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.evaluate.material.Properties;
import org.senoscope.evaluate.metrics.Assessment;
import org.senoscope.evaluate.metrics.Sample;
import org.senoscope.files.Json;
import org.senoscope.study.Task;

/**
 * The metrics of the cases that share a property.
 *
 * @param by the property
 * @param value its value
 * @param n cases
 * @param groups their groups
 * @param assessment empty when there are fewer than {@link #FEWEST} cases
 */
public record Subgroup(
    String by, String value, int n, int groups, Optional<Assessment> assessment) {
  /** Below this many cases no metric is shown. */
  public static final int FEWEST = 10;

  /** What a subgroup shows of its metrics. */
  private static final List<String> METRICS =
      List.of("auc", "balancedAccuracy", "accuracy", "sensitivity", "specificity");

  /** Every subgroup of the cases; a property of which they have one value alone makes none. */
  static List<Subgroup> of(Task task, List<ScoredCase> cases, Properties properties, long seed) {
    List<Subgroup> subgroups = new ArrayList<>();
    properties
        .known()
        .forEach(
            (name, property) -> {
              Map<String, List<ScoredCase>> parts = new HashMap<>();
              for (ScoredCase scored : cases) {
                String value = property.byImage().get(scored.image());
                if (value != null) {
                  parts.computeIfAbsent(value, key -> new ArrayList<>()).add(scored);
                }
              }
              if (parts.size() > 1) {
                for (String value : property.values()) {
                  List<ScoredCase> part = parts.getOrDefault(value, List.of());
                  if (!part.isEmpty()) {
                    subgroups.add(of(name, value, task, part, seed));
                  }
                }
              }
            });
    return subgroups;
  }

  private static Subgroup of(
      String by, String value, Task task, List<ScoredCase> cases, long seed) {
    Sample sample = TaskEvaluation.sample(task, cases);
    return new Subgroup(
        by,
        value,
        cases.size(),
        sample.groups(),
        cases.size() < FEWEST ? Optional.empty() : Optional.of(Assessment.of(sample, seed)));
  }

  /** As it stands in files. */
  ObjectNode toJson() {
    ObjectNode json =
        Json.object().put("by", by).put("value", value).put("n", n).put("groups", groups);
    assessment.ifPresentOrElse(
        found -> {
          ObjectNode metrics = json.putObject("metrics");
          METRICS.forEach(name -> metrics.set(name, found.metric(name).toJson()));
          json.set("byLabel", found.byLabelJson());
        },
        () -> json.putNull("metrics").put("why", "fewer than %d images".formatted(FEWEST)));
    return json;
  }
}
