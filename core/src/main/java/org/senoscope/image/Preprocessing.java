package org.senoscope.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;
import org.senoscope.work.Suggestions;

/**
 * The steps that prepare an image for a network, in order. Recipes and bundles carry them as a JSON
 * array: {@code [{"step": "resize", "height": 224, "width": 224, "fit": "pad"}]}. Safe for several
 * threads.
 *
 * @param steps in the order of work; may be empty
 */
public record Preprocessing(List<Step> steps) {
  private static final List<String> NAMES = List.of(Resize.NAME, InvertIfBright.NAME);

  public Preprocessing {
    steps = List.copyOf(steps);
  }

  /**
   * Reads the JSON array; {@link #toJson} gives it back. A {@code resize} without {@code fit} is
   * padded.
   *
   * @throws InputException naming every fault: an unknown step or parameter with the nearest known
   *     one, a value out of its range
   */
  public static Preprocessing parse(JsonNode array) {
    List<String> faults = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    if (array.isArray()) {
      for (JsonNode each : array) {
        step(each, faults).ifPresent(steps::add);
      }
    } else {
      faults.add("must be a list of steps, each with its name under \"step\"");
    }
    if (!faults.isEmpty()) {
      throw new InputException("preprocessing: " + String.join("; ", faults));
    }
    return new Preprocessing(steps);
  }

  /** The JSON array that {@link #parse} reads. */
  public ArrayNode toJson() {
    ArrayNode array = Json.object().arrayNode();
    steps.forEach(step -> array.add(step.toJson()));
    return array;
  }

  /** The image after all steps. */
  public GreyImage apply(GreyImage image) {
    GreyImage prepared = image;
    for (Step step : steps) {
      prepared = step.apply(prepared);
    }
    return prepared;
  }

  private static Optional<Step> step(JsonNode json, List<String> faults) {
    if (!json.path("step").isTextual()) {
      faults.add("a step needs its name under \"step\", was " + Json.formatLine(json));
      return Optional.empty();
    }
    String name = json.path("step").textValue();
    StepParameters parameters = new StepParameters(name, json);
    Optional<Step> step =
        switch (name) {
          case Resize.NAME -> {
            int height = parameters.wholeNumber("height");
            int width = parameters.wholeNumber("width");
            Resize.Fit fit = parameters.choice("fit", Resize.Fit.PAD);
            yield parameters.make(() -> new Resize(height, width, fit));
          }
          case InvertIfBright.NAME -> parameters.make(InvertIfBright::new);
          default -> {
            faults.add(Suggestions.unknown("step", name, NAMES));
            yield Optional.empty();
          }
        };
    faults.addAll(parameters.faults());
    return step;
  }
}
