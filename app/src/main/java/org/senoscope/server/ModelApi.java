package org.senoscope.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import org.senoscope.files.Json;
import org.senoscope.provenance.Versions;
import org.senoscope.server.http.Answers;
import org.senoscope.server.models.Models;

/** The models that are served, and their cards. */
final class ModelApi {
  private final Models models;

  ModelApi(Models models) {
    this.models = models;
  }

  /** {@code GET /api/v1/models}. */
  void list(Context context) {
    ObjectNode json = Json.object("models").put("version", Versions.senoscope());
    ArrayNode list = json.putArray("models");
    models.get().all().forEach(model -> list.add(model.toJson()));
    Answers.json(context, 200, json);
  }

  /** {@code GET /api/v1/models/NAME}. */
  void show(Context context) {
    Answers.json(context, 200, models.get().find(context.pathParam("name")).toJsonWithCard());
  }
}
