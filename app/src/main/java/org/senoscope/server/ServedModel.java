package org.senoscope.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.senoscope.files.Json;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.InputDescription;
import org.senoscope.model.Predictor;
import org.senoscope.study.Task;

/**
 * A model as the server knows it.
 *
 * @param name of the bundle's folder, which addresses use: unique here, whatever the bundle says
 * @param predictor that runs it
 * @param card the model card, Markdown
 */
record ServedModel(String name, Predictor predictor, String card) {
  /** What the bundle says of itself. */
  BundleDescription description() {
    return predictor.bundle().description();
  }

  /** As lists of models show it. */
  ObjectNode toJson() {
    BundleDescription description = description();
    ObjectNode json =
        Json.object("served-model")
            .put("name", name)
            .put("title", description.title())
            .put("version", description.version())
            .put("sha256", predictor.bundle().sha256())
            .put("calibrated", description.calibrated());
    ArrayNode tasks = json.putArray("tasks");
    for (Task task : description.tasks()) {
      tasks.addObject().put("name", task.name()).set("labels", Json.tree(task.labels()));
    }
    InputDescription input = description.input();
    json.putObject("input")
        .put("channels", input.channels())
        .put("height", input.height())
        .put("width", input.width());
    return json;
  }

  /** All of it, with the card. */
  ObjectNode toJsonWithCard() {
    ObjectNode json = toJson();
    json.set("preprocessing", description().preprocessing().toJson());
    json.set("validation", description().validation());
    json.set("provenance", description().provenance());
    json.put("card", card);
    return json;
  }
}
