package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.files.Json;
import org.senoscope.foreign.ForeignFiles;
import org.senoscope.image.ImageFiles;

class BundleCommandTest {
  @TempDir private Path folder;

  @Test
  void anImportedNetworkPredictsExplainsAndIsEvaluatedAsAnyOther() throws IOException {
    String model = ForeignFiles.copy("cnn.keras", folder).toString();
    String bundle = folder.resolve("models/My CNN").toString();
    Run made =
        Run.of(
            "bundle",
            "import",
            model,
            "--labels",
            "benign,malignant",
            "--input",
            "64x64x1",
            "--scale",
            "0..1",
            "--out",
            bundle,
            "--json");
    assertThat(made.err()).isEmpty();
    assertThat(made.code()).isZero();
    JsonNode json = Json.parse(made.out(), "the answer");
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/imported-model/1");
    assertThat(json.path("name").asText()).isEqualTo("my-cnn");
    assertThat(json.path("task").asText()).isEqualTo("pathology");
    assertThat(json.path("activation").asText()).isEqualTo("sigmoid");
    assertThat(json.path("trainingImages").asText()).isEqualTo("unknown");

    Path images = folder.resolve("images");
    for (String label : new String[] {"benign", "malignant"}) {
      Files.createDirectories(images.resolve(label));
      for (int i = 0; i < 3; i++) {
        ImageFiles.writePng(
            ForeignFiles.image(i + (label.equals("benign") ? 0 : 5), 64, 64),
            images.resolve(label).resolve(i + ".png"));
      }
    }
    Path heatmaps = folder.resolve("heatmaps");
    Run predicted =
        Run.of("predict", bundle, images.toString(), "--json", "--heatmaps", heatmaps.toString());
    assertThat(predicted.code()).isZero();
    assertThat(predicted.err()).contains("heatmaps are found by covering places");
    double[][] expected = ForeignFiles.expected("cnn");
    for (int i = 0; i < 3; i++) {
      JsonNode answer = Json.parse(predicted.out(), "the answer").path(i);
      assertThat(answer.path("scores").path("malignant").asDouble())
          .isCloseTo(expected[i][1], org.assertj.core.api.Assertions.within(1e-4));
      assertThat(answer.path("calibrated").asBoolean(true)).isFalse();
      assertThat(Path.of(answer.path("heatmap").asText())).isNotEmptyFile().startsWith(heatmaps);
    }

    String data = folder.resolve("data").toString();
    assertThat(
            Run.of(
                    "import",
                    "folders",
                    images.toString(),
                    "--task",
                    "pathology",
                    "--modality",
                    "US",
                    "--out",
                    data)
                .code())
        .isZero();
    Run evaluated = Run.of("evaluate", bundle, "--data", data, "--json");
    assertThat(evaluated.code()).isZero();
    JsonNode evaluation = Json.parse(evaluated.out(), "the answer");
    assertThat(evaluation.path("result").asText())
        .isEqualTo("not a test result: nothing tells which images the model was trained on");
    assertThat(evaluation.path("protocol").path("leakFree").asBoolean(true)).isFalse();
    assertThat(evaluation.path("protocol").path("seenInTraining").isNull()).isTrue();
  }

  @Test
  void peopleAreToldWhatWasFound() throws IOException {
    String model = ForeignFiles.copy("tutorial.onnx", folder).toString();
    Run made =
        Run.of(
            "bundle",
            "import",
            model,
            "--labels",
            "a,b,c",
            "--scale",
            "0..255",
            "--out",
            folder.resolve("t").toString());
    assertThat(made.code()).isZero();
    assertThat(made.out())
        .contains("ONNX of 180x180x3, ends with softmax; task class: a, b, c")
        .contains("training images are not known")
        .endsWith("Research use only: not a medical device.\n");
  }

  @Test
  void wrongUseIsSaidInOneLine() throws IOException {
    String model = ForeignFiles.copy("rows.h5", folder).toString();
    String out = folder.resolve("bundle").toString();
    assertThat(Run.of("bundle").code()).isEqualTo(2);
    assertThat(Run.of("bundle", "import", model, "--out", out).code()).isEqualTo(2);
    Run labels =
        Run.of("bundle", "import", model, "--labels", "a,b", "--scale", "0..1", "--out", out);
    assertThat(labels.code()).isEqualTo(2);
    assertThat(labels.out()).isEmpty();
    assertThat(labels.err().lines()).hasSize(1);
    assertThat(labels.err()).contains("the network tells 3");
    Run scale = Run.of("bundle", "import", model, "--labels", "a,b", "--scale", "x", "--out", out);
    assertThat(scale.code()).isEqualTo(2);
    assertThat(scale.err()).contains("--scale must be BLACK..WHITE");
    assertThat(Path.of(out)).doesNotExist();
  }
}
