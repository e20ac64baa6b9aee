package org.senoscope.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The words that a command was called with, for a report that says how to repeat it. */
final class Words {
  private Words() {}

  /** Such as {@code senoscope evaluate runs/us --data data/busi}. */
  static List<String> of(CommandSpec spec) {
    List<String> words = new ArrayList<>(List.of("senoscope"));
    words.addAll(spec.commandLine().getParseResult().originalArgs()); // the verb is the first
    return words;
  }
}
