package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import picocli.CommandLine;

class MainTest {
  /** Verbs are made by name, one alone: a wrong name in the table would hide a verb. */
  @ParameterizedTest
  @FieldSource("org.senoscope.cli.Main#VERBS")
  void eachVerbIsFoundByItsOwnNameAlone(String verb) {
    CommandLine line = Main.commandLine(verb);
    assertThat(line.getSubcommands()).containsOnlyKeys(verb);
    CommandLine.Command itself =
        line.getSubcommands()
            .get(verb)
            .getCommandSpec()
            .userObject()
            .getClass()
            .getAnnotation(CommandLine.Command.class);
    assertThat(itself.name()).isEqualTo(verb);
  }

  @Test
  void helpListsEveryVerb() {
    assertThat(Main.commandLine("--help").getSubcommands())
        .containsOnlyKeys(Main.VERBS.toArray(String[]::new));
    assertThat(Main.commandLine("--help").getUsageMessage()).contains("import", "evaluate", "demo");
  }

  @Test
  void theVersionIsTheSameByBothWays() {
    Run alone = Run.of("--version");
    Run byPicocli = Run.of("-V");
    assertThat(alone.code()).isZero();
    assertThat(alone.out()).matches("senoscope \\d+\\.\\d+\\.\\d+\\R").isEqualTo(byPicocli.out());
  }
}
