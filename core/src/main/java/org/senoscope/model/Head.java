package org.senoscope.model;

import org.senoscope.study.Task;

/**
 * One output of a network: the task that it answers, and how.
 *
 * @param task its name and labels, in the order of the logits
 * @param form how logits become probabilities
 */
public record Head(Task task, OutputForm form) {
  public Head {
    if (form == OutputForm.SIGMOID && task.labels().size() != 2) {
      throw new IllegalArgumentException(
          "task %s of %d labels cannot have one sigmoid output: use softmax"
              .formatted(task.name(), task.labels().size()));
    }
  }

  /** Logits of one image. */
  public int logits() {
    return form.logits(task);
  }
}
