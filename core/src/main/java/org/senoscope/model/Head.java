package org.senoscope.model;

import java.util.List;
import java.util.Optional;
import org.senoscope.calibration.AnswerRule;
import org.senoscope.calibration.Logits;
import org.senoscope.study.Task;

/**
 * One output of a network: the task that it answers, and how.
 *
 * @param task its name and labels, in the order of the logits
 * @param form how logits become probabilities
 * @param rule how they become calibrated ones, and which labels a case may have; empty before there
 *     is one
 */
public record Head(Task task, OutputForm form, Optional<AnswerRule> rule) {
  /** A head whose answers are neither calibrated nor limited. */
  public Head(Task task, OutputForm form) {
    this(task, form, Optional.empty());
  }

  public Head {
    if (form == OutputForm.SIGMOID && task.labels().size() != 2) {
      throw new IllegalArgumentException(
          "task %s of %d labels cannot have one sigmoid output: use softmax"
              .formatted(task.name(), task.labels().size()));
    }
    if (rule.isPresent() && !rule.get().suits(task.labels().size())) {
      throw new IllegalArgumentException(
          "the calibration of task %s is of another number of labels than its %d"
              .formatted(task.name(), task.labels().size()));
    }
  }

  /**
   * Probabilities of the labels, summing to 1: calibrated, where there is a calibration.
   *
   * @param logits as many as {@link #logits} says; finite
   */
  public double[] probabilities(float[] logits) {
    return rule.map(known -> known.probabilities(Logits.ofOutput(logits)))
        .orElseGet(() -> form.probabilities(logits));
  }

  /** The labels that a case of these probabilities may have; before there are limits, its top. */
  public List<String> set(double[] probabilities) {
    return rule.map(
            known -> known.sets().set(probabilities).stream().map(task.labels()::get).toList())
        .orElseGet(() -> List.of(top(probabilities)));
  }

  /** The label of the highest probability; of equal ones the first. */
  public String top(double[] probabilities) {
    int top = 0;
    for (int label = 1; label < probabilities.length; label++) {
      top = probabilities[label] > probabilities[top] ? label : top;
    }
    return task.labels().get(top);
  }

  /** Logits of one image. */
  public int logits() {
    return form.logits(task);
  }
}
