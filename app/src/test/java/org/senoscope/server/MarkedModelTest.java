package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.senoscope.server.RunningServer.PREDICTIONS;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.image.Box;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.Bundle;
import org.senoscope.model.Predictor;
import org.senoscope.model.TinyBundle;
import org.senoscope.study.Prediction;

/** A model that crops around readers' marks, served. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MarkedModelTest {
  private RunningServer running;
  private Path models;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    models = folder.resolve("models");
    var _ = TinyBundle.writeMarked(models.resolve("marked"));
    running = RunningServer.start(folder);
  }

  @AfterAll
  void stop() {
    running.close();
  }

  private HttpResponse<String> predict(String query, byte[] png) {
    return running.post(
        PREDICTIONS + "?model=" + query, "image/png", BodyPublishers.ofByteArray(png));
  }

  @Test
  void answersForTheBoxItIsTold() throws IOException {
    byte[] png = RunningServer.png(40, 60, 1);
    JsonNode answer = RunningServer.json(predict("marked&roi=5:10:30:50", png));
    GreyImage cut = new Box(5, 10, 25, 40).cut(ImageFiles.read(png, ""));
    try (Predictor plain = Predictor.open(Bundle.open(models.resolve("tiny")), 1)) {
      Prediction expected = plain.predict("image", cut);
      expected
          .scores()
          .forEach(
              (label, score) ->
                  assertThat(answer.path("scores").path(label).asDouble())
                      .isCloseTo(score, within(1e-6)));
    }
    assertThat(predict("marked&roi=none", png).statusCode()).isEqualTo(200);
    // Who needs no mark does not look at one.
    assertThat(predict("tiny&roi=5:10:30:50", png).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesToGuessWhereToLook() {
    HttpResponse<String> refused = predict("marked", RunningServer.png(40, 60, 1));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(RunningServer.json(refused).path("detail").asText())
        .contains("roi=top:left:bottom:right")
        .contains("roi=none");
  }

  @ParameterizedTest
  @CsvSource({
    "5:10:30,must read",
    "a:b:c:d,must read",
    "9:9:3:3,must be non-empty",
    "45:0:60:9,outside"
  })
  void refusesABoxThatIsNone(String box, String why) {
    HttpResponse<String> refused = predict("marked&roi=" + box, RunningServer.png(40, 60, 1));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(RunningServer.json(refused).path("detail").asText()).contains(why);
  }

  @Test
  void refusesAnEncodedImageWhereAProtocolHasNoWordForMarks() {
    String image = Base64.getEncoder().encodeToString(RunningServer.png(40, 60, 1));
    HttpResponse<String> refused =
        running.post(
            "/v1/models/marked:predict",
            "application/json",
            BodyPublishers.ofString("{\"instances\": [{\"b64\": \"%s\"}]}".formatted(image)));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(RunningServer.json(refused).path("error").asText())
        .contains("step crop-roi needs a reader's mark");
  }

  @Test
  void saysOfEachModelWhetherItMustBeTold() {
    JsonNode models = RunningServer.json(running.get("/api/v1/models")).path("models");
    assertThat(models).hasSize(2);
    for (JsonNode model : models) {
      assertThat(model.path("needsRoi").asBoolean())
          .isEqualTo(model.path("name").asText().equals("marked"));
    }
  }
}
