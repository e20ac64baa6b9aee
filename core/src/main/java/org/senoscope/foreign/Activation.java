package org.senoscope.foreign;

import java.util.Locale;

/** What a network's answer is. */
public enum Activation {
  /** Probabilities of labels that exclude one another, summing to 1. */
  SOFTMAX,
  /** The probability of the second of two labels. */
  SIGMOID,
  /**
   * Before either: any numbers, of which softmax makes probabilities, or sigmoid of a single one.
   */
  LOGITS;

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
