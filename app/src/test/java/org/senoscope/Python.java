package org.senoscope;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The Python of clients that are no Java. */
public final class Python {
  private Python() {}

  /**
   * Any Python 3: the clients want nothing but its standard library. Skips the test without one.
   */
  public static Path find() {
    String path = System.getenv("PATH");
    Path python =
        Stream.of((path == null ? "" : path).split(File.pathSeparator, -1))
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder, "python3"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    Assumptions.assumeTrue(python != null, "skipped: no python3 on the PATH");
    return Objects.requireNonNull(python);
  }
}
