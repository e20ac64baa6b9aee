package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.study.Marks;
import org.senoscope.work.InputException;

/**
 * The steps that prepare an image for a network, in order. Recipes and bundles carry them as a JSON
 * array: {@code [{"step": "resize", "height": 224, "width": 224, "fit": "pad"}]}. Safe for several
 * threads.
 *
 * @param steps in the order of work; may be empty
 */
public record Preprocessing(List<Step> steps) {
  public Preprocessing {
    steps = List.copyOf(steps);
  }

  /**
   * Reads the JSON array; {@link #toJson} gives it back. {@code docs/preprocessing.md} names every
   * step, its parameters and what they are where they are left out.
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

  /** Whether an image can only be prepared with readers' marks. */
  public boolean needsMarks() {
    return steps.stream().anyMatch(Step::needsMarks);
  }

  /**
   * Bytes of heap for each pixel of a large image while it is prepared, its own four included: the
   * image as read, what the steps so far have made of it, and what the next one takes. Such images
   * are shrunk by a resize, so that what comes after it is small.
   */
  public int bytesPerPixel() {
    int most = 2 * Float.BYTES;
    int made = 0;
    for (Step step : steps) {
      if (step instanceof Resize) {
        break;
      }
      most = Math.max(most, Float.BYTES + made + step.bytesPerPixel());
      made = Float.BYTES;
    }
    return most;
  }

  /**
   * The image after all steps, where nobody was asked for marks.
   *
   * @throws InputException when a step needs them
   */
  public GreyImage apply(GreyImage image) {
    return prepare(image, Marks.UNKNOWN).image();
  }

  /**
   * The image after all steps, and where its pixels come from.
   *
   * @param marks what readers marked, in pixels of the image as read
   * @throws InputException when a step needs marks and nobody was asked, or a mark lies outside the
   *     image
   */
  public Prepared prepare(GreyImage image, Marks marks) {
    Prepared prepared = Prepared.of(image, marks);
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
    StepParameters parameters = new StepParameters(json.path("step").textValue(), json);
    Optional<Step> step = Vocabulary.step(parameters);
    faults.addAll(parameters.faults());
    return step;
  }
}
