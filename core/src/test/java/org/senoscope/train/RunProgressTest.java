package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.files.Json;
import org.senoscope.work.Progress;

class RunProgressTest {
  @TempDir private Path folder;

  private static RunProgress read(Path run) throws IOException {
    return RunProgress.read(run).orElseThrow();
  }

  private Path train(List<String> parts) throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 24, 40, 3);
    Path run = folder.resolve("run");
    new TrainRun((recipe, description, images, evaluation) -> "# made", List.of())
        .run(
            new TrainRun.Request(
                RecipeReader.parse(MadeDataset.recipe(2, ""), "test"),
                dataset,
                MadeDataset.parts(dataset, parts),
                run,
                Optional.empty(),
                false),
            Progress.NONE);
    return run;
  }

  @Test
  void aRunByFoldsIsItsFoldsAndThenTheFinalTraining() throws IOException {
    Path run = train(List.of("fold1", "fold2"));
    RunProgress progress = read(run);
    assertThat(progress.recipe()).isEqualTo("made");
    assertThat(progress.dataset()).isEqualTo("made");
    assertThat(progress.tasks()).containsExactly("pathology");
    assertThat(progress.status()).isEqualTo(RunProgress.Status.DONE);
    assertThat(progress.updated())
        .isEqualTo(Files.getLastModifiedTime(run.resolve("run.json")).toInstant());
    assertThat(progress.trainings())
        .containsExactly(
            new RunProgress.Training("fold1", run.resolve("fold1"), true, 2),
            new RunProgress.Training("fold2", run.resolve("fold2"), true, 2),
            new RunProgress.Training("final", run, true, 2));
    for (RunProgress.Training training : progress.trainings()) {
      assertThat(LearningCurves.read(training.folder()).epochs()).hasSize(2);
    }
  }

  @Test
  void aHoldOutIsOneTraining() throws IOException {
    assertThat(read(train(List.of("train", "validation"))).trainings())
        .extracting(RunProgress.Training::name)
        .containsExactly("training");
  }

  private Path described(String folds) throws IOException {
    ObjectNode run = Json.object("run").put("name", "made").put("status", "running");
    run.set("folds", Json.parse(folds, "test"));
    Json.write(folder.resolve("run.json"), run);
    return folder;
  }

  @Test
  void aRunIsRunningWhileAProcessHoldsItAndStoppedWhenThatIsGone() throws Exception {
    Path run = described("[\"fold1\"]");
    assertThat(read(run).status()).isEqualTo(RunProgress.Status.STOPPED);
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                RunProgressTest.class.getName(),
                run.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("held");
      assertThat(read(run).status()).isEqualTo(RunProgress.Status.RUNNING);
      assertThat(read(run).status()).isEqualTo(RunProgress.Status.RUNNING);
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(read(run).status()).isEqualTo(RunProgress.Status.STOPPED);
  }

  /** The child: holds a run's folder until it is killed. */
  public static void main(String[] arguments) throws Exception {
    try (RunLock _ = RunLock.take(Path.of(arguments[0]))) {
      System.out.println("held");
      Thread.sleep(60_000);
    }
  }

  @Test
  void aFoldsNameThatLeadsElsewhereIsNotFollowed() throws IOException {
    Path run = described("[\"../elsewhere\", \"fold2\", \"fold1/..\", \"/etc\", 7, null]");
    assertThat(read(run).trainings())
        .extracting(RunProgress.Training::name)
        .containsExactly("fold2", "final");
  }

  /** Runs of before the description named its folds. */
  @Test
  void foldsThatAreNotNamedAreThoseThatAreThere() throws IOException {
    Path run = described("null");
    for (String name : List.of("fold10", "fold2", "bundle", "fold-1")) {
      Files.createDirectory(run.resolve(name));
    }
    Files.writeString(run.resolve("fold3"), "no folder");
    assertThat(read(run).trainings())
        .extracting(RunProgress.Training::name)
        .containsExactly("fold2", "fold10", "final");
  }

  @Test
  void whatIsNoRunIsNoneAndNoFault() throws IOException {
    assertThat(RunProgress.read(folder)).isEmpty();
    assertThat(RunProgress.read(folder.resolve("gone"))).isEmpty();
    Path description = folder.resolve("run.json");
    for (String text : List.of("", "{", "[]", "{\"schema\":\"senoscope/run/9\"}", "null")) {
      Files.writeString(description, text);
      assertThat(RunProgress.read(folder)).as(text).isEmpty();
    }
    Files.write(description, new byte[2_000_000]);
    assertThat(RunProgress.read(folder)).isEmpty();
    Files.delete(description);
    Files.createDirectory(description);
    assertThat(RunProgress.read(folder)).isEmpty();
  }
}
