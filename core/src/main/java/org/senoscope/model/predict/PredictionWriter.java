package org.senoscope.model.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.senoscope.study.Prediction;

/** Takes answers one after the other and writes each at once. Used by one thread. */
public interface PredictionWriter {
  /** Writes what comes before the first answer. */
  void begin() throws IOException;

  /**
   * Writes one answer.
   *
   * @param heatmap the file that explains it
   */
  void write(Prediction prediction, Optional<Path> heatmap) throws IOException;

  /** Writes what comes after the last answer, and flushes. */
  void end() throws IOException;
}
