package org.senoscope.growth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.senoscope.files.Json;

/**
 * What the steps took on the first images of a made set.
 *
 * @param images how many
 * @param by the commit and the recipe that were measured: figures of others are other figures
 * @param steps those that are done
 * @param planted what the audit should find
 * @param found what it found; empty before it ran
 */
record Size(
    int images,
    String by,
    Map<Step, Measured> steps,
    MadeSet.Planted planted,
    Optional<MadeSet.Planted> found) {
  private static final String KIND = "growth-size";

  Size {
    EnumMap<Step, Measured> ordered = new EnumMap<>(Step.class);
    ordered.putAll(steps);
    steps = ordered;
  }

  /** Nothing done yet. */
  static Size begin(int images, String by, MadeSet.Planted planted) {
    return new Size(images, by, Map.of(), planted, Optional.empty());
  }

  /** The same with one more step. */
  Size with(Step step, Measured measured) {
    Map<Step, Measured> more = new EnumMap<>(Step.class);
    more.putAll(steps);
    more.put(step, measured);
    return new Size(images, by, more, planted, found);
  }

  /** The same with what the audit found. */
  Size finding(MadeSet.Planted groups) {
    return new Size(images, by, steps, planted, Optional.of(groups));
  }

  boolean isDone() {
    return steps.size() == Step.values().length;
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object(KIND).put("images", images).put("by", by);
    ObjectNode each = json.putObject("steps");
    steps.forEach((step, measured) -> each.set(step.verb(), measured.toJson()));
    json.set("planted", Json.tree(planted));
    found.ifPresent(groups -> json.set("found", Json.tree(groups)));
    return json;
  }

  static Size of(JsonNode json) {
    Map<Step, Measured> steps = new EnumMap<>(Step.class);
    for (Step step : Step.values()) {
      if (json.path("steps").has(step.verb())) {
        steps.put(step, Measured.of(json.path("steps").path(step.verb())));
      }
    }
    return new Size(
        json.path("images").asInt(),
        json.path("by").asText(),
        steps,
        groups(json.path("planted")),
        json.has("found") ? Optional.of(groups(json.path("found"))) : Optional.empty());
  }

  /** Also of {@code audit.json}, which has the same names. */
  static MadeSet.Planted groups(JsonNode json) {
    return new MadeSet.Planted(
        json.path("groups").asInt(),
        json.path("exactDuplicates").asInt(),
        json.path("nearDuplicatePairs").asInt());
  }

  /** The kind of its file. */
  static String kind() {
    return KIND;
  }
}
