package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.metrics.ClassificationMetrics;
import org.senoscope.model.Bundle;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class TrainRunTest {
  @TempDir private Path folder;

  private static final TrainRun TRAINER =
      new TrainRun((recipe, description, images, evaluation) -> "# " + recipe.name(), List.of());

  private TrainReport train(
      Dataset dataset, List<String> parts, String recipe, String out, boolean resume, Progress how)
      throws IOException {
    return TRAINER.run(
        new TrainRun.Request(
            RecipeReader.parse(recipe, "test"),
            dataset,
            MadeDataset.parts(dataset, parts),
            folder.resolve(out),
            Optional.empty(),
            resume),
        how);
  }

  @Test
  void learnsWhatCanBeLearnedAndKeepsFoldsApart() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 96, 40, 1);
    TrainReport report =
        train(
            dataset,
            List.of("fold1", "fold2", "fold3"),
            MadeDataset.recipe(8, ""),
            "run",
            false,
            Progress.NONE);
    PredictionsFile predictions =
        PredictionsFile.read(folder.resolve("run").resolve("predictions.csv"));
    assertThat(predictions.cases()).hasSize(96);
    assertThat(predictions.cases().stream().map(ScoredCase::image)).doesNotHaveDuplicates();
    ClassificationMetrics metrics =
        ClassificationMetrics.of(
            predictions.labels(),
            predictions.cases().stream().mapToInt(ScoredCase::truth).toArray(),
            predictions.cases().stream()
                .map(ScoredCase::probabilityArray)
                .toArray(double[][]::new));
    assertThat(metrics.auc()).isGreaterThan(0.95);
    assertThat(report.validation().path("metrics").path("auc").path("value").asDouble())
        .isGreaterThan(0.95);
    Bundle bundle = Bundle.open(report.bundle());
    assertThat(bundle.fingerprint().size()).isEqualTo(96);
    assertThat(Bundle.open(folder.resolve("run/fold1/bundle")).fingerprint().size()).isEqualTo(64);
  }

  @Test
  void goesOnToTheVeryNumbersOfAnUndisturbedRun() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 48, 40, 2);
    List<String> parts = List.of("train", "train", "validation");
    String recipe = MadeDataset.recipe(5, "patience: 4");
    train(dataset, parts, recipe, "whole", false, Progress.NONE);
    for (int stopAfter : new int[] {3, 6, 13}) {
      String out = "stopped" + stopAfter;
      assertThatThrownBy(() -> train(dataset, parts, recipe, out, false, new StopsAfter(stopAfter)))
          .isInstanceOf(Stopped.class);
      train(dataset, parts, recipe, out, true, Progress.NONE);
      assertThat(folder.resolve(out).resolve("bundle/weights.safetensors"))
          .hasSameBinaryContentAs(folder.resolve("whole/bundle/weights.safetensors"));
      assertThat(folder.resolve(out).resolve("predictions.csv"))
          .hasSameTextualContentAs(folder.resolve("whole/predictions.csv"));
    }
  }

  @Test
  void stopsEarlyAndRestoresTheBestWeights() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 48, 40, 3);
    TrainReport report =
        train(
            dataset,
            List.of("train", "train", "validation"),
            // A rate far too high: the loss gets worse sooner or later.
            MadeDataset.recipe(60, "patience: 3").replace("rate: 1e-2", "rate: 0.3"),
            "run",
            false,
            Progress.NONE);
    assertThat(report.epochs()).isLessThan(60);
    assertThat(report.bestEpoch()).isEqualTo(report.epochs() - 3);
    List<String> log = Files.readAllLines(folder.resolve("run/log.jsonl"));
    assertThat(log).hasSize(report.epochs());
    double best =
        org.senoscope.files.Json.parse(log.get(report.bestEpoch() - 1), "log")
            .path("validation")
            .path("brier")
            .asDouble();
    assertThat(report.validation().path("metrics").path("brier").path("value").asDouble())
        .isCloseTo(best, within(1e-9));
  }

  @Test
  void refusesToMixRuns() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 16, 40, 4);
    List<String> parts = List.of("train", "validation");
    train(dataset, parts, MadeDataset.recipe(1, ""), "run", false, Progress.NONE);
    assertThatThrownBy(
            () -> train(dataset, parts, MadeDataset.recipe(1, ""), "run", false, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--resume");
    assertThatThrownBy(
            () -> train(dataset, parts, MadeDataset.recipe(2, ""), "run", true, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("another recipe");
  }

  /** Stands for a kill in the middle of a step. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private record StopsAfter(AtomicInteger left) implements Progress {
    StopsAfter(int steps) {
      this(new AtomicInteger(steps));
    }

    @Override
    public Stage stage(String title, long total) {
      return (steps, note) -> {
        if (title.equals("training") && left.decrementAndGet() < 0) {
          throw new Stopped();
        }
      };
    }
  }
}
