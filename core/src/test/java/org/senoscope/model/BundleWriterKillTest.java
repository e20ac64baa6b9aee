package org.senoscope.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.files.AtomicFiles;

/** A real process that writes bundles one after the other is killed in the midst of it. */
class BundleWriterKillTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void whatIsSavedIsWholeAndNothingHalfWrittenIsTakenForABundle(int saved)
      throws IOException, InterruptedException {
    Process writing =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WriteBundles.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<Path> told = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(writing.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        told.add(Path.of(line));
        if (told.size() == saved) {
          // SIGKILL; through the handle, since the process itself would close the stream.
          assertThat(writing.toHandle().destroyForcibly()).isTrue();
        }
      }
    }
    assertThat(writing.waitFor()).isNotZero();
    assertThat(told).hasSizeGreaterThanOrEqualTo(saved);
    for (Path bundle : told) {
      assertThat(Bundle.open(bundle).description().name()).isEqualTo("tiny");
    }
    try (var left = Files.list(folder)) {
      for (Path path : left.filter(each -> !AtomicFiles.isPartial(each)).toList()) {
        assertThat(Bundle.open(path).description().name()).isEqualTo("tiny");
      }
    }
  }

  /** Writes bundles until it is killed, and tells each when it is saved. */
  static final class WriteBundles {
    private WriteBundles() {}

    /** Takes the folder to write into. */
    public static void main(String[] arguments) throws IOException {
      for (int i = 0; ; i++) {
        System.out.println(TinyBundle.write(Path.of(arguments[0], "bundle" + i)).path());
      }
    }
  }
}
