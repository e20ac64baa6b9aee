package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.Head;
import org.senoscope.model.LinearBundle;

/** The laws of TensorFlow Serving's API: what agrees with what, whatever the model. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TfsApiTest {
  private RunningServer running;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    running = TfsModels.start(folder);
  }

  @AfterAll
  void stop() {
    running.close();
  }

  @ParameterizedTest
  @CsvSource({"tiny, 2, 8, 12", "colours, 3, 5, 4", "last, 5, 4, 3", "several, 3, 5, 4"})
  void rowAndColumnFormAgreeAndABatchIsItsImages(String model, int a, int b, int c) {
    JsonNode batch = TfsModels.tensor(a, 4, a, b, c);
    JsonNode rows = predictions(model, "{\"instances\": %s}".formatted(batch));
    JsonNode named =
        predictions(
            model,
            "{\"instances\": [{\"image\": %s}, {\"image\": %s}]}"
                .formatted(batch.path(0), batch.path(1)));
    JsonNode columns = outputs(model, "{\"inputs\": %s}".formatted(batch));
    JsonNode namedColumn = outputs(model, "{\"inputs\": {\"image\": %s}}".formatted(batch));

    assertThat(rows).hasSize(4);
    assertThat(columns).isEqualTo(namedColumn);
    for (int i = 0; i < 4; i++) {
      JsonNode alone = predictions(model, "{\"instances\": [%s]}".formatted(batch.path(i)));
      assertThat(alone.path(0)).isEqualTo(rows.path(i));
      if (i < 2) {
        assertThat(named.path(i)).isEqualTo(rows.path(i));
      }
      if (rows.path(i).isObject()) {
        for (var output : rows.path(i).properties()) {
          assertThat(columns.path(output.getKey()).path(i)).isEqualTo(output.getValue());
        }
      } else {
        assertThat(columns.path(i)).isEqualTo(rows.path(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "pgm"})
  void anEncodedImageIsAnsweredAsByTheNativeApi(String kind) throws IOException {
    byte[] image = image(kind);
    String request = TfsModels.base64(image);
    JsonNode scores =
        RunningServer.json(
                running.post(
                    "/api/v1/predictions?model=tiny",
                    "application/octet-stream",
                    BodyPublishers.ofByteArray(image)))
            .path("scores");

    List<JsonNode> answers =
        List.of(
            predictions("tiny", "{\"instances\": [%s]}".formatted(request)).path(0),
            predictions("tiny", "{\"instances\": [{\"image\": %s}]}".formatted(request)).path(0),
            predictions(
                    "tiny",
                    "{\"signature_name\": \"serving_bytes\", \"instances\": [{\"image_bytes\": %s}]}"
                        .formatted(request))
                .path(0),
            outputs("tiny", "{\"inputs\": %s}".formatted(request)).path(0),
            outputs("tiny", "{\"inputs\": [%s]}".formatted(request)).path(0),
            outputs("tiny", "{\"inputs\": {\"image_bytes\": [%s]}}".formatted(request)).path(0),
            outputs("tiny", "{\"inputs\": {\"image\": %s}}".formatted(request)).path(0));

    for (JsonNode answer : answers) {
      assertThat(answer).hasSize(3).isEqualTo(answers.getFirst());
    }
    int label = 0;
    for (JsonNode score : scores) {
      assertThat(answers.getFirst().path(label++).asDouble())
          .isCloseTo(score.asDouble(), within(1e-6));
    }
  }

  @Test
  void aTensorOfAnImageOfTheInputsSizeIsAnsweredAsTheImage() throws IOException {
    byte[] png = RunningServer.png(8, 12, 3);
    GreyImage image = ImageFiles.read(png, "");
    List<List<Integer>> plane = new ArrayList<>();
    for (int row = 0; row < 8; row++) {
      List<Integer> values = new ArrayList<>();
      for (int column = 0; column < 12; column++) {
        values.add(Math.round(image.at(row, column) * 255));
      }
      plane.add(values);
    }

    JsonNode both =
        predictions(
            "tiny", "{\"instances\": [%s]}".formatted(Json.tree(List.of(plane, plane)).toString()));

    assertThat(both)
        .isEqualTo(predictions("tiny", "{\"instances\": [%s]}".formatted(TfsModels.base64(png))));
  }

  /** Each colour is scaled otherwise, so that a mix-up of order would show. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void eitherLayoutGivesWhatIsComputedByHand(long seed) {
    JsonNode first = TfsModels.tensor(seed, 3, 5, 4);
    List<List<List<JsonNode>>> last = new ArrayList<>();
    float[] input = new float[60];
    for (int row = 0; row < 5; row++) {
      List<List<JsonNode>> columns = new ArrayList<>();
      for (int column = 0; column < 4; column++) {
        List<JsonNode> pixel = new ArrayList<>();
        for (int channel = 0; channel < 3; channel++) {
          JsonNode value = first.path(channel).path(row).path(column);
          pixel.add(value);
          float brightness = value.intValue() / 255f;
          input[(channel * 5 + row) * 4 + column] =
              (brightness - TfsModels.COLOURS.mean()[channel]) / TfsModels.COLOURS.std()[channel];
        }
        columns.add(pixel);
      }
      last.add(columns);
    }

    JsonNode channelsFirst = predictions("colours", "{\"instances\": [%s]}".formatted(first));
    JsonNode channelsLast =
        predictions("last", "{\"instances\": [%s]}".formatted(Json.tree(last).toString()));

    assertThat(channelsLast).isEqualTo(channelsFirst);
    assertClose(channelsFirst.path(0), LinearBundle.probabilities(TfsModels.ONE, 0, input));
  }

  @Test
  void aNetworksOwnValuesAreTakenAsTheyAre() {
    Random random = new Random(5);
    float[] input = new float[28 * 28];
    List<List<List<Double>>> image = new ArrayList<>();
    for (int row = 0; row < 28; row++) {
      List<List<Double>> columns = new ArrayList<>();
      for (int column = 0; column < 28; column++) {
        double value = random.nextInt(256) / 255.0;
        input[row * 28 + column] = (float) value;
        columns.add(List.of(value));
      }
      image.add(columns);
    }
    String request =
        "{\"signature_name\": \"serving_default\", \"instances\": [%s]}"
            .formatted(Json.tree(image).toString());

    assertClose(
        predictions("fashion_model", request).path(0),
        LinearBundle.probabilities(TfsModels.TEN, 0, input));
    assertThat(predictions("fashion_model/versions/1", request))
        .isEqualTo(predictions("fashion_model", request));
  }

  @Test
  void severalTasksAreNamedAndASigmoidGivesItsOneProbability() {
    JsonNode tensor = TfsModels.tensor(9, 3, 5, 4);
    float[] input = new float[60];
    for (int i = 0; i < 60; i++) {
      int value = tensor.path(i / 20).path(i / 4 % 5).path(i % 4).intValue();
      input[i] =
          (value / 255f - TfsModels.COLOURS.mean()[i / 20]) / TfsModels.COLOURS.std()[i / 20];
    }

    JsonNode answer = predictions("several", "{\"instances\": [%s]}".formatted(tensor)).path(0);

    List<Head> heads = TfsModels.SEVERAL;
    assertClose(answer.path("pathology"), LinearBundle.probabilities(heads, 0, input));
    assertThat(answer.path("cancer")).hasSize(1);
    assertThat(answer.path("cancer").path(0).asDouble())
        .isCloseTo(LinearBundle.probabilities(heads, 1, input)[1], within(1e-6));
    assertClose(answer.path("density"), LinearBundle.probabilities(heads, 2, input));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nested", "flat", "encoded", "bare"})
  void classifyAndRegressSayWhatPredictSays(String form) {
    JsonNode tensor = TfsModels.tensor(4, 2, 8, 12);
    String encoded = TfsModels.base64(RunningServer.png(20, 20, 8));
    List<Integer> flat = new ArrayList<>();
    tensor.forEach(plane -> plane.forEach(row -> row.forEach(value -> flat.add(value.asInt()))));
    String example =
        switch (form) {
          case "nested" -> "{\"image\": %s}".formatted(tensor);
          case "flat" -> "{\"age\": 54, \"image\": %s, \"site\": \"a\"}".formatted(flat);
          case "encoded" -> "{\"image\": %s}".formatted(encoded);
          default -> encoded;
        };
    boolean isTensor = form.equals("nested") || form.equals("flat");
    JsonNode probabilities =
        predictions("tiny", "{\"instances\": [%s]}".formatted(isTensor ? tensor : encoded)).path(0);
    String request =
        "{\"context\": {\"age\": 3}, \"examples\": [%s, %s]}".formatted(example, example);

    JsonNode classes = RunningServer.json(running.tfs("tiny:classify", request)).path("results");
    JsonNode values = RunningServer.json(running.tfs("tiny:regress", request)).path("results");

    assertThat(classes).hasSize(2);
    assertThat(classes.path(1)).isEqualTo(classes.path(0)).hasSize(3);
    for (int label = 0; label < 3; label++) {
      JsonNode pair = classes.path(0).path(label);
      assertThat(pair.path(0).asText()).isEqualTo(TfsModels.PATHOLOGY.labels().get(label));
      assertThat(pair.path(1)).isEqualTo(probabilities.path(label));
    }
    assertThat(values).hasSize(2);
    assertThat(values.path(0)).isEqualTo(probabilities.path(2)).isEqualTo(values.path(1));
  }

  @Test
  void aSignatureChoosesTheTask() {
    JsonNode tensor = TfsModels.tensor(2, 3, 5, 4);
    JsonNode all = predictions("several", "{\"instances\": [%s]}".formatted(tensor)).path(0);
    String request = "{\"signature_name\": \"%s\", \"examples\": [{\"image\": %s}]}";

    JsonNode density =
        RunningServer.json(
                running.tfs("several:classify", request.formatted("classify_density", tensor)))
            .path("results")
            .path(0);
    JsonNode cancer =
        RunningServer.json(
                running.tfs("several:regress", request.formatted("regress_cancer", tensor)))
            .path("results")
            .path(0);

    assertThat(density).hasSize(4);
    assertThat(density.path(3).path(0).asText()).isEqualTo("4");
    assertThat(density.path(3).path(1)).isEqualTo(all.path("density").path(3));
    assertThat(cancer).isEqualTo(all.path("cancer").path(0));
  }

  @Test
  void tokensThatJsonDoesNotHaveGoInAndOut() {
    String image = "[[[NaN, 1], [2, 3]]]";
    HttpResponse<String> answer =
        running.tfs("versioned:predict", "{\"instances\": [%s]}".formatted(image));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("[[NaN, NaN, NaN]");
    assertThat(
            running
                .tfs("versioned:predict", "{\"instances\": [[[[-Infinity, 1], [2, Infinity]]]]}")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void answersAreLaidOutAsByTensorFlowServing() {
    String body = "{\"instances\": [[[[1, 2], [3, 4]]], [[[1, 2], [3, 4]]]]}";
    String row = "\\[\\d[^\\[\\]\n]*, \\d[^\\[\\]\n]*, \\d[^\\[\\]\n]*\\]";
    assertThat(running.tfs("versioned:predict", body).body())
        .matches("\\{\n {4}\"predictions\": \\[" + row + ", " + row + "\n {4}\\]\n\\}");
    assertThat(running.tfs("versioned:predict", body.replace("instances", "inputs")).body())
        .startsWith("{\n    \"outputs\": [\n        [\n            ");
    assertThat(running.get("/v1/models/versioned/versions/2").body())
        .isEqualTo(
            """
            {
             "model_version_status": [
              {
               "version": "2",
               "state": "AVAILABLE",
               "status": {
                "error_code": "OK",
                "error_message": ""
               }
              }
             ]
            }
            """);
    assertThat(running.get("/v1/models/nope:predict").body()).startsWith("{\n    \"error\": \"");
  }

  @Test
  void theHighestVersionAnswersUnlessAnotherIsAskedFor() {
    String body = "{\"instances\": [[[[10, 20], [30, 200]]]]}";
    JsonNode latest = predictions("versioned", body);

    assertThat(predictions("versioned/versions/10", body)).isEqualTo(latest);
    assertThat(predictions("versioned/labels/latest", body)).isEqualTo(latest);
    assertThat(predictions("versioned/labels/stable", body)).isEqualTo(latest);
    assertThat(predictions("versioned/labels/v10", body)).isEqualTo(latest);
    assertThat(predictions("versioned/versions/2", body))
        .isEqualTo(predictions("versioned/labels/v2", body))
        .isNotEqualTo(latest)
        .isNotEqualTo(predictions("versioned/versions/1", body));

    List<String> numbers = new ArrayList<>();
    RunningServer.json(running.get("/v1/models/versioned"))
        .path("model_version_status")
        .forEach(version -> numbers.add(version.path("version").asText()));
    assertThat(numbers).containsExactly("10", "2", "1");
    JsonNode native0 = RunningServer.json(running.get("/api/v1/models/versioned"));
    assertThat(native0.path("number").asInt()).isEqualTo(10);
    assertThat(native0.path("version").asText()).isEqualTo("v10");
  }

  @ParameterizedTest
  @CsvSource({"tiny, 1", "colours, 7", "last, 1"})
  void aBundleWithoutVersionFoldersHasItsOwnVersionOrOne(String model, String version) {
    JsonNode status = RunningServer.json(running.get("/v1/models/" + model));

    assertThat(status.path("model_version_status")).hasSize(1);
    assertThat(status.path("model_version_status").path(0).path("version").asText())
        .isEqualTo(version);
    assertThat(running.get("/v1/models/%s/versions/%s".formatted(model, version)).statusCode())
        .isEqualTo(200);
  }

  @Test
  void metadataDescribesInputsAndOutputs() {
    JsonNode metadata = RunningServer.json(running.get("/v1/models/fashion_model/metadata"));
    JsonNode signatures = metadata.path("metadata").path("signature_def").path("signature_def");
    JsonNode served = signatures.path("serving_default");

    assertThat(metadata.path("model_spec"))
        .isEqualTo(
            Json.parse(
                "{\"name\": \"fashion_model\", \"signature_name\": \"\", \"version\": \"1\"}", ""));
    assertThat(served.path("method_name").asText()).isEqualTo("tensorflow/serving/predict");
    assertThat(served.path("inputs").path("image").path("dtype").asText()).isEqualTo("DT_FLOAT");
    assertThat(sizes(served.path("inputs").path("image"))).containsExactly(-1, 28, 28, 1);
    assertThat(sizes(served.path("outputs").path("class"))).containsExactly(-1, 10);
    assertThat(signatures.path("classify_class").path("method_name").asText())
        .isEqualTo("tensorflow/serving/classify");
    assertThat(signatures.has("regress_class")).isFalse();

    JsonNode several =
        RunningServer.json(running.get("/v1/models/several/versions/1/metadata"))
            .at("/metadata/signature_def/signature_def");
    assertThat(sizes(several.at("/serving_default/inputs/image"))).containsExactly(-1, 3, 5, 4);
    assertThat(sizes(several.at("/serving_default/outputs/cancer"))).containsExactly(-1, 1);
    assertThat(several.has("regress_cancer")).isTrue();
    assertThat(several.at("/serving_bytes/inputs/image_bytes/dtype").asText())
        .isEqualTo("DT_STRING");
  }

  @Test
  void aBodyMayBePackedAndItsTypeIsNobodysConcern() throws IOException {
    String body = "{\"instances\": [[[[1, 2], [3, 4]]]]}";
    JsonNode expected = predictions("versioned", body);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(body.getBytes(StandardCharsets.UTF_8));
    }
    URI address = running.at("/v1/models/versioned:predict");

    HttpResponse<String> unpacked =
        running.send(
            HttpRequest.newBuilder(address)
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(packed.toByteArray()))
                .build());
    assertThat(RunningServer.json(unpacked).path("predictions")).isEqualTo(expected);
    for (String type : List.of("application/x-www-form-urlencoded", "text/plain", "")) {
      assertThat(
              RunningServer.json(
                      running.post(
                          "/v1/models/versioned:predict", type, BodyPublishers.ofString(body)))
                  .path("predictions"))
          .isEqualTo(expected);
    }
  }

  @Test
  void itsOwnPortHasThisApiAlone() {
    int port = running.server().tfsAddress().orElseThrow().getPort();
    assertThat(port).isNotEqualTo(running.port());

    assertThat(onPort(port, "/v1/models/tiny").statusCode()).isEqualTo(200);
    assertThat(onPort(port, "/monitoring/prometheus/metrics").statusCode()).isEqualTo(200);
    for (String elsewhere : List.of("/", "/api/v1/models", "/metrics", "/openapi.yaml")) {
      HttpResponse<String> answer = onPort(port, elsewhere);
      assertThat(answer.statusCode()).as(elsewhere).isEqualTo(404);
      assertThat(RunningServer.json(answer).path("error").asText()).isNotBlank();
    }
    assertThat(running.get("/v1/models/tiny").statusCode()).isEqualTo(200);
    assertThat(running.get("/api/v1/models").statusCode()).isEqualTo(200);
  }

  @Test
  void countsAsTensorFlowServingAndAsItself() {
    predictions("colours", "{\"instances\": [%s]}".formatted(TfsModels.tensor(1, 3, 5, 4)));
    running.tfs("colours:predict", "{");

    String metrics = running.get("/monitoring/prometheus/metrics").body();

    assertThat(metrics)
        .contains("# TYPE :tensorflow:serving:request_count counter")
        .containsPattern(
            "(?m)^:tensorflow:serving:request_count\\{model_name=\"colours\",status=\"OK\"} [1-9]\\d*$")
        .containsPattern(
            "(?m)^:tensorflow:serving:request_count\\{model_name=\"colours\",status=\"INVALID_ARGUMENT\"} [1-9]\\d*$")
        .containsPattern(
            "(?m)^:tensorflow:serving:request_latency_count\\{model_name=\"colours\",API=\"predict\",entrypoint=\"REST\"} [1-9]\\d*$")
        .containsPattern(
            "(?m)^senoscope_predictions_total\\{model=\"colours\",decision=\"\\w+\"} [1-9]\\d*$")
        .containsPattern(
            "(?m)^senoscope_http_requests_total\\{method=\"POST\",route=\"/v1/models/\\{model}:predict\",status=\"400\"} [1-9]\\d*$");
  }

  @Test
  void anotherAddressAsksForTheTokenInThisApisWords(@TempDir Path folder) throws IOException {
    try (RunningServer open = RunningServer.of(TfsModels.settings(folder, "0.0.0.0"))) {
      String token = open.server().token().orElseThrow();
      int port = open.server().tfsAddress().orElseThrow().getPort();
      for (int each : new int[] {open.port(), port}) {
        URI address = URI.create("http://127.0.0.1:%d/v1/models/tiny".formatted(each));
        HttpResponse<String> refused = open.send(HttpRequest.newBuilder(address).build());
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(RunningServer.json(refused).path("error").asText()).contains("Bearer");
        assertThat(
                open.send(
                        HttpRequest.newBuilder(address)
                            .header("Authorization", "Bearer " + token)
                            .build())
                    .statusCode())
            .isEqualTo(200);
      }
    }
  }

  private HttpResponse<String> onPort(int port, String path) {
    return running.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build());
  }

  private JsonNode predictions(String model, String request) {
    return answer(model, request, "predictions");
  }

  private JsonNode outputs(String model, String request) {
    return answer(model, request, "outputs");
  }

  private JsonNode answer(String model, String request, String key) {
    HttpResponse<String> answer = running.tfs(model + ":predict", request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode json = RunningServer.json(answer);
    assertThat(json.properties()).hasSize(1);
    assertThat(json.has(key)).isTrue();
    return json.path(key);
  }

  private static byte[] image(String kind) throws IOException {
    return switch (kind) {
      case "png" -> RunningServer.png(40, 60, 1);
      case "jpg" ->
          Files.readAllBytes(RunningServer.samples().resolve("benign").resolve("benign-1.jpg"));
      default -> "P2 3 2 255 0 50 100 150 200 255".getBytes(StandardCharsets.US_ASCII);
    };
  }

  private static List<Integer> sizes(JsonNode tensor) {
    List<Integer> sizes = new ArrayList<>();
    tensor
        .path("tensor_shape")
        .path("dim")
        .forEach(side -> sizes.add(Integer.parseInt(side.path("size").asText())));
    return sizes;
  }

  private static void assertClose(JsonNode found, double[] expected) {
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.path(i).asDouble()).isCloseTo(expected[i], within(1e-5));
    }
  }
}
