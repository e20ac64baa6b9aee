package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.TinyBundle;

class PredictCommandTest {
  @TempDir private Path folder;
  private String bundle = "";
  private String images = "";

  @BeforeEach
  void makeBundleAndImages() throws IOException {
    bundle = folder.resolve("tiny").toString();
    var _ = TinyBundle.write(Path.of(bundle));
    images = folder.resolve("images").toString();
    Files.createDirectory(Path.of(images));
    for (int i = 0; i < 3; i++) {
      ImageFiles.writePng(
          new GreyImage(20, 30, new float[600]), Path.of(images, "image %d.png".formatted(i)));
    }
  }

  @Test
  void aTableIsPrintedByDefault() {
    Run run = Run.of("predict", bundle, images);
    assertThat(run.code()).isZero();
    assertThat(run.out().lines()).hasSize(5);
    assertThat(run.out())
        .startsWith("decision")
        .endsWith("Research use only: not a medical device.\n");
    assertThat(run.err()).contains("predicting: 3 of 3");
  }

  @Test
  void jsonIsTheOnlyThingOnStandardOutput() {
    for (String[] form : new String[][] {{"--json"}, {"--format", "json"}}) {
      String[] arguments = {"predict", bundle, images, "--quiet", form[0], form[form.length - 1]};
      Run run = Run.of(form.length == 1 ? Arrays.copyOf(arguments, 5) : arguments);
      assertThat(run.code()).isZero();
      assertThat(run.err()).isEmpty();
      JsonNode array = run.json();
      assertThat(array).hasSize(3);
      assertThat(array.path(2).path("file").asText()).endsWith("image 2.png");
    }
  }

  @Test
  void anUnreadableFileMakesTheExitCodeOneAfterAllOthersAreDone() throws IOException {
    Files.writeString(Path.of(images, "image 0.png"), "no image");
    Run run = Run.of("predict", bundle, images, "--format", "csv");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out().lines()).hasSize(4);
    assertThat(run.out().lines().toList().get(1)).contains("image 0.png,,,,,refer,\"unreadable: ");
    assertThat(run.out().lines().toList().get(3)).doesNotContain("refer");
  }

  @Test
  void heatmapsAreWrittenBesideTheAnswers() {
    Path heatmaps = folder.resolve("heatmaps");
    Run run = Run.of("predict", bundle, images, "--json", "--heatmaps", heatmaps.toString());
    assertThat(run.code()).isZero();
    for (JsonNode each : run.json()) {
      assertThat(Path.of(each.path("heatmap").asText())).exists().hasParent(heatmaps);
    }
  }

  @Test
  void aDamagedBundleIsWrongInput() throws IOException {
    Files.delete(Path.of(bundle, "README.md"));
    Run run = Run.of("predict", bundle, images);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("README.md is missing");
  }

  @Test
  void exportSaysWhatItWrote() {
    Path file = folder.resolve("single.onnx");
    Run run = Run.of("export", bundle, "--format", "onnx", "--out", file.toString(), "--json");
    assertThat(run.code()).isZero();
    JsonNode json = run.json();
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/export/1");
    assertThat(file).hasSize(json.path("bytes").longValue());
    Run again = Run.of("export", bundle, "--format", "onnx", "--out", file.toString());
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("exists already");
  }
}
