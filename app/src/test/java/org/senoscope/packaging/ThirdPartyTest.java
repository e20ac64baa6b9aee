package org.senoscope.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.work.InputException;

class ThirdPartyTest {
  @TempDir private Path folder;

  @Test
  void everyLibraryIsInTheTableAndEveryRowNamesOne() throws IOException {
    Path table =
        Files.writeString(
            folder.resolve("table.md"),
            """
            | library | licence |
            | --- | --- |
            | `asm`, `asm-*` | BSD |
            | `jakarta.inject-api` | Apache |
            """);
    ThirdParty thirdParty = ThirdParty.read(table);
    List<Path> jars =
        List.of(
            Path.of("asm-9.1.jar"),
            Path.of("asm-tree-9.1.jar"),
            Path.of("jakarta.inject-api-2.jar"));
    thirdParty.check(jars);
    assertThatThrownBy(() -> thirdParty.check(jars.subList(0, 2)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("jakarta.inject-api names no library");
    assertThatThrownBy(
            () ->
                thirdParty.check(
                    List.of(jars.get(0), jars.get(1), jars.get(2), Path.of("jna-5.jar"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("jna is not in it");
  }

  @Test
  void theNoticesOfAJarAreUnpacked() throws IOException {
    Path jar = folder.resolve("some-lib-1.2.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String name :
          List.of(
              "META-INF/LICENSE.md",
              "META-INF/NOTICE",
              "META-INF/FastDoubleParser-LICENSE",
              "ThirdPartyNotices.txt",
              "org/LICENSE",
              "META-INF/MANIFEST.MF")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(name.getBytes(StandardCharsets.UTF_8));
      }
    }
    ThirdParty.unpackNotices(jar, folder.resolve("licences"));
    Path unpacked = folder.resolve("licences").resolve("some-lib");
    assertThat(unpacked)
        .isDirectoryContaining("glob:**/LICENSE.md")
        .isDirectoryContaining("glob:**/NOTICE")
        .isDirectoryContaining("glob:**/FastDoubleParser-LICENSE")
        .isDirectoryContaining("glob:**/ThirdPartyNotices.txt");
    assertThat(unpacked.toFile().list()).hasSize(4);
    assertThat(unpacked.resolve("NOTICE")).hasContent("META-INF/NOTICE");
  }
}
