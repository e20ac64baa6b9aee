package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.work.InputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** How commands are found, and how they end. */
class MainTest {
  @TempDir private Path folder;

  /** Throws what it is given. */
  @Command(name = "fails")
  private static final class Fails implements Callable<Integer> {
    private final Throwable fault;

    Fails(Throwable fault) {
      this.fault = fault;
    }

    @Override
    public Integer call() throws Exception {
      switch (fault) {
        case Error error -> throw error;
        case Exception exception -> throw exception;
        default -> throw new AssertionError(fault);
      }
    }
  }

  /** What a command said on standard error, and its exit code. */
  private record Ended(int code, String err) {}

  private static Ended end(CommandLine line, String... arguments) {
    StringWriter err = new StringWriter();
    line.setErr(new PrintWriter(err, true));
    return new Ended(Main.execute(line, arguments), err.toString());
  }

  private static CommandLine fails(Throwable fault) {
    return new CommandLine(new Fails(fault));
  }

  @Test
  void anErrorEndsInOneLineAsAnExceptionDoes() {
    Ended full = end(fails(new OutOfMemoryError("Java heap space")));
    assertThat(full.code).isEqualTo(1);
    assertThat(full.err)
        .startsWith(
            "senoscope: failed: out of memory (Java heap space): allow more with"
                + " SENOSCOPE_JAVA_OPTS=-Xmx4g\n")
        .doesNotContain("\tat ");
    Ended missing = end(fails(new NoClassDefFoundError("org/x/Y")));
    assertThat(missing.code).isEqualTo(1);
    assertThat(missing.err)
        .startsWith("senoscope: failed: java.lang.NoClassDefFoundError: org/x/Y");
    assertThat(end(fails(new IllegalStateException("broken"))).err)
        .startsWith("senoscope: failed: broken\n");
    assertThat(end(fails(new InputException("mend it"))))
        .isEqualTo(new Ended(2, "senoscope: mend it\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          trian          | trian   | did you mean train?
          evalute x      | evalute | did you mean evaluate?
          serve --prot 1 | --prot  | did you mean --port?
          """)
  void aSlipOfTheFingersIsMetWithWhatWasMeant(String typed, String named, String meant) {
    String[] arguments = typed.split(" ");
    Ended ended = end(Main.commandLine(arguments), arguments);
    assertThat(ended.code).isEqualTo(2);
    assertThat(ended.err).contains(named, meant);
  }

  @Test
  void whatIsLikeNothingGetsNoGuess() {
    assertThat(end(Main.commandLine("zzz"), "zzz").err)
        .contains("'zzz'", "--help")
        .doesNotContain("did you mean");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evaluate --predictions none.csv",
        "evaluate --predictions .",
        "evaluate none --data DATA",
        "evaluate none --data none",
        "audit DATA",
        "split DATA",
        "train ../recipes/breastmnist.yaml --data DATA --out run",
        "train none.yaml --data DATA --out run",
        "export none --format onnx --out none.onnx",
        "import busi none --out made",
        "import npz none --out made",
        "import csv none --out made",
      })
  void whatIsNotThereIsWrongInputAndNotAFailure(String arguments) throws Exception {
    // A data set whose manifest was lost.
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        data.resolve("dataset.json"), "{\"schema\": \"senoscope/dataset/1\", \"name\": \"x\"}");
    String[] words = arguments.replace("DATA", data.toString()).split(" ", -1);
    for (int i = 0; i < words.length; i++) {
      if (words[i].startsWith("none") || words[i].matches("made|run|none.onnx")) {
        words[i] = folder.resolve(words[i]).toString();
      }
    }
    Ended ended = end(Main.commandLine(words), words);
    assertThat(ended.code).as(ended.err).isEqualTo(2);
    assertThat(ended.err).startsWith("senoscope: ");
    assertThat(folder.resolve("run")).doesNotExist();
    assertThat(folder.resolve("made")).doesNotExist();
  }

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
