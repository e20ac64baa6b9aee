package org.senoscope.train;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.split.Parts;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/** Trains once on the training part and watches the validation part; the test part is not read. */
final class HoldOut {
  private final Fold.Context context;

  HoldOut(Fold.Context context) {
    this.context = context;
  }

  /**
   * Whether the split has what the recipe asks for, before anything is made.
   *
   * @param main the task that is validated on
   * @param rows that would take part
   */
  static void check(TrainRun.Request request, Task main, List<ManifestRow> rows) {
    NestedValidation.check(request);
    if (request.recipe().training().averagesFolds()) {
      throw new InputException(
          "The recipe asks for the mean of the folds' networks (training.final: mean-of-folds), and the split has no folds; split with --folds 5, or leave training.final out");
    }
    Map<String, List<Integer>> byPart = TrainRun.byPart(rows, request.assignments());
    if (!byPart.containsKey(Parts.TRAIN)) {
      throw new InputException(
          "The split has no training part with labels, its parts are %s; split the data set anew"
              .formatted(byPart.keySet()));
    }
    boolean validates = byPart.containsKey(Parts.VALIDATION);
    if (request.recipe().calibration().wanted()) {
      checkCalibration(request.recipe(), validates);
    }
    if (!validates && request.recipe().training().choosesOnValidation()) {
      throw new InputException(
          "The recipe stops or slows by validation images and the split has none; split with a"
              + " validation part, or leave training.patience and schedule: plateau out");
    }
    if (validates) {
      TrainRun.requireLabels(Parts.VALIDATION, main, rows, byPart);
    }
  }

  /** A calibration needs images that chose nothing before, and folds for more than one task. */
  private static void checkCalibration(Recipe recipe, boolean validates) {
    String why =
        recipe.training().choosesOnValidation()
            ? "the validation images choose the epoch (training.patience, schedule: plateau), so they cannot calibrate what they chose"
            : !validates
                ? "the split has no validation part to calibrate on"
                : recipe.tasks().size() > 1
                    ? "a hold-out calibrates one task, and the recipe has " + recipe.tasks()
                    : "";
    if (!why.isEmpty()) {
      throw new InputException(
          "The recipe asks for calibration, and %s; split with --folds 5, or leave calibration out"
              .formatted(why));
    }
  }

  Fold.Done run(Progress progress) throws IOException {
    Map<String, List<Integer>> byPart =
        TrainRun.byPart(context.rows(), context.request().assignments());
    int[] training = Fold.places(byPart, List.of(Parts.TRAIN));
    int[] validation = Fold.places(byPart, List.of(Parts.VALIDATION));
    Fold fold = new Fold(context, context.request().out(), 0);
    Fold.Done done =
        fold.train(
            training, validation, Optional.empty(), Optional.empty(), Optional.empty(), progress);
    if (validation.length > 0) {
      var _ = fold.score(Map.of(Parts.VALIDATION, validation), progress);
    }
    return done;
  }
}
