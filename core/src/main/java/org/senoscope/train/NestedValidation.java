package org.senoscope.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.refusal.Distances;
import org.senoscope.refusal.DistancesFile;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * For each fold, the other folds' images scored by networks that saw neither the fold nor the
 * images: all that may decide how the answers of that fold's network are calibrated and limited.
 *
 * <p>A network without folds i and j scores both: j's images for fold i, and i's for fold j. So K
 * folds take K (K − 1) / 2 trainings, half of those of an inner cross-validation within each fold,
 * each of which trains on K − 2 folds too.
 *
 * <p>Where a recipe chooses on validation images, the next fold but those two is kept out of
 * training for that.
 */
final class NestedValidation {
  /** Begins the numbers of these trainings, from which seeds follow: no other training has them. */
  private static final long FIRST_NUMBER = 1_000_000;

  private final Fold.Context context;
  private final List<String> folds;

  /**
   * What networks said that saw neither a fold nor the images.
   *
   * @param uncalibrated the scores of those images
   * @param unseen how far the images lay from those that the networks had learned from
   */
  record Inner(List<EvaluatePredictions.Scores> uncalibrated, List<Distances> unseen) {
    Inner {
      uncalibrated = List.copyOf(uncalibrated);
      unseen = List.copyOf(unseen);
    }
  }

  NestedValidation(Fold.Context context) {
    this.context = context;
    this.folds = context.request().assignments().folds();
  }

  /**
   * Whether there are folds enough, if the recipe asks for this at all.
   *
   * @throws InputException where not
   */
  static void check(TrainRun.Request request) {
    Recipe recipe = request.recipe();
    int least = recipe.training().choosesOnValidation() ? 4 : 3;
    int found = request.assignments().folds().size();
    if (recipe.calibration().nested() && found < least) {
      throw new InputException(
          "calibration.nested leaves two folds out at a time%s, so it needs %d folds or more, the split has %d; split with --folds 5"
              .formatted(least == 4 ? " and chooses on a third" : "", least, found));
    }
  }

  /** The folders of these trainings within a run, in the order in which they are run. */
  static List<String> names(List<String> folds) {
    List<String> names = new ArrayList<>();
    for (int first = 0; first < folds.size(); first++) {
      for (int second = first + 1; second < folds.size(); second++) {
        names.add("without-%s-%s".formatted(folds.get(first), folds.get(second)));
      }
    }
    return names;
  }

  /** Where the scores lie that may calibrate a fold's network. */
  static Path folderOf(Path run, String fold) {
    return run.resolve(fold).resolve("inner");
  }

  /**
   * Trains and scores what is not done yet, and writes the scores for each fold.
   *
   * @return by fold, what may calibrate and limit its network
   */
  Map<String, Inner> run(Progress progress) throws IOException {
    Map<String, Map<Task, List<ScoredCase>>> byFold = new LinkedHashMap<>();
    Map<String, List<Distances>> unseen = new LinkedHashMap<>();
    folds.forEach(fold -> byFold.put(fold, new LinkedHashMap<>()));
    folds.forEach(fold -> unseen.put(fold, new ArrayList<>()));
    List<String> names = names(folds);
    int done = 0;
    for (int first = 0; first < folds.size(); first++) {
      for (int second = first + 1; second < folds.size(); second++) {
        String name = names.get(done++);
        Progress named = (title, total) -> progress.stage(name + ": " + title, total);
        FoldScores.Answers answers = scores(first, second, name, done, named);
        List<String> pair = List.of(folds.get(first), folds.get(second));
        for (DistancesFile.Row row : answers.distances()) {
          java.util.Objects.requireNonNull(unseen.get(other(pair, row.part())))
              .add(row.distances());
        }
        for (EvaluatePredictions.Scores scores : answers.uncalibrated()) {
          for (ScoredCase scored : scores.cases()) {
            java.util.Objects.requireNonNull(byFold.get(other(pair, scored.part())))
                .computeIfAbsent(scores.task(), task -> new ArrayList<>())
                .add(scored);
          }
        }
      }
    }
    Map<String, Inner> inner = new LinkedHashMap<>();
    for (Map.Entry<String, Map<Task, List<ScoredCase>>> fold : byFold.entrySet()) {
      inner.put(
          fold.getKey(),
          new Inner(
              fold.getValue().entrySet().stream()
                  .map(task -> new EvaluatePredictions.Scores(task.getKey(), task.getValue()))
                  .toList(),
              java.util.Objects.requireNonNull(unseen.get(fold.getKey()))));
      Path folder = folderOf(context.request().out(), fold.getKey());
      Files.createDirectories(folder);
      for (Map.Entry<Task, List<ScoredCase>> task : fold.getValue().entrySet()) {
        PredictionsFile.write(
            PredictionsFile.in(folder, context.tasks(), task.getKey()),
            task.getKey().labels(),
            task.getValue());
      }
    }
    return inner;
  }

  private static String other(List<String> pair, String part) {
    return pair.get(part.equals(pair.getFirst()) ? 1 : 0);
  }

  private FoldScores.Answers scores(
      int first, int second, String name, int number, Progress progress) throws IOException {
    Map<String, List<Integer>> byPart =
        TrainRun.byPart(context.rows(), context.request().assignments());
    List<String> rest = new ArrayList<>(folds);
    rest.removeAll(List.of(folds.get(first), folds.get(second)));
    List<String> watched = new ArrayList<>();
    if (context.request().recipe().training().choosesOnValidation()) {
      String next = folds.get((second + 1) % folds.size());
      watched.add(rest.contains(next) ? next : rest.getFirst());
      rest.removeAll(watched);
    }
    Fold fold = new Fold(context, context.request().out().resolve(name), FIRST_NUMBER + number);
    fold.train(
        Fold.places(byPart, rest),
        Fold.places(byPart, watched),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Fold.Judgement.NONE),
        progress);
    Map<String, int[]> places = new LinkedHashMap<>();
    for (String left : List.of(folds.get(first), folds.get(second))) {
      places.put(left, Fold.places(byPart, List.of(left)));
    }
    return fold.score(places, progress);
  }
}
