package org.senoscope.model.predict;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.senoscope.files.Json;
import org.senoscope.study.Outline;
import org.senoscope.study.Prediction;

/** Answers as JSON: one object each ({@link #toJson}), many as an array of one line each. */
public final class PredictionJson implements PredictionWriter {
  /** What every answer says of its use. */
  public static final String NOTICE = "Research use only: not a medical device.";

  private final Writer out;
  private boolean first = true;

  /** An array, written as the answers come. */
  public PredictionJson(Writer out) {
    this.out = out;
  }

  /** One answer as an object of schema {@code senoscope/prediction/1}. */
  public static ObjectNode toJson(Prediction prediction) {
    ObjectNode json = Json.object("prediction").put("file", prediction.file());
    json.put("label", prediction.label().orElse(null));
    json.put("decision", prediction.decision()).put("reason", prediction.reason());
    json.set("scores", Json.tree(prediction.scores()));
    json.set("set", Json.tree(prediction.set()));
    json.put("calibrated", prediction.calibrated()).put("model", prediction.model());
    if (!prediction.tasks().isEmpty()) {
      ObjectNode tasks = json.putObject("tasks");
      prediction
          .tasks()
          .forEach(
              (name, answer) -> {
                ObjectNode task = tasks.putObject(name).put("label", answer.label());
                task.set("scores", Json.tree(answer.scores()));
              });
    }
    prediction.outline().ifPresent(found -> json.set("outline", rings(found)));
    return json.put("notice", NOTICE);
  }

  /** Each ring as [[x, y], …], in tenths of a pixel. */
  private static ArrayNode rings(Outline outline) {
    ArrayNode rings = Json.object().arrayNode();
    for (List<Outline.Corner> ring : outline.rings()) {
      ArrayNode corners = rings.addArray();
      ring.forEach(corner -> corners.addArray().add(tenths(corner.x())).add(tenths(corner.y())));
    }
    return rings;
  }

  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }

  @Override
  public void begin() throws IOException {
    out.write("[");
  }

  @Override
  public void write(Prediction prediction, Optional<Path> heatmap) throws IOException {
    ObjectNode json = toJson(prediction);
    heatmap.ifPresent(file -> json.put("heatmap", file.toString()));
    out.write(first ? "\n" : ",\n");
    out.write(Json.formatLine(json));
    out.flush();
    first = false;
  }

  @Override
  public void end() throws IOException {
    out.write("\n]\n");
    out.flush();
  }
}
