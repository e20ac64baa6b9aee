package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.model.Bundle;
import org.senoscope.work.Progress;

/** Kills a real process in the middle of a training, several times, and lets it go on. */
class TrainKilledTest {
  private static final List<String> PARTS = List.of("fold1", "fold2");
  private static final String RECIPE = MadeDataset.recipe(12, "");

  @TempDir private Path folder;

  @Test
  void whatWasSavedIsThereAndTheEndIsTheSame() throws Exception {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 32, 40, 5);
    Path whole = folder.resolve("whole");
    run(dataset, whole, false);

    Path killed = folder.resolve("killed");
    boolean resume = false;
    for (int epochs : new int[] {2, 7, 12}) {
      Process child = start(dataset.root(), killed, resume);
      awaitEpochs(child, killed.resolve("fold1").resolve("log.jsonl"), epochs);
      child.destroyForcibly().waitFor();
      resume = true;
      long saved = Files.readAllLines(killed.resolve("fold1").resolve("log.jsonl")).size();
      assertThat(saved).isGreaterThanOrEqualTo(epochs);
      assertThat(Files.exists(killed.resolve("fold1").resolve("checkpoint.safetensors"))).isTrue();
      if (Files.exists(killed.resolve("fold1").resolve("bundle"))) {
        Bundle.open(killed.resolve("fold1").resolve("bundle"));
      }
    }
    run(dataset, killed, true);
    for (String part : List.of("fold1", "fold2", ".")) {
      assertThat(killed.resolve(part).resolve("bundle/weights.safetensors"))
          .hasSameBinaryContentAs(whole.resolve(part).resolve("bundle/weights.safetensors"));
    }
    assertThat(killed.resolve("predictions.csv"))
        .hasSameTextualContentAs(whole.resolve("predictions.csv"));
  }

  /** The child: trains in a folder until it is done or killed. */
  public static void main(String[] arguments) throws IOException {
    run(
        Dataset.open(Path.of(arguments[0])),
        Path.of(arguments[1]),
        Boolean.parseBoolean(arguments[2]));
  }

  private static void run(Dataset dataset, Path out, boolean resume) throws IOException {
    new TrainRun((recipe, description, images, evaluation) -> "# made", List.of())
        .run(
            new TrainRun.Request(
                RecipeReader.parse(RECIPE, "test"),
                dataset,
                MadeDataset.parts(dataset, PARTS),
                out,
                Optional.empty(),
                resume),
            Progress.NONE);
  }

  private Process start(Path data, Path out, boolean resume) throws IOException {
    String classPath = System.getProperty("surefire.test.class.path");
    if (classPath == null) {
      classPath = System.getProperty("java.class.path");
    }
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx512m",
            "-cp",
            classPath,
            TrainKilledTest.class.getName(),
            data.toString(),
            out.toString(),
            Boolean.toString(resume))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("child.log").toFile())
        .start();
  }

  private void awaitEpochs(Process child, Path log, int epochs) throws Exception {
    long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (System.nanoTime() < patience && child.isAlive()) {
      if (Files.exists(log) && Files.readAllLines(log).size() >= epochs) {
        return;
      }
      Thread.sleep(5);
    }
    assertThat(Files.exists(log) ? Files.readAllLines(log).size() : 0)
        .as("epochs; the child said: %s", Files.readString(folder.resolve("child.log")))
        .isGreaterThanOrEqualTo(epochs);
  }
}
