package org.senoscope.evaluate.comparison;

import java.util.Optional;

/**
 * A split by what tells it from others: its content as the data set has it now, or a checksum that
 * a run or a report noted. Runs and reports note different ones, which say nothing of each other.
 *
 * @param source who noted it
 * @param sha256 of it; empty where the source is enough
 */
public record SplitName(Source source, String sha256) {
  /** Nothing is known of the split. */
  public static final SplitName UNKNOWN = new SplitName(Source.NOBODY, "");

  /** The split that the data set has now. */
  public static final SplitName CURRENT = new SplitName(Source.DATASET, "");

  /** Who noted a split. */
  public enum Source {
    /** Nothing did. */
    NOBODY,
    /** The data set has it now. */
    DATASET,
    /** A run, and the data set has another now. */
    RUN,
    /** A report, and the data set has another now. */
    REPORT
  }

  /** Whether it is the same split; empty where nothing tells. */
  Optional<Boolean> isSame(SplitName other) {
    if (source == Source.NOBODY || other.source == Source.NOBODY) {
      return Optional.empty();
    }
    if (source == other.source) {
      return Optional.of(sha256.equals(other.sha256));
    }
    // What is not the data set's own is another than that; a run's and a report's may be one.
    return source == Source.DATASET || other.source == Source.DATASET
        ? Optional.of(false)
        : Optional.empty();
  }
}
