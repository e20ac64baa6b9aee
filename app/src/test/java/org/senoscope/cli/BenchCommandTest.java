package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.files.Json;

/**
 * {@code bench scale}, with real verbs on few and small images, and a network that trains quickly.
 */
class BenchCommandTest {
  private static final String RECIPE =
      """
      name: small
      task: pathology
      preprocessing:
        - {step: resize, height: 16, width: 16, fit: stretch}
      input: {channels: 1, mean: [0.5], std: [0.3]}
      network: {family: cnn, blocks: [4], dropout: 0.1}
      training: {epochs: 1, batch: 8, perClass: 4, precision: fp32, seed: 7}
      """;

  @TempDir private Path folder;

  /** A home with a launcher that runs this build's classes. */
  @BeforeEach
  void makeAHome() throws IOException {
    Run.launcher(Files.createDirectory(folder.resolve("home")).resolve("senoscope"));
    Files.writeString(folder.resolve("small.yaml"), RECIPE);
  }

  private Run scale(String home, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("bench", "scale", "--json"));
    arguments.addAll(List.of("--out", folder.resolve("out").toString()));
    arguments.addAll(List.of("--recipe", folder.resolve("small.yaml").toString()));
    arguments.addAll(List.of(more));
    ProcessBuilder builder = Run.apart(arguments.toArray(String[]::new));
    builder
        .command()
        .replaceAll(
            word ->
                word.startsWith("-Dsenoscope.home=")
                    ? "-Dsenoscope.home=" + folder.resolve(home)
                    : word);
    return Run.process(builder);
  }

  @Test
  void theAuditFindsWhatWasPlantedAndEveryStepIsMeasured() throws Exception {
    Run ran = scale("home", "--images=50,60", "--side=128");
    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode json = ran.json();
    assertThat(Shape.contract("bench").faults(json)).isEmpty();
    assertThat(json.path("results")).hasSize(2 * 4 * 4);
    for (JsonNode each : json.path("results")) {
      assertThat(each.path("value").asDouble()).as(each.toString()).isPositive();
    }
    for (JsonNode each : json.path("copies")) {
      assertThat(each.path("found")).isEqualTo(each.path("planted"));
      assertThat(each.path("found").path("nearDuplicatePairs").asInt()).isEqualTo(2);
      assertThat(each.path("found").path("exactDuplicates").asInt()).isEqualTo(1);
    }
    assertThat(folder.resolve("out/growth.svg")).content().startsWith("<svg ").contains("audit");
    assertThat(folder.resolve("out/size-60")).doesNotExist();

    // What is measured is not measured again, and what is missing is: a step that was not done.
    Path kept = folder.resolve("out/size-50.json");
    byte[] before = Files.readAllBytes(kept);
    Run again = scale("home", "--images=50", "--side=128");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain("import");
    assertThat(Files.readAllBytes(kept)).isEqualTo(before);
    assertThat(Json.read(folder.resolve("out/growth.json"), "bench").path("results"))
        .hasSize(4 * 4);

    // Figures of another set, or another recipe, are never given as these.
    Run other = scale("home", "--images=50", "--side=256");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("side 128").contains("side 256").contains("--out");
    Files.writeString(folder.resolve("small.yaml"), RECIPE + "# changed\n");
    Run changed = scale("home", "--images=50", "--side=128");
    assertThat(changed.code()).as(changed.err()).isZero();
    assertThat(Files.readAllBytes(kept)).isNotEqualTo(before);
  }

  @Test
  void aVerbThatFailsEndsItAndNamesItsLog() throws Exception {
    Files.writeString(folder.resolve("small.yaml"), RECIPE.replace("task: pathology", "task: age"));
    Run ran = scale("home", "--images=50", "--side=64");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("train").contains("train.log");
    // It goes on where it was: import, audit and split are done.
    assertThat(
            Json.read(folder.resolve("out/size-50.json"), "growth-size").path("steps").properties())
        .hasSize(3);
    Files.writeString(folder.resolve("small.yaml"), RECIPE);
    Run again = scale("home", "--images=50", "--side=64");
    assertThat(again.code()).as(again.err()).isZero();
  }

  @Test
  void sizesOutOfOrderAndAMissingLauncherAreWrongInput() throws Exception {
    Run order = scale("home", "--images=60,50");
    assertThat(order.code()).isEqualTo(2);
    assertThat(order.err()).contains("--images").contains("[60, 50]");
    Run launcher = scale("nowhere", "--images=50");
    assertThat(launcher.code()).isEqualTo(2);
    assertThat(launcher.err()).contains("nowhere");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
