package org.senoscope.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.senoscope.calibration.AnswerRule;
import org.senoscope.files.Json;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.refusal.Limits;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/** Reads {@code model.json} and gathers every fault before it complains. */
final class DescriptionReader {
  private final JsonNode json;
  private final List<String> faults = new ArrayList<>();

  DescriptionReader(JsonNode json) {
    this.json = json;
  }

  /**
   * The description.
   *
   * @throws IllegalArgumentException with all faults in one line
   */
  BundleDescription read() {
    String name = text(json, "name");
    String version = text(json, "version");
    List<Head> heads = heads();
    Optional<InputDescription> input = input();
    Optional<Preprocessing> preprocessing = attempt(() -> preprocessing());
    JsonNode mirrored = json.path("mirroredAveraging");
    if (!mirrored.isBoolean()) {
      faults.add("mirroredAveraging must be true or false");
    }
    Optional<Limits> limits = limits();
    JsonNode points = json.path("operatingPoints");
    JsonNode provenance = json.path("provenance");
    JsonNode validation = json.path("validation");
    Optional<BundleDescription> description =
        faults.isEmpty() && input.isPresent() && preprocessing.isPresent()
            ? attempt(
                () ->
                    new BundleDescription(
                        name,
                        version,
                        heads,
                        input.get(),
                        preprocessing.get(),
                        mirrored.booleanValue(),
                        points instanceof ArrayNode array ? array : Json.object().arrayNode(),
                        limits,
                        provenance instanceof ObjectNode object ? object : Json.object(),
                        validation instanceof ObjectNode object ? object : Json.object()))
            : Optional.empty();
    return description.orElseThrow(() -> new IllegalArgumentException(String.join("; ", faults)));
  }

  private List<Head> heads() {
    List<Head> heads = new ArrayList<>();
    for (JsonNode task : json.path("tasks")) {
      String name = text(task, "name");
      List<String> labels = new ArrayList<>();
      task.path("labels").forEach(label -> labels.add(label.asText()));
      String form = text(task, "output");
      Optional<OutputForm> output = OutputForm.named(form);
      if (output.isEmpty()) {
        faults.add(
            "output of task %s must be softmax or sigmoid, was \"%s\"".formatted(name, form));
      }
      output
          .flatMap(known -> attempt(() -> new Head(new Task(name, labels), known, rule(task))))
          .ifPresent(heads::add);
    }
    if (json.path("tasks").isEmpty()) {
      faults.add("tasks must be a list of at least one");
    }
    return heads;
  }

  private Optional<Limits> limits() {
    JsonNode limits = json.path("limits");
    if (limits.isMissingNode() || limits.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Limits.parse(limits));
    } catch (InputException e) {
      faults.add(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static Optional<AnswerRule> rule(JsonNode task) {
    JsonNode rule = task.path("calibration");
    if (rule.isMissingNode() || rule.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(AnswerRule.parse(rule, task.path("labels").size()));
    } catch (InputException e) {
      throw new IllegalArgumentException(
          "task %s: %s".formatted(task.path("name").asText(), e.getMessage()), e);
    }
  }

  private Optional<InputDescription> input() {
    JsonNode input = json.path("input");
    String layoutName = input.path("layout").asText();
    Optional<TensorLayout> layout = TensorLayout.named(layoutName);
    if (layout.isEmpty()) {
      faults.add("input layout must be NCHW or NHWC, was \"%s\"".formatted(layoutName));
    }
    // Bundles of before callers could send tensors do not say.
    String valuesName = input.path("values").asText(TensorValues.BYTES.text());
    Optional<TensorValues> values = TensorValues.named(valuesName);
    if (values.isEmpty()) {
      faults.add(
          "input values must be \"0..255\" or \"network\", was \"%s\"".formatted(valuesName));
    }
    return attempt(
        () ->
            new InputDescription(
                wholeNumber(input, "channels"),
                wholeNumber(input, "height"),
                wholeNumber(input, "width"),
                floats(input, "mean"),
                floats(input, "std"),
                layout.orElse(TensorLayout.NCHW),
                values.orElse(TensorValues.BYTES)));
  }

  private Preprocessing preprocessing() {
    try {
      return Preprocessing.parse(json.path("preprocessing"));
    } catch (InputException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private String text(JsonNode object, String key) {
    if (!object.path(key).isTextual()) {
      faults.add("%s must be a text".formatted(key));
    }
    return object.path(key).asText();
  }

  private static int wholeNumber(JsonNode object, String key) {
    JsonNode value = object.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new IllegalArgumentException("input %s must be a whole number".formatted(key));
    }
    return value.intValue();
  }

  private static float[] floats(JsonNode object, String key) {
    JsonNode array = object.path(key);
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      if (!array.path(i).isNumber()) {
        throw new IllegalArgumentException("input %s must be a list of numbers".formatted(key));
      }
      values[i] = array.path(i).floatValue();
    }
    return values;
  }

  private <T> Optional<T> attempt(Supplier<T> making) {
    try {
      return Optional.of(making.get());
    } catch (IllegalArgumentException e) {
      faults.add(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
