package org.senoscope.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.work.InputException;

class TarGzTest {
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path temporary;

  /** GNU tar, or what stands for it: what people unpack with. */
  @Test
  void tarUnpacksWhatWasPacked() throws Exception {
    Path folder = folder("first", false);
    Path unpacked = unpack(pack(folder));
    assertThat(tree(unpacked.resolve("root"))).isEqualTo(tree(folder)).hasSizeGreaterThan(6);
    try (Stream<Path> paths = Files.walk(unpacked.resolve("root"))) {
      for (Path path : paths.toList()) {
        assertThat(Files.getLastModifiedTime(path).toInstant()).isEqualTo(TIME);
      }
    }
  }

  @Test
  void theSameFilesGiveTheSameBytes() throws IOException {
    byte[] first = pack(folder("first", false));
    Path other = folder("second", true);
    try (Stream<Path> paths = Files.walk(other)) {
      for (Path path : paths.toList()) {
        Files.setLastModifiedTime(path, FileTime.from(Instant.EPOCH));
        if (Files.isRegularFile(path)) {
          boolean executable = Files.isExecutable(path);
          Files.setPosixFilePermissions(
              path, PosixFilePermissions.fromString(executable ? "rwx------" : "rw-rw-rw-"));
        }
      }
    }
    assertThat(pack(other)).isEqualTo(first);
    Files.writeString(other.resolve("empty"), "x");
    assertThat(pack(other)).isNotEqualTo(first);
  }

  /** Lengths around those where a name is cut in two, and where a file fills its blocks. */
  @ParameterizedTest
  @ValueSource(ints = {1, 94, 95, 96, 150, 249})
  void namesOfManyLengthsComeBack(int length) throws Exception {
    Path folder = Files.createDirectory(temporary.resolve("names"));
    String name = "";
    for (int left = length; left > 0; left -= 50) {
      name += (name.isEmpty() ? "" : "/") + "n".repeat(Math.min(left, 49));
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[511 + length % 3]);
    assertThat(tree(unpack(pack(folder)).resolve("root"))).isEqualTo(tree(folder));
  }

  @Test
  void aNameThatDoesNotFitIsRefused() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("names"));
    Files.createFile(folder.resolve("n".repeat(200)));
    assertThatThrownBy(() -> pack(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("205 bytes");
  }

  @Test
  void aLinkIsRefused() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("links"));
    Files.createSymbolicLink(folder.resolve("link"), temporary);
    assertThatThrownBy(() -> pack(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("neither a file nor a folder");
  }

  private Path folder(String name, boolean otherOrder) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve(name));
    List<String> names = List.of("empty", "a b/c d.txt", "a/program", "a-b", "ä/ö.txt", "z");
    for (String each : otherOrder ? names.reversed() : names) {
      Path file = folder.resolve(each);
      Files.createDirectories(file.getParent());
      Files.write(
          file,
          each.equals("empty") ? new byte[0] : each.repeat(300).getBytes(StandardCharsets.UTF_8));
      Files.setPosixFilePermissions(
          file,
          PosixFilePermissions.fromString(each.endsWith("program") ? "rwxr-xr-x" : "rw-r--r--"));
    }
    Files.createDirectory(folder.resolve("nothing"));
    return folder;
  }

  private static byte[] pack(Path folder) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarGz.write(folder, "root", TIME, out);
    return out.toByteArray();
  }

  private Path unpack(byte[] archive) throws Exception {
    Path file = Files.write(temporary.resolve("archive.tar.gz"), archive);
    Path unpacked = Files.createDirectory(temporary.resolve("unpacked"));
    Process tar =
        new ProcessBuilder("tar", "-xzf", file.toString(), "-C", unpacked.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tar.waitFor()).as(said).isZero();
    assertThat(said).isEmpty();
    return unpacked;
  }

  /** Names, permissions and contents. */
  private static SortedMap<String, String> tree(Path folder) throws IOException {
    SortedMap<String, String> tree = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        tree.put(
            folder.relativize(path).toString(),
            Files.isDirectory(path)
                ? "folder"
                : PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                    + " "
                    + Files.readString(path));
      }
    }
    return tree;
  }
}
