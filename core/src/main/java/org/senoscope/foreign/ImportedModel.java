package org.senoscope.foreign;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.senoscope.files.Json;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.InputDescription;

/**
 * A bundle that was made of another program's network.
 *
 * @param bundle that was made
 * @param format of the file that it was made of
 * @param activation what the network's answer was found to be
 * @param notes what the person should know, in sentences
 */
public record ImportedModel(
    Bundle bundle, String format, Activation activation, List<String> notes) {
  /** Schema {@code senoscope/imported-model/1}. */
  public ObjectNode toJson() {
    BundleDescription description = bundle.description();
    InputDescription input = description.input();
    ObjectNode json =
        Json.object("imported-model")
            .put("bundle", bundle.path().toString())
            .put("name", description.name())
            .put("version", description.version())
            .put("sha256", bundle.sha256())
            .put("format", format)
            .put("activation", activation.toString())
            .put("task", description.task().name());
    json.set("labels", Json.tree(description.task().labels()));
    json.putObject("input")
        .put("height", input.height())
        .put("width", input.width())
        .put("channels", input.channels())
        .put("layout", input.layout().name())
        .put("values", input.values().text());
    json.put("heatmaps", "occlusion").put("trainingImages", "unknown").put("calibrated", false);
    ArrayNode said = json.putArray("notes");
    notes.forEach(said::add);
    return json;
  }

  /** For people. */
  public String toText() {
    BundleDescription description = bundle.description();
    InputDescription input = description.input();
    StringBuilder text = new StringBuilder();
    text.append("bundle: ").append(bundle.path()).append('\n');
    text.append(
        "%s of %dx%dx%d, ends with %s; task %s: %s%n"
            .formatted(
                format,
                input.height(),
                input.width(),
                input.channels(),
                activation,
                description.task().name(),
                String.join(", ", description.task().labels())));
    notes.forEach(note -> text.append("note: ").append(note).append('\n'));
    text.append(
        "Its training images are not known: no evaluation of it can be called leak-free.\n");
    text.append("next: senoscope predict ").append(bundle.path()).append(" FILE\n");
    text.append("Research use only: not a medical device.");
    return text.toString();
  }
}
