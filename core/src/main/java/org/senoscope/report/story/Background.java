package org.senoscope.report.story;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.senoscope.dataset.Dataset;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.work.Progress;

/**
 * What a report tells beside the evaluation.
 *
 * @param training how the model came about; {@link TrainingStory#NONE} where its run is not at hand
 * @param cases that a reader should see
 * @param model what it is; empty for predictions from a file
 * @param command that repeats the evaluation, its words; empty where there was none
 */
public record Background(
    TrainingStory training, CasePictures cases, Optional<ModelFacts> model, List<String> command) {
  /** Nothing but the evaluation is at hand. */
  public static final Background NONE =
      new Background(TrainingStory.NONE, CasePictures.NONE, Optional.empty(), List.of());

  public Background {
    command = List.copyOf(command);
  }

  /**
   * Reads what is at hand.
   *
   * @param model the bundle or run that was evaluated, if it was not a file of predictions
   * @param dataset that was evaluated on, if there was one
   * @param command that repeats it, its words
   */
  public static Background of(
      Evaluation evaluation,
      Optional<Path> model,
      Optional<Dataset> dataset,
      List<String> command,
      Progress progress)
      throws IOException {
    return new Background(
        model.isPresent() && dataset.isPresent()
            ? TrainingStory.of(model.get(), dataset.get())
            : TrainingStory.NONE,
        dataset.isPresent()
            ? CasePictures.of(evaluation, dataset.get(), model, progress)
            : CasePictures.named(evaluation),
        model.isPresent() ? ModelFacts.read(model.get()) : Optional.empty(),
        command);
  }
}
