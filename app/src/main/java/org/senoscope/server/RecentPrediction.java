package org.senoscope.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.senoscope.model.Inference;
import org.senoscope.model.predict.PredictionJson;
import org.senoscope.server.models.ServedModel;
import org.senoscope.study.Marks;
import org.senoscope.study.Prediction;
import org.senoscope.study.Roi;

/**
 * A prediction of this server's life.
 *
 * @param id that addresses use
 * @param created when, UTC
 * @param model that said it
 * @param prediction what it said
 * @param height of the image as uploaded, pixels
 * @param width of the image as uploaded, pixels
 * @param marks what readers marked on it
 * @param crop the part of it that all this is about; empty for the whole
 * @param inference what it rests on, for heatmaps drawn later
 * @param seconds that reading, preparing and inference took, without the wait in line
 */
record RecentPrediction(
    String id,
    Instant created,
    ServedModel model,
    Prediction prediction,
    int height,
    int width,
    Marks marks,
    Optional<Roi> crop,
    Inference inference,
    double seconds) {
  /** Where the API shows it. */
  String path() {
    return "/api/v1/predictions/" + id;
  }

  /** The main task. */
  String task() {
    return model.description().task().name();
  }

  /** The same, resting on more. */
  RecentPrediction with(Inference more) {
    return new RecentPrediction(
        id, created, model, prediction, height, width, marks, crop, more, seconds);
  }

  /** As {@code predict} prints it, and what only a server knows. */
  ObjectNode toJson() {
    ObjectNode json = PredictionJson.toJson(prediction);
    json.put("id", id).put("created", created.toString()).put("modelName", model.name());
    json.put("task", task()).put("height", height).put("width", width).put("seconds", seconds);
    crop.ifPresent(part -> json.put("crop", part.toString()));
    json.put("image", path() + "/image");
    json.put("heatmap", path() + "/heatmap").put("heatmapBy", model.heatmapBy());
    json.put("heatmapPerLabel", model.heatmapPerLabel());
    return json;
  }
}
