package org.senoscope;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Runs Python peers from the environment that ./check made; skips where there is none. */
public final class Python {
  private Python() {}

  /** Runs a program's text and returns what it printed; fails the test when it fails. */
  public static String run(String program, String... arguments)
      throws IOException, InterruptedException {
    String python = System.getenv("SENOSCOPE_PYTHON");
    Assumptions.assumeTrue(
        python != null && !python.isBlank(), "skipped: no Python peers (run by ./check)");
    List<String> command = new ArrayList<>(List.of(python, "-c", program));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }
}
