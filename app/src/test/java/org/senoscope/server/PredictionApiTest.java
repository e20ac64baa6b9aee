package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.senoscope.server.RunningServer.PREDICTIONS;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.Bundle;
import org.senoscope.model.Predictor;
import org.senoscope.study.Prediction;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PredictionApiTest {
  private RunningServer running;
  private Path models;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    running = RunningServer.start(folder);
    models = folder.resolve("models");
  }

  @AfterAll
  void stop() {
    running.close();
  }

  @Test
  void saysWhatTheLibrarySaysOfTheSameImage() throws IOException {
    byte[] png = RunningServer.png(40, 60, 1);

    JsonNode answer = RunningServer.json(running.predict(png));

    try (Predictor predictor = Predictor.open(Bundle.open(models.resolve("tiny")), 1)) {
      Prediction expected = predictor.predict("image", ImageFiles.read(png, ""));
      assertThat(answer.path("label").asText()).isEqualTo(expected.label().orElseThrow());
      assertThat(answer.path("decision").asText()).isEqualTo(expected.decision());
      expected
          .scores()
          .forEach(
              (label, score) ->
                  assertThat(answer.path("scores").path(label).asDouble())
                      .isCloseTo(score, within(1e-6)));
    }
    assertThat(answer.path("schema").asText()).isEqualTo("senoscope/prediction/1");
    assertThat(answer.path("height").asInt()).isEqualTo(40);
    assertThat(answer.path("width").asInt()).isEqualTo(60);
  }

  @Test
  void takesTheSameImageAsBodyAndAsPartOfAForm() {
    byte[] png = RunningServer.png(20, 30, 2);
    byte[] form = RunningServer.multipart("b0undary", "file", "C:\\scans\\a b.png", png);

    JsonNode asBody = RunningServer.json(running.predict(png));
    JsonNode asPart =
        RunningServer.json(
            running.post(
                PREDICTIONS + "?model=tiny",
                "multipart/form-data; boundary=b0undary",
                BodyPublishers.ofByteArray(form)));

    assertThat(asPart.path("scores")).isEqualTo(asBody.path("scores"));
    assertThat(asPart.path("file").asText()).isEqualTo("a b.png");
    assertThat(asBody.path("file").asText()).isEqualTo("image");
  }

  @Test
  void keepsWhatItSaidUnderItsAddress() {
    HttpResponse<String> made = running.predict(RunningServer.png(9, 9, 3));
    String address = made.headers().firstValue("Location").orElseThrow();

    assertThat(RunningServer.json(running.get(address))).isEqualTo(RunningServer.json(made));
    assertThat(
            RunningServer.json(running.get(PREDICTIONS + "?limit=1")).path("predictions").path(0))
        .isEqualTo(RunningServer.json(made));
  }

  @Test
  void showsTheImageAndEachLabelsHeatmapInTheImagesGeometry() throws IOException {
    byte[] png = RunningServer.png(70, 50, 4);
    JsonNode made = RunningServer.json(running.predict(png));

    GreyImage image = picture(made.path("image").asText());
    assertThat(image.pixels()).isEqualTo(ImageFiles.read(png, "").pixels());
    for (String label : List.of("normal", "benign", "malignant")) {
      for (String layer : List.of("true", "false")) {
        GreyImage heatmap =
            picture(made.path("heatmap").asText() + "?label=" + label + "&layer=" + layer);
        assertThat(List.of(heatmap.height(), heatmap.width())).containsExactly(70, 50);
      }
    }
    GreyImage small = picture(made.path("image").asText() + "?longest=35");
    assertThat(List.of(small.height(), small.width())).containsExactly(35, 25);
  }

  @Test
  void readsARealSampleAsTheLibraryDoes() throws IOException {
    byte[] jpeg =
        Files.readAllBytes(RunningServer.samples().resolve("benign").resolve("benign-1.jpg"));

    HttpResponse<String> answer =
        running.post(PREDICTIONS, "image/jpeg", BodyPublishers.ofByteArray(jpeg));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(RunningServer.json(answer).path("width").asInt()).isEqualTo(512);
  }

  @Test
  void listsModelsWithTheirCards() {
    JsonNode list = RunningServer.json(running.get("/api/v1/models")).path("models");
    assertThat(list).hasSize(1);
    assertThat(list.path(0).path("tasks").path(0).path("labels")).hasSize(3);

    JsonNode model = RunningServer.json(running.get("/api/v1/models/tiny"));
    assertThat(model.path("card").asText()).contains("Research use only");
    assertThat(model.path("calibrated").asBoolean(true)).isFalse();
  }

  @Test
  void servesEverySampleThatItLists() throws IOException {
    JsonNode samples = RunningServer.json(running.get("/api/v1/samples"));
    assertThat(samples.path("credit").asText()).contains("BUS-UCLM", "CC BY 4.0");
    assertThat(samples.path("samples")).hasSize(12);
    for (JsonNode sample : samples.path("samples")) {
      assertThat(picture(sample.path("image").asText()).width()).isEqualTo(512);
    }
  }

  @Test
  void countsWhatItDid() {
    running.predict(RunningServer.png(8, 8, 5));

    String metrics = running.get("/metrics").body();

    assertThat(metrics)
        .containsPattern(
            "(?m)^senoscope_predictions_total\\{model=\"tiny\",decision=\"\\w+\"} \\d+$")
        .containsPattern(
            "(?m)^senoscope_http_requests_total\\{method=\"POST\",route=\"/api/v1/predictions\",status=\"200\"} [1-9]\\d*$")
        .containsPattern("(?m)^process_resident_memory_bytes [1-9]\\d*$");
  }

  private GreyImage picture(String path) throws IOException {
    return ImageFiles.read(running.bytes(path), path);
  }
}
