package org.senoscope.foreign;

import java.io.IOException;
import java.nio.file.Path;

/** Reads networks from files of other programs. */
@FunctionalInterface
public interface NetworkReader {
  /**
   * Reads a file, without running anything that it holds.
   *
   * @throws org.senoscope.work.InputException when it holds no network that can be taken over,
   *     saying why and what to do
   */
  ForeignNetwork read(Path file, ReadOptions options) throws IOException;
}
