package org.senoscope;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Where the public image sets lie: {@code SENOSCOPE_DATA}, else {@code ../shared/data} beside the
 * checkout. Tests that need one skip, with a line that says so, where it is absent; {@code
 * docs/data.md} says how to lay the sets out.
 */
public final class RealData {
  private RealData() {}

  /**
   * A set's folder or file, such as {@code busi/Dataset_BUSI_with_GT}; skips the test when absent.
   */
  public static Path require(String name) {
    Path path = root().resolve(name);
    Assumptions.assumeTrue(
        Files.exists(path), "skipped: no " + name + " under SENOSCOPE_DATA (see docs/data.md)");
    return path;
  }

  /** The initial weights' folder beside the data; skips the test when absent. */
  public static Path requireWeights(String name) {
    Path path = root().resolveSibling("weights").resolve(name);
    Assumptions.assumeTrue(Files.exists(path), "skipped: no weights/" + name + " beside the data");
    return path;
  }

  private static Path root() {
    String set = System.getenv("SENOSCOPE_DATA");
    if (set != null && !set.isBlank()) {
      return Path.of(set);
    }
    // Surefire runs in the module's folder.
    return Path.of("..", "..", "shared", "data").toAbsolutePath().normalize();
  }
}
