package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is told to end, as by Ctrl-C or a service's stop, ends at once and quietly. */
class TrainStoppedTest {
  @Test
  void endsWithoutACrashAndWithWhatWasSaved(@TempDir Path folder) throws Exception {
    Process process =
        Run.apart("train", "breastmnist", "--out=run", "--quiet")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();
    try {
      Path log = folder.resolve("run").resolve("fold1").resolve("log.jsonl");
      long until = System.nanoTime() + Duration.ofMinutes(3).toNanos();
      while (!Files.exists(log) && process.isAlive() && System.nanoTime() < until) {
        process.waitFor(50, TimeUnit.MILLISECONDS);
      }
      assertThat(log).as(Files.readString(folder.resolve("output.txt"))).exists();
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(SuddenEnd.STOPPED);
      assertThat(Files.readString(folder.resolve("output.txt"))).isEmpty();
      assertThat(folder.resolve("run").resolve("fold1").resolve("checkpoint.safetensors")).exists();
      try (var files = Files.list(folder)) {
        assertThat(files.map(path -> path.getFileName().toString()))
            .noneMatch(name -> name.startsWith("hs_err"));
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
