package org.senoscope.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.senoscope.files.Json;
import org.senoscope.work.Progress;
import picocli.CommandLine.Option;

/**
 * The options that every verb has, and where its words go: the result to standard output (as text,
 * or with {@code --json} as one JSON value and nothing else), progress to standard error.
 */
final class Output {
  @Option(names = "--json", description = "Print one JSON value on standard output.")
  private boolean json;

  @Option(names = "--quiet", description = "No progress on standard error.")
  private boolean quiet;

  private @Nullable Progress progress;

  /** Prints the result in the form that was asked for. */
  void result(JsonNode asJson, String asText) {
    PrintStream out = System.out;
    out.print(json ? Json.format(asJson) : asText.isEmpty() ? "" : asText.stripTrailing() + "\n");
    out.flush();
  }

  /** Whether JSON was asked for: for verbs that print their answer piece by piece. */
  boolean asJson() {
    return json;
  }

  /** Says something beside the result, on standard error. */
  void note(String text) {
    if (!quiet) {
      System.err.println("senoscope: " + text);
    }
  }

  /** Where progress is shown. */
  Progress progress() {
    if (progress == null) {
      progress = quiet ? Progress.NONE : new ConsoleProgress(System.err);
    }
    return progress;
  }
}
