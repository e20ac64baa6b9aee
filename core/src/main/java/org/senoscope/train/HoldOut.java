package org.senoscope.train;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.split.Parts;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/** Trains once on the training part and watches the validation part; the test part is not read. */
final class HoldOut {
  private final Fold.Context context;

  HoldOut(Fold.Context context) {
    this.context = context;
  }

  Fold.Done run(Progress progress) throws IOException {
    Map<String, List<Integer>> byPart =
        TrainRun.byPart(context.rows(), context.request().assignments());
    int[] training = Fold.places(byPart, List.of(Parts.TRAIN));
    int[] validation = Fold.places(byPart, List.of(Parts.VALIDATION));
    if (training.length == 0) {
      throw new InputException("The split has no training part; split the data set anew");
    }
    if (validation.length == 0 && context.request().recipe().training().choosesOnValidation()) {
      throw new InputException(
          "The recipe stops or slows by validation images and the split has none; split with a"
              + " validation part, or leave training.patience and schedule: plateau out");
    }
    Fold fold = new Fold(context, context.request().out(), 0);
    Fold.Done done = fold.train(training, validation, Optional.empty(), Optional.empty(), progress);
    if (validation.length > 0) {
      fold.score(validation, Parts.VALIDATION, progress);
    }
    return done;
  }
}
