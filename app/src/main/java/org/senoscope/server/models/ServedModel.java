package org.senoscope.server.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;
import org.senoscope.explain.MapSource;
import org.senoscope.files.Json;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.InputDescription;
import org.senoscope.model.Predictor;
import org.senoscope.study.Task;

/**
 * A model as the server knows it.
 *
 * @param name of the bundle's folder, which addresses use: unique here, whatever the bundle says
 * @param number of this version, at least 0: that of its folder, else {@link #ownNumber}
 * @param predictor that runs it
 * @param card the model card, Markdown
 */
public record ServedModel(String name, long number, Predictor predictor, String card) {
  /** Eighteen digits always fit a {@code long}. */
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  /** The number of a bundle whose folder gives none: its version where that is one, else 1. */
  static long ownNumber(String version) {
    return NUMBER.matcher(version).matches() ? Long.parseLong(version) : 1;
  }

  /** What the bundle says of itself. */
  public BundleDescription description() {
    return predictor.bundle().description();
  }

  /** How heatmaps are had: {@code gradients}, the network's own {@code maps}, {@code occlusion}. */
  public String heatmapBy() {
    return switch (MapSource.expected(predictor)) {
      case GRADIENTS -> "gradients";
      case CLASS_MAPS -> "maps";
      case OCCLUSION -> "occlusion";
    };
  }

  /** Whether each label has a heatmap of its own, or one tells where all rest. */
  public boolean heatmapPerLabel() {
    return MapSource.expected(predictor).tellsApart(description().task());
  }

  /** As lists of models show it. */
  public ObjectNode toJson() {
    BundleDescription description = description();
    ObjectNode json =
        Json.object("served-model")
            .put("name", name)
            .put("title", predictor.title())
            .put("version", description.version())
            .put("number", number)
            .put("sha256", predictor.bundle().sha256())
            .put("variant", predictor.variant().shown())
            .put("calibrated", description.calibrated())
            .put("needsRoi", description.preprocessing().needsMarks())
            .put("heatmapBy", heatmapBy())
            .put("heatmapPerLabel", heatmapPerLabel());
    ArrayNode tasks = json.putArray("tasks");
    for (Task task : description.tasks()) {
      tasks.addObject().put("name", task.name()).set("labels", Json.tree(task.labels()));
    }
    InputDescription input = description.input();
    json.putObject("input")
        .put("channels", input.channels())
        .put("height", input.height())
        .put("width", input.width())
        .put("layout", input.layout().name())
        .put("values", input.values().text());
    return json;
  }

  /** All of it, with the card. */
  public ObjectNode toJsonWithCard() {
    ObjectNode json = toJson();
    json.set("preprocessing", description().preprocessing().toJson());
    json.set("validation", description().validation());
    json.set("provenance", description().provenance());
    json.put("card", card);
    return json;
  }
}
