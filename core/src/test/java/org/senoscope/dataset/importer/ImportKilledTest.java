package org.senoscope.dataset.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.importer.formats.Layout;
import org.senoscope.work.Progress;

/** A process that is killed while it imports, and what the next import makes of it. */
class ImportKilledTest {
  @TempDir Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void makeSource() {
    source = Layout.FOLDERS.make(folder.resolve("source"));
    target = folder.resolve("set");
  }

  /** The child: imports, and stops for ever in the middle. */
  static final class Child {
    public static void main(String[] arguments) throws IOException {
      Path source = Path.of(arguments[0]);
      Importer importer = Layout.FOLDERS.importer(source);
      ImportDataset.run(
          new StoppingImporter(importer),
          Path.of(arguments[1]),
          ImportOptions.DEFAULT,
          Progress.NONE);
    }
  }

  /** Lists all of another importer and then never ends. */
  private record StoppingImporter(Importer importer) implements Importer {
    @Override
    public String name() {
      return importer.name();
    }

    @Override
    public SetDescription description() throws IOException {
      return importer.description();
    }

    @Override
    public void list(Sink sink) throws IOException {
      importer.list(sink);
      try {
        Thread.sleep(TimeUnit.HOURS.toMillis(1));
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private Process startChild() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            source.toString(),
            target.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("child.log").toFile())
        .start();
  }

  private List<Path> unfinished() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith(".partial-")).toList();
    }
  }

  private boolean halfDone() throws IOException {
    for (Path each : unfinished()) {
      try (Stream<Path> files = Files.walk(each)) {
        if (files.filter(file -> file.toString().endsWith(".png")).count() >= 4) {
          return true;
        }
      }
    }
    return false;
  }

  private void waitUntilHalfDone(Process child) throws Exception {
    while (!halfDone()) {
      assertThat(child.isAlive()).as(() -> "child: " + read(folder.resolve("child.log"))).isTrue();
      Thread.sleep(20);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private ImportResult importNow() throws IOException {
    return ImportDataset.run(
        Layout.FOLDERS.importer(source), target, ImportOptions.DEFAULT, Progress.NONE);
  }

  @Test
  void whatWasKilledIsAbsentAndIsClearedAwayByTheNextImport() throws Exception {
    Process child = startChild();
    try {
      waitUntilHalfDone(child);
    } finally {
      child.destroyForcibly().waitFor(); // SIGKILL
    }
    assertThat(target).doesNotExist();
    assertThat(unfinished()).hasSize(1);
    assertThat(importNow().images()).isEqualTo(6);
    assertThat(unfinished()).isEmpty();
    assertThat(Dataset.open(target).rows()).hasSize(6);
  }

  @Test
  void anImportAtWorkIsNotClearedAwayByAnother() throws Exception {
    Process child = startChild();
    try {
      waitUntilHalfDone(child);
      importNow();
      assertThat(unfinished()).hasSize(1);
      assertThat(halfDone()).isTrue();
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  @Test
  void unfinishedWorkOfOtherTargetsIsLeftAlone() throws IOException {
    String uuid = "-123e4567-e89b-12d3-a456-426614174000";
    Path other = Files.createDirectory(folder.resolve(".partial-set-two" + uuid));
    Files.createFile(other.resolve(".lock"));
    Path mine = Files.createDirectory(folder.resolve(".partial-set" + uuid));
    Files.createFile(mine.resolve(".lock"));
    importNow();
    assertThat(unfinished()).containsExactly(other);
  }
}
