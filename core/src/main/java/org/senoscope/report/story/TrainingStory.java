package org.senoscope.report.story;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.dataset.Dataset;
import org.senoscope.files.Json;
import org.senoscope.split.Split;
import org.senoscope.train.AugmentedSamples;
import org.senoscope.train.LearningCurves;
import org.senoscope.train.RecipeImages;
import org.senoscope.train.RecipeReader;
import org.senoscope.train.RunProgress;

/**
 * How a model came about, for its report: the learning curves of each training of the run, and what
 * training images look like.
 *
 * @param curves by training: a fold's name, {@code final} or {@code training}
 * @param samples some training images of each label
 */
public record TrainingStory(Map<String, LearningCurves> curves, List<AugmentedSamples> samples) {
  /** No story: a bundle without its run. */
  public static final TrainingStory NONE = new TrainingStory(Map.of(), List.of());

  private static final int PER_LABEL = 4;
  private static final int DRAWS = 5;

  public TrainingStory {
    curves = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(curves));
    samples = List.copyOf(samples);
  }

  /** Whether the data set is split as it was when the run began. */
  private static boolean isOfRun(Path run, Dataset dataset) throws IOException {
    return Json.read(run.resolve("run.json"))
        .path("splitSha256")
        .asText()
        .equals(RecipeImages.assignments(dataset).sha256());
  }

  /**
   * Reads a run's story; {@link #NONE} for what is not a run.
   *
   * @param run a run's folder, or a bundle
   * @param dataset that the run was trained on, where samples are to be shown
   */
  public static TrainingStory of(Path run, Dataset dataset) throws IOException {
    Optional<RunProgress> progress = RunProgress.read(run);
    if (progress.isEmpty()) {
      return NONE;
    }
    Map<String, LearningCurves> curves = new LinkedHashMap<>();
    for (RunProgress.Training training : progress.get().trainings()) {
      LearningCurves found =
          training.inner() ? new LearningCurves(List.of()) : LearningCurves.read(training.folder());
      if (!found.epochs().isEmpty()) {
        curves.put(training.name(), found);
      }
    }
    List<AugmentedSamples> samples = new ArrayList<>();
    Path recipe = run.resolve("recipe.yaml");
    if (progress.get().dataset().equals(dataset.name())
        && Files.exists(recipe)
        && Files.exists(dataset.splitFile())
        && isOfRun(run, dataset)) {
      samples.addAll(
          AugmentedSamples.of(
              RecipeReader.read(recipe),
              dataset,
              Split.read(dataset).assignments(),
              PER_LABEL,
              DRAWS));
    }
    return new TrainingStory(curves, samples);
  }
}
