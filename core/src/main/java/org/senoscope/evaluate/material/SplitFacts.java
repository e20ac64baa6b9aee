package org.senoscope.evaluate.material;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.files.Json;
import org.senoscope.split.Split;

/**
 * How a data set is split.
 *
 * @param rule in words, such as {@code 5 folds by pathology}
 * @param seed of the dealing
 * @param sha256 of {@code split.json}
 * @param parts by name, in order
 */
public record SplitFacts(String rule, long seed, String sha256, Map<String, Part> parts) {
  /**
   * What is in a part.
   *
   * @param images how many
   * @param groups how many
   * @param labels images by label of the task that was split by
   */
  public record Part(int images, int groups, Map<String, Integer> labels) {}

  public SplitFacts {
    parts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  static SplitFacts of(
      Split split, String sha256, Collection<ManifestRow> rows, UnaryOperator<String> groupOf) {
    Map<String, Part> parts = new LinkedHashMap<>();
    for (String part : split.parts()) {
      Map<String, Integer> labels = new java.util.TreeMap<>();
      Set<String> groups = new HashSet<>();
      int images = 0;
      for (ManifestRow row : rows) {
        if (split.partOf(row.image()).filter(part::equals).isPresent()) {
          images++;
          groups.add(groupOf.apply(row.image()));
          row.label(split.task()).ifPresent(label -> labels.merge(label, 1, Integer::sum));
        }
      }
      parts.put(part, new Part(images, groups.size(), labels));
    }
    return new SplitFacts(split.rule(), split.seed(), sha256, parts);
  }

  /** As it stands in files. */
  ObjectNode toJson() {
    ObjectNode json = Json.object().put("rule", rule).put("seed", seed).put("sha256", sha256);
    json.set("parts", Json.tree(parts));
    return json;
  }
}
