package org.senoscope.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.metrics.Assessment;
import org.senoscope.study.Task;

/**
 * The metrics of the cases that share a property.
 *
 * @param by the property, a column of the manifest
 * @param value its value
 * @param n cases
 * @param groups their groups
 * @param assessment empty when there are fewer than {@link #FEWEST} cases
 */
public record Subgroup(
    String by, String value, int n, int groups, Optional<Assessment> assessment) {
  /** Below this many cases no metric is shown. */
  public static final int FEWEST = 10;

  private static final Map<String, Function<ManifestRow, Optional<String>>> PROPERTIES =
      properties();

  private static Map<String, Function<ManifestRow, Optional<String>>> properties() {
    Map<String, Function<ManifestRow, Optional<String>>> properties = new LinkedHashMap<>();
    properties.put("view", row -> row.view().map(Enum::name));
    properties.put("laterality", row -> row.laterality().map(Enum::name));
    properties.put(Task.DENSITY, row -> row.label(Task.DENSITY));
    properties.put(
        "published", row -> Optional.of(row.published()).filter(part -> !part.isEmpty()));
    return properties;
  }

  /**
   * Every subgroup of the cases; a property that is the task itself, or has one value alone, makes
   * none.
   *
   * @param rows the manifest's row of each image
   */
  static List<Subgroup> of(
      Task task, List<ScoredCase> cases, Map<String, ManifestRow> rows, long seed) {
    List<Subgroup> subgroups = new ArrayList<>();
    PROPERTIES.forEach(
        (property, value) -> {
          if (!property.equals(task.name())) {
            Map<String, List<ScoredCase>> parts = new TreeMap<>();
            for (ScoredCase scored : cases) {
              Optional.ofNullable(rows.get(scored.image()))
                  .flatMap(value)
                  .ifPresent(v -> parts.computeIfAbsent(v, name -> new ArrayList<>()).add(scored));
            }
            if (parts.size() > 1) {
              parts.forEach((v, part) -> subgroups.add(of(property, v, task, part, seed)));
            }
          }
        });
    return subgroups;
  }

  private static Subgroup of(
      String by, String value, Task task, List<ScoredCase> cases, long seed) {
    var sample = TaskEvaluation.sample(task, cases);
    return new Subgroup(
        by,
        value,
        cases.size(),
        sample.groups(),
        cases.size() < FEWEST ? Optional.empty() : Optional.of(Assessment.of(sample, seed)));
  }
}
