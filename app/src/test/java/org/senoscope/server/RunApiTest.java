package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.files.AtomicFiles;
import org.senoscope.model.TinyBundle;
import org.senoscope.work.InputException;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunApiTest {
  private static final String RUNS = "/api/v1/runs";

  private RunningServer running;
  private Path models;
  private Path runs;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    models = folder.resolve("models");
    runs = folder.resolve("runs");
    TinyBundle.write(models.resolve("tiny"));
    running = RunningServer.of(settings().watching(runs));
  }

  private ServerSettings settings() {
    return new ServerSettings(ServerSettings.LOOPBACK, 0, models, Optional.empty());
  }

  @AfterAll
  void stop() {
    running.close();
  }

  /** Also the state at the start: the folder is not there yet. */
  @BeforeEach
  void removeRuns() throws IOException {
    if (Files.exists(runs)) {
      AtomicFiles.deleteTree(runs);
    }
  }

  private List<String> names() {
    HttpResponse<String> answer = running.get(RUNS);
    assertThat(answer.statusCode()).isEqualTo(200);
    return RunningServer.json(answer).path("runs").findValuesAsText("name");
  }

  private JsonNode run(String name) {
    HttpResponse<String> answer = running.get(RUNS + "/" + name);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return RunningServer.json(answer);
  }

  @Test
  void followsARunFromItsBeginningToItsEnd() throws Exception {
    assertThat(names()).isEmpty();
    MadeRun made = MadeRun.begin(runs.resolve("one"), List.of("fold1", "fold2"));
    Process holder = made.hold();
    try {
      assertThat(names()).containsExactly("one");
      assertThat(run("one").path("status").asText()).isEqualTo("running");
      assertThat(run("one").path("trainings").findValuesAsText("name"))
          .containsExactly("fold1", "fold2", "final");
      assertThat(run("one").path("trainings").findValuesAsText("status"))
          .containsExactly("running", "waiting", "waiting");
      for (int epoch = 1; epoch <= 20; epoch++) {
        made.log("fold1", epoch, true);
        JsonNode training = run("one").path("trainings").get(0);
        assertThat(training.path("curves")).hasSize(epoch);
        assertThat(training.path("epoch").asInt()).isEqualTo(epoch);
        assertThat(training.path("epochs").asInt()).isEqualTo(20);
      }
      JsonNode training = run("one").path("trainings").get(0);
      assertThat(training.path("gap").asText())
          .startsWith("Training accuracy ")
          .endsWith("the network learns its training images by heart.");
      made.end("fold1", 5);
      made.log("fold2", 3, false);
      JsonNode later = run("one");
      assertThat(later.path("trainingsDone").asInt()).isEqualTo(1);
      assertThat(later.path("trainings").findValuesAsText("status"))
          .containsExactly("done", "running", "waiting");
      assertThat(later.path("trainings").get(0).path("bestEpoch").asInt()).isEqualTo(5);
      assertThat(later.path("trainings").get(1).path("gap").isNull()).isTrue();
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(run("one").path("status").asText()).isEqualTo("stopped");
    assertThat(run("one").path("trainings").findValuesAsText("status"))
        .containsExactly("done", "stopped", "waiting");
    made.end("fold2", 3);
    made.log("", 4, false);
    made.end("", 4);
    made.done();
    assertThat(run("one").path("status").asText()).isEqualTo("done");
    assertThat(run("one").path("trainingsDone").asInt()).isEqualTo(3);
  }

  @Test
  void aDemonstrationOfLeakageIsCalledOne() throws IOException {
    MadeRun made = MadeRun.begin(runs.resolve("one"), List.of());
    assertThat(run("one").path("demonstratesLeakage")).isEqualTo(BooleanNode.FALSE);
    made.demonstrateLeakage();
    assertThat(run("one").path("demonstratesLeakage")).isEqualTo(BooleanNode.TRUE);
  }

  @Test
  void tellsTheNumbersOfTheLogAndNullForWhatItLacks() throws IOException {
    MadeRun made = MadeRun.begin(runs.resolve("one"), List.of());
    made.write("", "{\"schema\":\"senoscope/epoch/1\",\"epoch\":1,\"trainingLoss\":0.5}\n");
    JsonNode point = run("one").path("trainings").get(0).path("curves").get(0);
    assertThat(point.path("trainingObjective").asDouble()).isEqualTo(0.5);
    for (String absent :
        List.of("trainingLoss", "trainingAccuracy", "validationLoss", "validationAccuracy")) {
      assertThat(point.has(absent)).isTrue();
      assertThat(point.path(absent).isNull()).as(absent).isTrue();
    }
    made.log("", 2, false);
    JsonNode second = run("one").path("trainings").get(0).path("curves").get(1);
    assertThat(second.path("validationLoss").asDouble()).isEqualTo(1.1 - (1 - Math.exp(-0.5)));
    assertThat(second.path("validationImages").asInt()).isEqualTo(400);
    assertThat(second.path("validationAuc").isNull()).isTrue();
  }

  @Test
  void halfWrittenForeignAndBrokenFoldersAreHarmless() throws IOException {
    MadeRun made = MadeRun.begin(runs.resolve("one"), List.of());
    made.write("", MadeRun.line(1, false) + "\n" + MadeRun.line(2, false).substring(0, 90));
    Files.createDirectories(runs.resolve("photographs"));
    Files.writeString(runs.resolve("run.txt"), "no run");
    for (String text : List.of("", "{\"schema\"", "[]", "{\"schema\":\"senoscope/run/2\"}")) {
      Path broken = Files.createDirectories(runs.resolve("broken" + text.length()));
      Files.writeString(broken.resolve("run.json"), text);
    }
    Files.createDirectories(runs.resolve("folder").resolve("run.json"));
    MadeRun.begin(runs.resolve(".partial-run-1"), List.of());
    assertThat(names()).containsExactly("one");
    assertThat(run("one").path("trainings").get(0).path("curves")).hasSize(1);
    assertThat(running.get(RUNS + "/broken0").statusCode()).isEqualTo(404);
  }

  @Test
  void aRunThatVanishesIsNotFoundAnyMore() throws IOException {
    MadeRun.begin(runs.resolve("one"), List.of()).log("", 2, false);
    assertThat(run("one").path("name").asText()).isEqualTo("one");
    AtomicFiles.deleteTree(runs.resolve("one"));
    HttpResponse<String> gone = running.get(RUNS + "/one");
    assertThat(gone.statusCode()).isEqualTo(404);
    assertThat(RunningServer.json(gone).path("type").asText())
        .isEqualTo("urn:senoscope:problem:unknown-run");
    AtomicFiles.deleteTree(runs);
    assertThat(names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..%2Foutside",
        "%2e%2e%2foutside",
        "one%2F..%2F..%2Foutside",
        "..",
        "%2e",
        "%2Fetc",
        "one%00",
        "one%2Ffold1"
      })
  void noNameLeadsOutOfTheFolder(String name) throws IOException {
    MadeRun.begin(runs.resolve("one"), List.of("fold1")).log("fold1", 1, false);
    Files.copy(runs.resolve("one/run.json"), runs.resolve("one/fold1/run.json"));
    MadeRun.begin(runs.resolveSibling("outside"), List.of()).log("", 1, false);
    assertThat(running.get(RUNS + "/" + name).statusCode()).isIn(400, 404);
  }

  @Test
  void theLastWrittenRunComesFirstAndNoPathOfTheMachineIsTold() throws IOException {
    for (String name : List.of("a", "b", "c")) {
      MadeRun.begin(runs.resolve(name), List.of()).log("", 1, false);
      Files.setLastModifiedTime(
          runs.resolve(name).resolve("run.json"), FileTime.from(Instant.EPOCH));
      Files.setLastModifiedTime(
          runs.resolve(name).resolve("log.jsonl"),
          FileTime.from(
              Instant.parse("2026-01-0%dT00:00:00Z".formatted(name.equals("b") ? 2 : 1))));
    }
    assertThat(names()).containsExactly("b", "a", "c");
    assertThat(running.get(RUNS).body() + running.get(RUNS + "/a").body())
        .doesNotContain("secret")
        .doesNotContain(runs.toString());
  }

  @Test
  void oneRunCanBeFollowedByItself(@TempDir Path folder) throws IOException {
    MadeRun.begin(folder.resolve("alone"), List.of()).log("", 1, false);
    try (RunningServer server = RunningServer.of(settings().watching(folder.resolve("alone")))) {
      assertThat(server.get(RUNS + "/alone").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void withoutAFolderNothingIsFollowedAndAFileIsNoFolder(@TempDir Path folder) throws IOException {
    try (RunningServer server = RunningServer.of(settings())) {
      JsonNode answer = RunningServer.json(server.get(RUNS));
      assertThat(answer.path("follows").asBoolean(true)).isFalse();
      assertThat(answer.path("runs")).isEmpty();
      assertThat(server.get(RUNS + "/one").statusCode()).isEqualTo(404);
    }
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> RunningServer.of(settings().watching(file)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--runs");
  }
}
