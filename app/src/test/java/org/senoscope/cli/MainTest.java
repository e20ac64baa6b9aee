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
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.work.InputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** How commands end. */
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

  private static Ended end(Object command, String... arguments) {
    StringWriter err = new StringWriter();
    CommandLine line = new CommandLine(command).setErr(new PrintWriter(err, true));
    return new Ended(Main.execute(line, arguments), err.toString());
  }

  @Test
  void anErrorEndsInOneLineAsAnExceptionDoes() {
    Ended full = end(new Fails(new OutOfMemoryError("Java heap space")));
    assertThat(full.code).isEqualTo(1);
    assertThat(full.err)
        .startsWith(
            "senoscope: failed: out of memory (Java heap space): allow more with"
                + " SENOSCOPE_JAVA_OPTS=-Xmx4g\n")
        .doesNotContain("\tat ");
    Ended missing = end(new Fails(new NoClassDefFoundError("org/x/Y")));
    assertThat(missing.code).isEqualTo(1);
    assertThat(missing.err)
        .startsWith("senoscope: failed: java.lang.NoClassDefFoundError: org/x/Y");
    assertThat(end(new Fails(new IllegalStateException("broken"))).err)
        .startsWith("senoscope: failed: broken\n");
    assertThat(end(new Fails(new InputException("mend it"))))
        .isEqualTo(new Ended(2, "senoscope: mend it\n"));
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
    Ended ended = end(new Main(), words);
    assertThat(ended.code).as(ended.err).isEqualTo(2);
    assertThat(ended.err).startsWith("senoscope: ");
    assertThat(folder.resolve("run")).doesNotExist();
    assertThat(folder.resolve("made")).doesNotExist();
  }
}
