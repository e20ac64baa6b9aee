package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.senoscope.server.RunningServer.PREDICTIONS;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.Bundle;
import org.senoscope.model.Predictor;

/** {@code crop=top:left:bottom:right}: the answer and its pictures are of that part. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CropTest {
  private static final byte[] PNG = RunningServer.png(100, 80, 3);

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

  private HttpResponse<String> predict(String crop, byte[] image) {
    return running.post(
        PREDICTIONS + "?crop=" + crop, "image/png", BodyPublishers.ofByteArray(image));
  }

  private static GreyImage cut(GreyImage image, int top, int left, int bottom, int right) {
    float[] pixels = new float[(bottom - top) * (right - left)];
    for (int row = top; row < bottom; row++) {
      for (int column = left; column < right; column++) {
        pixels[(row - top) * (right - left) + column - left] = image.at(row, column);
      }
    }
    return new GreyImage(bottom - top, right - left, pixels);
  }

  @ParameterizedTest
  @CsvSource({"0,0,100,80", "0,0,16,16", "84,64,100,80", "13,27,61,74"})
  void theAnswerIsTheLibrarysOfThatPart(int top, int left, int bottom, int right)
      throws IOException {
    String crop = top + ":" + left + ":" + bottom + ":" + right;
    JsonNode answer = RunningServer.json(predict(crop, PNG));
    assertThat(answer.path("crop").asText()).isEqualTo(crop);
    assertThat(answer.path("height").asInt()).isEqualTo(100);
    assertThat(answer.path("width").asInt()).isEqualTo(80);
    GreyImage part = cut(ImageFiles.read(PNG, ""), top, left, bottom, right);
    try (Predictor predictor = Predictor.open(Bundle.open(models.resolve("tiny")), 1)) {
      predictor
          .predict("image", part)
          .scores()
          .forEach(
              (label, score) ->
                  assertThat(answer.path("scores").path(label).asDouble())
                      .isCloseTo(score, within(1e-6)));
    }
    String path = answer.path("image").asText();
    GreyImage shown = ImageFiles.read(running.bytes(path), "");
    assertThat(shown.pixels()).containsExactly(part.pixels(), within(0.003f));
    GreyImage heatmap =
        ImageFiles.read(running.bytes(answer.path("heatmap").asText() + "?layer=true"), "");
    assertThat(heatmap.height()).isEqualTo(bottom - top);
    assertThat(heatmap.width()).isEqualTo(right - left);
    GreyImage whole = ImageFiles.read(running.bytes(path + "?whole=true"), "");
    assertThat(whole.height()).isEqualTo(100);
    assertThat(whole.width()).isEqualTo(80);
  }

  @Test
  void withoutACropNothingSaysThatThereIsOne() {
    JsonNode answer = RunningServer.json(running.predict(PNG));
    assertThat(answer.has("crop")).isFalse();
    String path = answer.path("image").asText();
    assertThat(running.bytes(path + "?whole=true")).isEqualTo(running.bytes(path));
  }

  /** A photograph whose Exif says that it lies on its side is cropped as a person sees it. */
  @Test
  void theEdgesAreThoseOfTheUprightImage() throws IOException {
    byte[] jpeg =
        java.util.Objects.requireNonNull(
                CropTest.class.getResourceAsStream("/org/senoscope/image/golden/exif6.jpg"))
            .readAllBytes();
    GreyImage upright = ImageFiles.read(jpeg, "");
    assertThat(upright.height()).isNotEqualTo(upright.width());
    String crop = "0:0:%d:%d".formatted(upright.height(), upright.width());
    assertThat(predict(crop, jpeg).statusCode()).isEqualTo(200);
    String lying = "0:0:%d:%d".formatted(upright.width(), upright.height());
    assertThat(predict(lying, jpeg).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "all",
        "1:2:3",
        "0:0:20:20:20",
        "-1:0:20:20",
        "0:0:20.5:20",
        "0:0:99999999999:20",
        "0:0:15:20",
        "0:0:20:15",
        "50:0:20:40",
        "0:40:20:40",
        "0:0:101:80",
        "0:0:100:81",
        "0%3A0%3A20%3A20%00",
        "%D9%A0:0:20:20"
      })
  void whatIsNoPartOfTheImageIsRefusedWithTheLimit(String crop) {
    HttpResponse<String> answer = predict(crop, PNG);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = RunningServer.json(answer);
    assertThat(problem.path("type").asText()).isEqualTo("urn:senoscope:problem:bad-parameter");
    assertThat(problem.path("detail").asText())
        .startsWith("crop ")
        .containsPattern("top:left:bottom:right|16 or more|100 rows and 80 columns");
  }

  @Test
  void aCropAndAReadersMarkTogetherAreRefused() {
    for (String roi : new String[] {"none", "20:20:40:40"}) {
      HttpResponse<String> answer = predict("0:0:50:50&roi=" + roi, PNG);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("crop and roi cannot both be given");
    }
  }

  @Test
  void aRefusedCropLeavesNoPrediction() {
    int before = RunningServer.json(running.get(PREDICTIONS)).path("predictions").size();
    assertThat(predict("0:0:101:80", PNG).statusCode()).isEqualTo(400);
    assertThat(RunningServer.json(running.get(PREDICTIONS)).path("predictions")).hasSize(before);
  }
}
