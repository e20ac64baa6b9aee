package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.files.Json;
import org.senoscope.server.http.PageFiles;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTest {
  private RunningServer running;
  private JsonNode api;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    running = RunningServer.start(folder);
    api = Json.parseYaml(running.get("/openapi.yaml").body(), "openapi.yaml");
  }

  @AfterAll
  void stop() {
    running.close();
  }

  @Test
  void describesEveryRouteAndNoOther() {
    List<String> described = new ArrayList<>();
    api.path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    List<String> routes =
        running.server().routes().stream().filter(route -> !isPage(route)).toList();

    assertThat(api.path("openapi").asText()).startsWith("3.1");
    assertThat(routes).hasSizeGreaterThan(10);
    assertThat(described).containsExactlyInAnyOrderElementsOf(routes);
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = api.findValuesAsText("$ref");
    assertThat(references).isNotEmpty();
    for (String reference : references) {
      assertThat(api.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
  }

  @Test
  void answersHoldWhatItPromisesAndNothingElse() {
    JsonNode prediction = RunningServer.json(running.predict(RunningServer.png(8, 8, 1)));
    assertMatches(prediction, schema("Prediction"));
    JsonNode models = RunningServer.json(running.get("/api/v1/models"));
    assertMatches(models.path("models").path(0), schema("Model"));
    assertMatches(RunningServer.json(running.get("/nothing")), schema("Problem"));
  }

  private JsonNode schema(String name) {
    return api.path("components").path("schemas").path(name);
  }

  private static void assertMatches(JsonNode answer, JsonNode schema) {
    List<String> names = new ArrayList<>();
    answer.fieldNames().forEachRemaining(names::add);
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    List<String> known = new ArrayList<>();
    schema.path("properties").fieldNames().forEachRemaining(known::add);
    assertThat(names).containsAll(required);
    assertThat(known).containsAll(names);
  }

  private static boolean isPage(String route) {
    String path = route.substring(route.indexOf(' ') + 1);
    return path.equals("/") || PageFiles.PAGE.contains(path.substring(1));
  }
}
