package org.senoscope.train;

import org.senoscope.evaluate.RepeatFolders;

/**
 * A cross-validation once more, with its groups dealt into folds anew and with other seeds, beside
 * a run's own.
 *
 * @param number 2 for the first repeat of a run, whose own cross-validation counts as 1
 * @param seed that its folds were dealt with
 * @param assignments the images of the run, in other folds
 */
public record Repeat(int number, long seed, Assignments assignments) {
  public Repeat {
    if (number < 2) {
      throw new IllegalArgumentException("Repeats are numbered from 2, was " + number);
    }
  }

  /** Its folder within the run. */
  public String name() {
    return RepeatFolders.name(number);
  }
}
