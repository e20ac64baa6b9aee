package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.audit.DatasetFolder;
import org.senoscope.image.GreyImage;

class AuditAndSplitCommandTest {
  @TempDir private Path folder;

  /** 20 images of 10 patients. */
  @BeforeEach
  void makeDataset() throws IOException {
    DatasetFolder dataset = new DatasetFolder(folder);
    for (int i = 0; i < 20; i++) {
      SplittableRandom random = new SplittableRandom(i);
      float[] pixels = new float[40 * 40];
      for (int pixel = 0; pixel < pixels.length; pixel++) {
        pixels[pixel] = (float) random.nextDouble();
      }
      dataset.add(
          i + ".png",
          new GreyImage(40, 40, pixels),
          "patient" + i / 2,
          Map.of("cancer", String.valueOf(i / 2 % 2)));
    }
    dataset.open();
  }

  @Test
  void auditPrintsOneJsonValueAndWritesGroupsAndPage() {
    Path page = folder.resolve("page.html");
    Run ran = Run.of("audit", folder.toString(), "--json", "--quiet", "--out", page.toString());
    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode json = ran.json();
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/audit/1");
    assertThat(json.path("groups").asInt()).isEqualTo(10);
    assertThat(ran.err()).isEmpty();
    assertThat(folder.resolve("groups.csv")).isRegularFile();
    assertThat(folder.resolve("audit.json")).isRegularFile();
    assertThat(page).content().contains("<table>");
  }

  @Test
  void splitAuditsFirstAndIsTheSameEachTime() throws IOException {
    Run ran =
        Run.of("split", folder.toString(), "--json", "--quiet", "--folds", "5", "--seed", "3");
    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode json = ran.json();
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/split/1");
    assertThat(json.path("groupsCut").asInt(-1)).isZero();
    assertThat(json.path("parts").size()).isEqualTo(5);
    byte[] split = Files.readAllBytes(folder.resolve("split.json"));
    Run.of("split", folder.toString(), "--quiet", "--folds=5", "--seed=3");
    assertThat(folder.resolve("split.json")).hasBinaryContent(split);
  }

  @Test
  void theHoldOutIsTheDefault() {
    Run ran = Run.of("split", folder.toString(), "--quiet");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).startsWith("holdout 70/15/15 by cancer, seed 1; no group is cut");
  }
}
