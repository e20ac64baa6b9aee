package org.senoscope.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.files.Json;
import org.senoscope.study.Task;
import org.senoscope.work.Progress;

/**
 * Trains on all folds but one, for each fold in turn, and scores the one left out; then trains on
 * all folds for the final bundle. The out-of-fold predictions tell what such a training is worth;
 * they are the final bundle's only honest figures, and its card says so.
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

  Fold.Done run(Progress progress) throws IOException {
    List<String> folds = context.request().parts().folds();
    Map<String, List<Integer>> byPart = TrainRun.byPart(context.rows(), context.request().parts());
    boolean chooses = context.request().recipe().training().choosesOnValidation();
    List<ScoredCase> outOfFold = new ArrayList<>();
    List<Integer> epochs = new ArrayList<>();
    for (int index = 0; index < folds.size(); index++) {
      String left = folds.get(index);
      String watched = chooses ? folds.get((index + 1) % folds.size()) : "";
      Progress named = (title, total) -> progress.stage(left + ": " + title, total);
      Fold fold = new Fold(context, context.request().out().resolve(left), index + 1L);
      List<String> learned =
          folds.stream().filter(part -> !part.equals(left) && !part.equals(watched)).toList();
      Fold.Done done =
          fold.train(
              Fold.places(byPart, learned),
              Fold.places(byPart, chooses ? List.of(watched) : List.of()),
              Optional.empty(),
              Json.object(),
              named);
      epochs.add(done.bestEpoch());
      outOfFold.addAll(fold.score(Fold.places(byPart, List.of(left)), left, named));
    }
    Task main = context.tasks().getFirst();
    Path predictions = context.request().out().resolve("predictions.csv");
    PredictionsFile.write(predictions, main.labels(), outOfFold);
    ObjectNode facts = Json.object();
    facts.put(
        "of",
        "out-of-fold predictions of %d networks, each trained on the other folds; this network was trained on all of them"
            .formatted(folds.size()));
    facts.put("protocol", "cross-validation").put("folds", folds.size());
    Map<String, ManifestRow> rows = new LinkedHashMap<>();
    context.rows().forEach(row -> rows.put(row.image(), row));
    facts.setAll(
        TaskEvaluation.of(main, outOfFold, rows, context.request().recipe().training().seed())
            .toJson());
    epochs.sort(null);
    Optional<Integer> length =
        chooses ? Optional.of(epochs.get(epochs.size() / 2)) : Optional.empty();
    Progress named = (title, total) -> progress.stage("final: " + title, total);
    return new Fold(context, context.request().out(), 0)
        .train(Fold.places(byPart, folds), new int[0], length, facts, named);
  }
}
