package org.senoscope.report.story;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.dataset.Dataset;
import org.senoscope.explain.faithfulness.Explanation;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.model.Bundle;
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
 * @param explanation how faithful the run's heatmaps are, as {@code explanation.json} has it
 */
public record TrainingStory(
    Map<String, LearningCurves> curves,
    List<AugmentedSamples> samples,
    Optional<JsonNode> explanation) {
  /** No story: a bundle without its run. */
  public static final TrainingStory NONE = new TrainingStory(Map.of(), List.of(), Optional.empty());

  private static final int PER_LABEL = 4;
  private static final int DRAWS = 5;

  public TrainingStory {
    curves = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(curves));
    samples = List.copyOf(samples);
  }

  /**
   * What a run's {@code explanation.json} says; empty where there is none, or one of another data
   * set or of an earlier bundle.
   */
  private static Optional<JsonNode> explanation(Path run, Dataset dataset) throws IOException {
    Path file = run.resolve(Explanation.FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    JsonNode json = Json.read(file, "explanation");
    boolean same =
        json.path("dataset")
                .path("manifestSha256")
                .asText()
                .equals(Hashes.sha256(dataset.manifestFile()))
            && json.path("model").path("sha256").asText().equals(Bundle.open(run).sha256());
    return same ? Optional.of(json) : Optional.empty();
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
          training.inner() || training.repeated()
              ? new LearningCurves(List.of())
              : LearningCurves.read(training.folder());
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
    return new TrainingStory(curves, samples, explanation(run, dataset));
  }
}
