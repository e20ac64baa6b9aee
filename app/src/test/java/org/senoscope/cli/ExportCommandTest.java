package org.senoscope.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.evaluate.SmallCohort;
import org.senoscope.files.Json;
import org.senoscope.model.Head;
import org.senoscope.model.OutputForm;
import org.senoscope.model.ResidualBundle;
import org.senoscope.model.Variant;
import org.senoscope.server.SenoscopeServer;
import org.senoscope.server.ServerSettings;

class ExportCommandTest {
  @TempDir private Path folder;
  private String bundle = "";
  private String data = "";

  @BeforeEach
  void write() throws IOException {
    Dataset dataset = SmallCohort.write(folder.resolve("data"));
    SmallCohort.split(dataset);
    data = dataset.root().toString();
    bundle =
        ResidualBundle.write(
                folder.resolve("bundle"),
                new Head(SmallCohort.TASK, OutputForm.SOFTMAX),
                SmallCohort.fingerprint(IntStream.range(0, 20).boxed().toList()),
                "")
            .path()
            .toString();
  }

  @Test
  void aBundleThatCarries8BitsPredictsAndIsEvaluatedByThem() throws IOException {
    String made = folder.resolve("made").toString();
    String file = folder.resolve("out.onnx").toString();
    Run export =
        Run.of(
            "export",
            bundle,
            "--format",
            "onnx-int8",
            "--data",
            data,
            "--out",
            file,
            "--bundle",
            made,
            "--json");
    assertThat(export.code()).as(export.err()).isZero();
    JsonNode json = Json.parse(export.out(), "the answer");
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/export/1");
    assertThat(json.path("format").asText()).isEqualTo("onnx-int8");
    assertThat(json.path("bundle").asText()).isEqualTo(made);
    assertThat(json.path("int8").path("images").asInt()).isEqualTo(13);
    assertThat(json.path("change").path("protocol").asText()).contains("had not seen");

    String image = folder.resolve("data").resolve(SmallCohort.image(50)).toString();
    Run predicted = Run.of("predict", made, image, "--int8", "--json");
    assertThat(predicted.code()).as(predicted.err()).isZero();
    assertThat(Json.parse(predicted.out(), "the answer").path(0).path("model").asText())
        .isEqualTo("residual 1 int8");
    Run evaluated =
        Run.of("evaluate", made, "--data", data, "--split", "validation", "--int8", "--json");
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(Json.parse(evaluated.out(), "the answer").path("model").path("name").asText())
        .isEqualTo("residual-int8");

    Path models = Files.createDirectories(folder.resolve("models"));
    Files.move(Path.of(bundle), models.resolve("plain"));
    Files.move(Path.of(made), models.resolve("small"));
    var settings =
        new ServerSettings(
            ServerSettings.LOOPBACK,
            0,
            models,
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            Variant.INT8);
    try (SenoscopeServer server = SenoscopeServer.start(settings);
        InputStream answer = server.address().resolve("/api/v1/models").toURL().openStream()) {
      assertThat(server.modelsIn(Variant.FLOAT)).containsExactly("plain");
      JsonNode served = Json.parse(new String(answer.readAllBytes(), UTF_8), "the answer");
      assertThat(served.findValuesAsText("variant")).containsExactly("float", "int8");
      assertThat(served.findValuesAsText("title")).containsExactly("residual 1", "residual 1 int8");
    }
  }

  @Test
  void whatDoesNotFitIsWrongUsage() {
    Run withoutData =
        Run.of("export", bundle, "--format", "onnx-int8", "--out", folder + "/none.onnx");
    assertThat(withoutData.code()).isEqualTo(2);
    assertThat(withoutData.err()).contains("--data");
    Run ofFloats =
        Run.of("export", bundle, "--format", "onnx", "--data", data, "--out", folder + "/n.onnx");
    assertThat(ofFloats.code()).isEqualTo(2);
    assertThat(ofFloats.err()).contains("--format onnx-int8");
    Run predicted = Run.of("predict", bundle, data, "--int8");
    assertThat(predicted.code()).isEqualTo(2);
    assertThat(predicted.err()).contains("has no model-int8.onnx");
  }
}
