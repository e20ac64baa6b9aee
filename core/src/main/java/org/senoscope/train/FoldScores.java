package org.senoscope.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.Bundle;
import org.senoscope.model.Head;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.refusal.DistancesFile;
import org.senoscope.study.Marks;
import org.senoscope.study.Task;
import org.senoscope.work.Progress;

/** What a training's bundle says of images that it has not seen, kept beside it. */
final class FoldScores {
  private final Fold.Context context;
  private final Path folder;

  /**
   * Of one training.
   *
   * @param folder that holds its bundle
   */
  FoldScores(Fold.Context context, Path folder) {
    this.context = context;
    this.folder = folder;
  }

  /**
   * What a bundle said of images that it had not seen, by task; a task that none of them is
   * labelled for is left out.
   *
   * @param answered as users are answered
   * @param uncalibrated before any calibration
   * @param distances of the images from those that the bundle has seen
   */
  record Answers(
      List<EvaluatePredictions.Scores> answered,
      List<EvaluatePredictions.Scores> uncalibrated,
      List<DistancesFile.Row> distances) {}

  /**
   * Scores images with the bundle itself, by the very code that predicts for users; once.
   *
   * @param byPart places of the images by the part that they are in; the bundle has seen none
   */
  Answers of(Map<String, int[]> byPart, Progress progress) throws IOException {
    Optional<List<EvaluatePredictions.Scores>> answered = written(folder);
    Path beside = folder.resolve(Fold.UNCALIBRATED);
    Optional<List<EvaluatePredictions.Scores>> uncalibrated =
        Files.isDirectory(beside) ? written(beside) : answered;
    if (answered.isPresent() && uncalibrated.isPresent()) {
      Path measured = folder.resolve(DistancesFile.NAME);
      return new Answers(
          answered.get(),
          uncalibrated.get(),
          Files.exists(measured) ? DistancesFile.read(measured) : List.of());
    }
    Map<Task, List<ScoredCase>> cases = new LinkedHashMap<>();
    Map<Task, List<ScoredCase>> raw = new LinkedHashMap<>();
    List<DistancesFile.Row> distances = new ArrayList<>();
    context.tasks().forEach(task -> cases.put(task, new ArrayList<>()));
    context.tasks().forEach(task -> raw.put(task, new ArrayList<>()));
    int threads = Runtime.getRuntime().availableProcessors();
    int total = byPart.values().stream().mapToInt(places -> places.length).sum();
    try (Predictor predictor = Predictor.open(Bundle.open(folder.resolve(Fold.BUNDLE)), threads);
        Progress.Stage stage =
            progress.stage("scoring " + String.join(", ", byPart.keySet()), total)) {
      for (Map.Entry<String, int[]> part : byPart.entrySet()) {
        for (int place : part.getValue()) {
          score(context.rows().get(place), part.getKey(), predictor, cases, raw, distances);
          stage.advance();
        }
      }
      boolean calibrated =
          predictor.bundle().description().heads().stream()
              .anyMatch(head -> head.rule().isPresent());
      if (calibrated) {
        Files.createDirectories(beside);
        write(raw, beside);
      }
      if (!distances.isEmpty()) {
        DistancesFile.write(folder.resolve(DistancesFile.NAME), distances);
      }
      // Last, since it says that all is done.
      return new Answers(write(cases, folder), scores(raw), distances);
    }
  }

  /** The predictions that a folder holds; empty until all tasks' are there. */
  private Optional<List<EvaluatePredictions.Scores>> written(Path in) throws IOException {
    List<EvaluatePredictions.Scores> done = new ArrayList<>();
    for (Task task : context.tasks()) {
      Path file = PredictionsFile.in(in, context.tasks(), task);
      if (Files.exists(file)) {
        done.add(new EvaluatePredictions.Scores(task, PredictionsFile.read(file).cases()));
      }
    }
    return done.size() == context.tasks().size() ? Optional.of(done) : Optional.empty();
  }

  private static List<EvaluatePredictions.Scores> scores(Map<Task, List<ScoredCase>> cases) {
    return cases.entrySet().stream()
        .filter(task -> !task.getValue().isEmpty())
        .map(task -> new EvaluatePredictions.Scores(task.getKey(), task.getValue()))
        .toList();
  }

  private List<EvaluatePredictions.Scores> write(Map<Task, List<ScoredCase>> cases, Path into)
      throws IOException {
    List<EvaluatePredictions.Scores> scores = scores(cases);
    for (EvaluatePredictions.Scores each : scores) {
      PredictionsFile.write(
          PredictionsFile.in(into, context.tasks(), each.task()),
          each.task().labels(),
          each.cases());
    }
    return scores;
  }

  private void score(
      ManifestRow row,
      String part,
      Predictor predictor,
      Map<Task, List<ScoredCase>> cases,
      Map<Task, List<ScoredCase>> raw,
      List<DistancesFile.Row> distances)
      throws IOException {
    Inference inference =
        predictor.infer(
            ImageFiles.read(context.request().dataset().resolve(row.image())), Marks.of(row.roi()));
    inference
        .judgement()
        .ifPresent(
            found -> distances.add(new DistancesFile.Row(row.image(), part, found.distances())));
    boolean referred = predictor.answer(row.image(), inference).refers();
    String group = context.request().assignments().groupOf(row.image());
    for (Head head : predictor.bundle().description().heads()) {
      Task task = head.task();
      row.label(task.name())
          .map(task::indexOf)
          .ifPresent(
              truth -> {
                double[] uncalibrated = head.form().probabilities(inference.logits(task.name()));
                double[] answered = inference.probabilities(task.name());
                boolean main = task.equals(context.tasks().getFirst());
                java.util.Objects.requireNonNull(raw.get(task))
                    .add(ScoredCase.of(row.image(), group, truth, uncalibrated, part));
                java.util.Objects.requireNonNull(cases.get(task))
                    .add(
                        ScoredCase.of(row.image(), group, truth, answered, part)
                            .referred(main ? referred : inference.isRefused()));
              });
    }
  }
}
