package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.audit.DatasetFolder;
import org.senoscope.files.Json;
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

  /** What a command printed, and how it ended. */
  private record Ran(int code, String out, String err) {}

  private static Ran run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int code = Main.execute(arguments);
      return new Ran(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  @Test
  void auditPrintsOneJsonValueAndWritesGroupsAndPage() {
    Path page = folder.resolve("page.html");
    Ran ran = run("audit", folder.toString(), "--json", "--quiet", "--out", page.toString());
    assertThat(ran.code).as(ran.err).isZero();
    JsonNode json = Json.parse(ran.out, "output");
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/audit/1");
    assertThat(json.path("groups").asInt()).isEqualTo(10);
    assertThat(ran.err).isEmpty();
    assertThat(folder.resolve("groups.csv")).isRegularFile();
    assertThat(folder.resolve("audit.json")).isRegularFile();
    assertThat(page).content().contains("<table>");
  }

  @Test
  void splitAuditsFirstAndIsTheSameEachTime() throws IOException {
    Ran ran = run("split", folder.toString(), "--json", "--quiet", "--folds", "5", "--seed", "3");
    assertThat(ran.code).as(ran.err).isZero();
    JsonNode json = Json.parse(ran.out, "output");
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/split/1");
    assertThat(json.path("groupsCut").asInt(-1)).isZero();
    assertThat(json.path("parts").size()).isEqualTo(5);
    byte[] split = Files.readAllBytes(folder.resolve("split.json"));
    run("split", folder.toString(), "--quiet", "--folds=5", "--seed=3");
    assertThat(folder.resolve("split.json")).hasBinaryContent(split);
  }

  @Test
  void theHoldOutIsTheDefault() {
    Ran ran = run("split", folder.toString(), "--quiet");
    assertThat(ran.code).as(ran.err).isZero();
    assertThat(ran.out).startsWith("holdout 70/15/15 by cancer, seed 1; no group is cut");
  }

  @Test
  void wrongUseIsOneLineAndCodeTwo() {
    for (String[] wrong :
        new String[][] {
          {"split", folder.toString(), "--quiet", "--folds", "1"},
          {"split", folder.toString(), "--quiet", "--folds", "11"},
          {"split", folder.toString(), "--quiet", "--holdout", "70/20"},
          {"split", folder.toString(), "--quiet", "--task", "canser"},
          {"audit", folder.resolve("none").toString(), "--quiet"},
          {"audit", folder.toString(), "--quiet", "--out", "page.docx"},
        }) {
      Ran ran = run(wrong);
      assertThat(ran.code).as(String.join(" ", wrong)).isEqualTo(2);
      assertThat(ran.out).isEmpty();
      assertThat(ran.err.strip().lines()).hasSize(1).allMatch(l -> l.startsWith("senoscope: "));
    }
    assertThat(run("split", folder.toString(), "--folds=2", "--holdout=70/15/15").code)
        .isEqualTo(2);
  }
}
