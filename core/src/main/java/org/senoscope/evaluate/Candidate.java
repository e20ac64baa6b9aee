package org.senoscope.evaluate;

import java.util.List;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.study.Task;

/**
 * A model to evaluate.
 *
 * @param model its name and version
 * @param tasks what it answers, the main one first
 * @param fingerprint of the images that it was trained on
 * @param initial the weights that its training began with
 * @param scorer the model itself
 * @param demonstratesLeakage whether its training did
 */
public record Candidate(
    Evaluation.Model model,
    List<Task> tasks,
    Fingerprint fingerprint,
    WeightsOrigin initial,
    Scorer scorer,
    boolean demonstratesLeakage) {
  /** A model of an honest training. */
  public Candidate(
      Evaluation.Model model,
      List<Task> tasks,
      Fingerprint fingerprint,
      WeightsOrigin initial,
      Scorer scorer) {
    this(model, tasks, fingerprint, initial, scorer, false);
  }

  public Candidate {
    tasks = List.copyOf(tasks);
  }
}
