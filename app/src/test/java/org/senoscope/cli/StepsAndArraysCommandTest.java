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

class StepsAndArraysCommandTest {
  private static final String RECIPE =
      """
      name: made
      task: cancer
      preprocessing:
        - {step: clahe, clip: 2, tiles: 4}
        - {step: resize, height: 24, width: 24, fit: pad}
      input: {channels: 1, mean: [0.3], std: [0.2]}
      network: {family: cnn, blocks: [8]}
      training: {epochs: 1, batch: 8}
      split: {holdout: [60, 20, 20]}
      """;

  @TempDir private Path folder;
  private String data = "";
  private String recipe = "";

  /** 20 images of 10 patients. */
  @BeforeEach
  void makeDataset() throws IOException {
    DatasetFolder dataset = new DatasetFolder(folder.resolve("data"));
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
    data = folder.resolve("data").toString();
    recipe = folder.resolve("made.yaml").toString();
    Files.writeString(Path.of(recipe), RECIPE);
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
  void stepsDrawsAPage() throws IOException {
    Path page = folder.resolve("page.html");
    Ran ran =
        run(
            "steps",
            data,
            "--recipe",
            recipe,
            "--out",
            page.toString(),
            "--images",
            "3",
            "--json",
            "--quiet");
    assertThat(ran.err).isEmpty();
    assertThat(ran.code).isZero();
    JsonNode json = Json.parse(ran.out, "the answer");
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/steps/1");
    assertThat(json.path("images")).hasSize(3);
    assertThat(Files.readString(page)).contains("clahe: clip 2").contains("resize, 24 × 24");
  }

  @Test
  void stepsShowsTheImageThatIsNamedOrSaysWhichIsNearest() {
    String page = folder.resolve("page.html").toString();
    String known = "images/7.png";
    Ran ran = run("steps", data, "--recipe", recipe, "--out", page, "--image", known, "--json");
    assertThat(Json.parse(ran.out, "the answer").path("images").path(0).asText()).endsWith("7.png");
    Ran wrong = run("steps", data, "--recipe", recipe, "--out", page, "--image", "images/77.pgn");
    assertThat(wrong.code).isEqualTo(2);
    assertThat(wrong.err).contains("is not in the manifest, nearest is");
  }

  @Test
  void arraysSplitsWhereThereIsNoSplitAndCopiesTheTrainingPart() {
    Path out = folder.resolve("arrays");
    Ran ran =
        run(
            "arrays",
            data,
            "--recipe",
            recipe,
            "--out",
            out.toString(),
            "--variants",
            "16",
            "--per-class",
            "40",
            "--json",
            "--quiet");
    assertThat(ran.err).isEmpty();
    assertThat(ran.code).isZero();
    JsonNode json = Json.parse(ran.out, "the answer");
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/arrays/1");
    assertThat(json.path("parts").path("train").path("labels").toString())
        .isEqualTo("{\"0\":40,\"1\":40}");
    assertThat(json.path("parts").path("test").path("images").asInt()).isBetween(2, 6);
    assertThat(out.toFile().list())
        .containsExactlyInAnyOrder(
            "images.npy", "labels.npy", "names.npy", "parts.npy", "groups.npy", "arrays.json");
  }

  @Test
  void arraysSaysWhatIsWrong() {
    String out = folder.resolve("arrays").toString();
    Ran ran = run("arrays", data, "--recipe", recipe, "--out", out, "--variants", "17");
    assertThat(ran.code).isEqualTo(2);
    assertThat(ran.err).contains("variants must be 1 (no copies) to 16, was 17");
    assertThat(run("arrays", data, "--recipe", "nothing", "--out", out).code).isEqualTo(2);
    assertThat(Path.of(out)).doesNotExist();
  }
}
