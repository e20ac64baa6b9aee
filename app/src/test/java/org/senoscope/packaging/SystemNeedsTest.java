package org.senoscope.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemNeedsTest {
  /** Binutils' lines: {@code 0x01 (NEEDED) Shared library: [libc.so.6]}. */
  private static final Pattern NEEDED = Pattern.compile("\\(NEEDED\\).*\\[(.*)]");

  private static final Pattern SONAME = Pattern.compile("\\(SONAME\\).*\\[(.*)]");

  /** {@code 0x0010: Name: GLIBC_2.4 Flags: none Version: 7}, only in what is needed. */
  private static final Pattern VERSION =
      Pattern.compile("Name: (\\S+)\\s+Flags: \\S+\\s+Version: ");

  @TempDir private Path folder;

  /** The JDK's own libraries, read by us and by binutils. */
  @Test
  void readsWhatReadelfReads() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/readelf")), "no readelf (Debian: binutils)");
    int read = 0;
    for (Path file : libraries()) {
      ElfFile ours = ElfFile.read(file).orElseThrow();
      String theirs = readelf("-d", file) + readelf("-V", file);
      assertThat(ours.needed()).isEqualTo(found(NEEDED, theirs));
      assertThat(ours.name()).isEqualTo(String.join("", found(SONAME, theirs)));
      SortedSet<String> versions = new TreeSet<>();
      ours.versions().values().forEach(each -> versions.addAll(each));
      assertThat(versions).isEqualTo(found(VERSION, theirs));
      read++;
    }
    assertThat(read).isGreaterThan(20);
  }

  @Test
  void whatIsNoLibraryHasNoNeeds() throws IOException {
    assertThat(ElfFile.read(Files.writeString(folder.resolve("text"), "x".repeat(100)))).isEmpty();
    assertThat(ElfFile.read(Files.createFile(folder.resolve("empty")))).isEmpty();
    assertThat(SystemNeeds.of(folder).libraries()).isEmpty();
  }

  @Test
  void whatLiesBesideIsNotNeededOfTheMachine() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "lib", "libjava.so");
    Path zip = Path.of(System.getProperty("java.home"), "lib", "libzip.so");
    Files.copy(zip, folder.resolve("libzip.so"));
    assertThat(SystemNeeds.of(folder).libraries()).contains("libjava.so", "libc.so.6");
    assertThat(SystemNeeds.of(folder).unusual()).contains("libjava.so").doesNotContain("libc.so.6");
    Files.copy(java, folder.resolve("libjava.so"));
    assertThat(SystemNeeds.of(folder).libraries())
        .contains("libc.so.6")
        .doesNotContain("libjava.so");
  }

  /** By number and not by letter: 2.14 comes after 2.2.5. */
  @Test
  void theNewestVersionOfEachInterfaceIsNamed() throws IOException {
    Files.copy(
        Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so"),
        folder.resolve("libjvm.so"));
    SortedSet<String> versions = SystemNeeds.of(folder).versions();
    assertThat(versions.stream().filter(each -> each.startsWith("GLIBC_"))).hasSize(1);
    assertThat(versions).doesNotContain("GLIBC_2.2.5", "GLIBC_2.3", "GLIBC_2.9");
  }

  private static Iterable<Path> libraries() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(System.getProperty("java.home"), "lib"))) {
      return files.filter(file -> file.toString().endsWith(".so")).sorted().toList();
    }
  }

  private static String readelf(String option, Path file) throws Exception {
    Process process = new ProcessBuilder("readelf", "-W", option, file.toString()).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return text;
  }

  private static SortedSet<String> found(Pattern pattern, String text) {
    SortedSet<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
