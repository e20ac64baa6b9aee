package org.senoscope.model;

import java.util.Locale;
import java.util.Optional;
import org.senoscope.calibration.Logits;
import org.senoscope.study.Task;

/** How a network's logits become the probabilities of a task. */
public enum OutputForm {
  /** One logit for each label; probabilities are their softmax. */
  SOFTMAX,
  /** One logit for a task of two labels; its logistic function is the second's probability. */
  SIGMOID;

  /** As it stands in files. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The form of a name in a file; empty for an unknown one. */
  static Optional<OutputForm> named(String text) {
    for (OutputForm form : values()) {
      if (form.text().equals(text)) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  /** Logits that a network gives for a task. */
  public int logits(Task task) {
    return switch (this) {
      case SOFTMAX -> task.labels().size();
      case SIGMOID -> 1;
    };
  }

  /**
   * Probabilities of a task's labels, summing to 1.
   *
   * @param logits as many as {@link #logits} says; finite
   */
  public double[] probabilities(float[] logits) {
    return Logits.softmax(Logits.ofOutput(logits));
  }
}
