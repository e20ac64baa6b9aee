package org.senoscope.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.Frozen;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.model.Fingerprint;
import org.senoscope.refusal.Distances;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Trains on all folds but one, for each fold in turn, and scores the one left out; then trains on
 * all folds for the final bundle, or takes the mean of the folds' networks for it. The out-of-fold
 * predictions tell what such a training is worth; they are the final bundle's only honest figures,
 * and its card says so.
 *
 * <p>Where a recipe chooses on validation images (early stopping, plateau), the next fold is kept
 * out of training for that, so that the fold that is scored chooses nothing. The final training
 * then has no images to choose on and runs for the median of the folds' best epochs.
 */
final class CrossValidation {
  private final Fold.Context context;

  CrossValidation(Fold.Context context) {
    this.context = context;
  }

  /**
   * Whether the split has what the recipe asks for, before anything is made.
   *
   * @param main the task that is scored
   * @param rows that would take part
   */
  static void check(TrainRun.Request request, Task main, List<ManifestRow> rows) {
    List<String> folds = request.assignments().folds();
    boolean chooses = request.recipe().training().choosesOnValidation();
    NestedValidation.check(request);
    if (chooses && folds.size() < 3) {
      throw new InputException(
          "The recipe chooses on validation images, so it needs 3 folds or more (one to score, one to choose on, the rest to learn from), the split has %d; split with --folds 5"
              .formatted(folds.size()));
    }
    if (folds.size() < 2) {
      throw new InputException(
          "The split has one fold alone, so that nothing is left to learn from; split with --folds 5");
    }
    Map<String, List<Integer>> byPart = TrainRun.byPart(rows, request.assignments());
    folds.forEach(fold -> TrainRun.requireLabels(fold, main, rows, byPart));
  }

  /**
   * What the folds gave.
   *
   * @param evaluation of each image by the network that never saw it
   * @param uncalibrated what those networks said before any calibration
   * @param unseen how far each image lay from those that its network had learned from
   * @param epochs of the folds' best weights, ascending
   * @param imagesPerSecond in training, over all folds; 0 where nothing tells
   * @param inner by fold, what networks said that saw neither it nor the images; empty without
   *     nested calibration
   * @param trainings by fold, in order
   */
  record OutOfFold(
      Evaluation evaluation,
      List<EvaluatePredictions.Scores> uncalibrated,
      List<Distances> unseen,
      List<Integer> epochs,
      double imagesPerSecond,
      Map<String, NestedValidation.Inner> inner,
      Map<String, Fold> trainings) {
    OutOfFold {
      uncalibrated = List.copyOf(uncalibrated);
      unseen = List.copyOf(unseen);
      epochs = List.copyOf(epochs);
    }
  }

  Fold.Done run(Progress progress) throws IOException {
    OutOfFold found = outOfFold(progress);
    List<String> folds = context.request().assignments().folds();
    Optional<Integer> length =
        context.request().recipe().training().choosesOnValidation()
            ? Optional.of(found.epochs().get(found.epochs().size() / 2))
            : Optional.empty();
    Recipe.Calibration calibration = context.request().recipe().calibration();
    Progress named = (title, total) -> progress.stage("final: " + title, total);
    if (context.request().recipe().training().averagesFolds()) {
      return new MeanOfFolds(context).write(found, named);
    }
    Map<String, List<Integer>> byPart =
        TrainRun.byPart(context.rows(), context.request().assignments());
    return new Fold(context, context.request().out(), 0)
        .train(
            Fold.places(byPart, folds),
            new int[0],
            length,
            Optional.of(found.evaluation()),
            Optional.of(
                new Fold.Judgement(
                    calibration.wanted()
                        ? AnswerRules.fit(
                            found.uncalibrated(), calibration, "out-of-fold predictions")
                        : Map.of(),
                    found.unseen())),
            named);
  }

  OutOfFold outOfFold(Progress progress) throws IOException {
    List<String> folds = context.request().assignments().folds();
    Map<String, List<Integer>> byPart =
        TrainRun.byPart(context.rows(), context.request().assignments());
    Recipe.Calibration calibration = context.request().recipe().calibration();
    Map<String, NestedValidation.Inner> inner =
        calibration.nested() ? new NestedValidation(context).run(progress) : Map.of();
    Map<Task, List<ScoredCase>> uncalibrated = new LinkedHashMap<>();
    Map<Task, List<ScoredCase>> outOfFold = new LinkedHashMap<>();
    List<Distances> unseen = new ArrayList<>();
    List<Integer> epochs = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    Map<String, Fingerprint> learned = new LinkedHashMap<>();
    Map<String, Frozen> frozen = new LinkedHashMap<>();
    Map<String, Fold> trainings = new LinkedHashMap<>();
    for (int index = 0; index < folds.size(); index++) {
      String left = folds.get(index);
      List<String> watched = watched(left);
      Progress named = (title, total) -> progress.stage(left + ": " + title, total);
      Fold fold = new Fold(context, context.request().out().resolve(left), index + 1L);
      trainings.put(left, fold);
      Fold.Done done =
          fold.train(
              Fold.places(byPart, others(left)),
              Fold.places(byPart, watched),
              Optional.empty(),
              Optional.empty(),
              Optional.of(judgement(Optional.ofNullable(inner.get(left)), calibration)),
              named);
      epochs.add(done.bestEpoch());
      rates.add(done.imagesPerSecond());
      learned.put(left, fold.fingerprint());
      frozen.put(left, fold.frozen());
      FoldScores.Answers answers =
          fold.score(Map.of(left, Fold.places(byPart, List.of(left))), named);
      gather(answers.answered(), outOfFold);
      answers.distances().forEach(row -> unseen.add(row.distances()));
      gather(answers.uncalibrated(), uncalibrated);
    }
    if (calibration.nested()) {
      Path beside = context.request().out().resolve(Fold.UNCALIBRATED);
      Files.createDirectories(beside);
      var _ = write(uncalibrated, beside);
    }
    List<EvaluatePredictions.Scores> scores = new ArrayList<>();
    for (EvaluatePredictions.Scores each : write(outOfFold, context.request().out())) {
      scores.add(
          new EvaluatePredictions.Scores(
              each.task(),
              each.cases(),
              calibration.nested()
                  ? uncalibrated.getOrDefault(each.task(), List.of())
                  : List.of()));
    }
    Recipe recipe = context.request().recipe();
    Evaluation evaluation =
        EvaluatePredictions.ofTraining(
                new Evaluation.Model(recipe.name(), recipe.version(), ""),
                scores,
                context.request().dataset(),
                context.trained(learned, frozen))
            .preparedBy(recipe.preprocessing(), context.request().dataset());
    epochs.sort(null);
    return new OutOfFold(
        evaluation, ordered(uncalibrated), unseen, epochs, rate(rates), inner, trainings);
  }

  /**
   * The rate over all folds: the harmonic mean, since each trains on about as many images.
   *
   * @param rates of the folds, images per second; those of 0 tell nothing
   */
  private static double rate(List<Double> rates) {
    double[] known = rates.stream().mapToDouble(rate -> rate).filter(rate -> rate > 0).toArray();
    return known.length == 0 ? 0 : known.length / Arrays.stream(known).map(rate -> 1 / rate).sum();
  }

  /** The fold that the training without another chooses on; none where it chooses nothing. */
  private List<String> watched(String left) {
    List<String> folds = context.request().assignments().folds();
    return context.request().recipe().training().choosesOnValidation()
        ? List.of(folds.get((folds.indexOf(left) + 1) % folds.size()))
        : List.of();
  }

  /** The folds that the training without one learns from. */
  List<String> others(String left) {
    List<String> others = new ArrayList<>(context.request().assignments().folds());
    others.remove(left);
    others.removeAll(watched(left));
    return others;
  }

  private static Fold.Judgement judgement(
      Optional<NestedValidation.Inner> inner, Recipe.Calibration calibration) {
    return inner
        .map(
            found ->
                new Fold.Judgement(
                    AnswerRules.fit(
                        found.uncalibrated(),
                        calibration,
                        "inner out-of-fold predictions of the other folds"),
                    found.unseen()))
        .orElse(Fold.Judgement.NONE);
  }

  private static void gather(
      List<EvaluatePredictions.Scores> scores, Map<Task, List<ScoredCase>> into) {
    scores.forEach(
        each -> into.computeIfAbsent(each.task(), task -> new ArrayList<>()).addAll(each.cases()));
  }

  /** In the order of the tasks; those without a case are left out. */
  private List<EvaluatePredictions.Scores> ordered(Map<Task, List<ScoredCase>> cases) {
    return context.tasks().stream()
        .filter(task -> !cases.getOrDefault(task, List.of()).isEmpty())
        .map(task -> new EvaluatePredictions.Scores(task, cases.getOrDefault(task, List.of())))
        .toList();
  }

  private List<EvaluatePredictions.Scores> write(Map<Task, List<ScoredCase>> cases, Path into)
      throws IOException {
    List<EvaluatePredictions.Scores> scores = ordered(cases);
    for (EvaluatePredictions.Scores each : scores) {
      PredictionsFile.write(
          PredictionsFile.in(into, context.tasks(), each.task()),
          each.task().labels(),
          each.cases());
    }
    return scores;
  }
}
