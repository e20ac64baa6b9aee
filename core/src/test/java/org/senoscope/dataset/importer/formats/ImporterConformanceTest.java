package org.senoscope.dataset.importer.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.importer.ImportDataset;
import org.senoscope.dataset.importer.ImportOptions;
import org.senoscope.dataset.importer.ImportResult;
import org.senoscope.dataset.importer.Rejection;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/** What every importer must do, whatever its layout. */
class ImporterConformanceTest {
  @TempDir Path folder;

  private ImportResult run(Layout layout, Path source, String target, ImportOptions options)
      throws IOException {
    return ImportDataset.run(
        layout.importer(source), folder.resolve(target), options, Progress.NONE);
  }

  private ImportResult run(Layout layout, Path source) throws IOException {
    return run(layout, source, "out", ImportOptions.DEFAULT);
  }

  @ParameterizedTest
  @EnumSource
  void countsAreTheSources(Layout layout) throws IOException {
    ImportResult result = run(layout, layout.make(folder.resolve("source")));
    assertThat(result.images()).isEqualTo(6);
    assertThat(result.rejected()).isEmpty();
    assertThat(result.labels().get(layout.task())).containsAllEntriesOf(layout.labels());
    Dataset dataset = Dataset.open(folder.resolve("out"));
    assertThat(dataset.rows()).hasSize(6);
    var description = Json.read(folder.resolve("out/dataset.json"), "dataset");
    assertThat(description.path("images").asInt()).isEqualTo(6);
    assertThat(description.path("manifestSha256").asText())
        .isEqualTo(sha256(Files.readAllBytes(dataset.manifestFile())));
  }

  @ParameterizedTest
  @EnumSource
  void everyRowTellsTheTruthOfItsFile(Layout layout) throws IOException {
    run(layout, layout.make(folder.resolve("source")));
    Dataset dataset = Dataset.open(folder.resolve("out"));
    assertThat(dataset.rows()).extracting(ManifestRow::image).doesNotHaveDuplicates();
    for (ManifestRow row : dataset.rows()) {
      Path file = dataset.resolve(row.image());
      assertThat(row.sha256()).isEqualTo(sha256(Files.readAllBytes(file)));
      GreyImage image = ImageFiles.read(file);
      assertThat(List.of(row.height(), row.width()))
          .isEqualTo(List.of(image.height(), image.width()));
      assertThat(row.label(layout.task())).isPresent();
      if (!row.mask().isEmpty()) {
        GreyImage mask = ImageFiles.read(dataset.resolve(row.mask()));
        assertThat(mask.pixels()).hasSameSizeAs(image.pixels()).contains(1).contains(0);
        assertThat(row.roi()).isNotEmpty();
      }
      row.roi()
          .forEach(
              roi -> {
                assertThat(roi.bottom()).isLessThanOrEqualTo(image.height());
                assertThat(roi.right()).isLessThanOrEqualTo(image.width());
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoImportsOfOneSourceAreTheSameBytes(Layout layout) throws IOException {
    Path source = layout.make(folder.resolve("source"));
    run(layout, source, "a", ImportOptions.DEFAULT);
    run(layout, source, "b", ImportOptions.DEFAULT);
    Map<String, String> first = hashes(folder.resolve("a"));
    Map<String, String> second = hashes(folder.resolve("b"));
    first.remove("dataset.json"); // says when
    second.remove("dataset.json");
    assertThat(first).isEqualTo(second).hasSizeGreaterThan(7);
  }

  @ParameterizedTest
  @EnumSource
  void theSourceIsLeftAsItWasAndSharesNoFile(Layout layout) throws IOException {
    Path source = layout.make(folder.resolve("source"));
    Map<String, String> before = hashes(source);
    run(layout, source);
    assertThat(hashes(source)).isEqualTo(before);
    Map<String, String> imported = hashes(folder.resolve("out"));
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.write(file, new byte[] {1}); // in place, as an editor may
      }
    }
    assertThat(hashes(folder.resolve("out"))).isEqualTo(imported);
  }

  @ParameterizedTest
  @EnumSource
  void noFileTellsWhereOnTheMachineTheSourceLay(Layout layout) throws IOException {
    run(layout, layout.make(folder.resolve("source")));
    for (String file : List.of("dataset.json", "manifest.csv", "rejected.csv")) {
      assertThat(Files.readString(folder.resolve("out").resolve(file)))
          .doesNotContain(folder.toString());
    }
  }

  static Stream<Arguments> layoutsAndDefects() {
    return Stream.of(Layout.values())
        .filter(Layout::hasFiles)
        .flatMap(layout -> Stream.of(Defect.values()).map(defect -> Arguments.of(layout, defect)));
  }

  @ParameterizedTest
  @MethodSource("layoutsAndDefects")
  void whatCannotBeReadIsListedWithItsReasonAndTheRestGoesOn(Layout layout, Defect defect)
      throws IOException {
    Path source = layout.make(folder.resolve("source"));
    String added = layout.add(source, "bad.png", defect.bytes());
    ImportResult result = run(layout, source);
    assertThat(result.images()).isEqualTo(6);
    assertThat(result.rejected()).extracting(Rejection::file).containsExactly(added);
    assertThat(result.rejected().getFirst().reason())
        .isNotBlank()
        .contains(defect.reason)
        .doesNotContain(folder.toString(), "\n");
    assertThat(Files.readString(folder.resolve("out/rejected.csv"))).contains(added);
    assertThat(result.toJson().path("rejected").get(0).path("file").asText()).isEqualTo(added);
  }

  @ParameterizedTest
  @MethodSource("layoutsAndDefects")
  void strictFailsInsteadAndLeavesNothing(Layout layout, Defect defect) throws IOException {
    Path source = layout.make(folder.resolve("source"));
    String added = layout.add(source, "bad.png", defect.bytes());
    assertThatThrownBy(() -> run(layout, source, "out", ImportOptions.STRICT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(added)
        .hasMessageContaining(defect.reason)
        .hasMessageContaining("1 of 7 files");
    assertThat(folder.toFile().list()).containsExactly("source");
  }

  @ParameterizedTest
  @EnumSource
  void strictTakesASoundSource(Layout layout) throws IOException {
    Path source = layout.make(folder.resolve("source"));
    assertThat(run(layout, source, "out", ImportOptions.STRICT).images()).isEqualTo(6);
  }

  static Stream<Arguments> layoutsAndUnusualImages() {
    return Stream.of(Layout.values())
        .filter(Layout::hasFiles)
        .flatMap(
            layout ->
                Stream.of(
                        "grey16.png",
                        "jpeg-inks.jpg",
                        "gif-animated.gif",
                        "exif6.jpg",
                        "palette2.png",
                        "rgba.png",
                        "tiff-pages.tif",
                        "pgm16.pgm")
                    .map(image -> Arguments.of(layout, image)));
  }

  @ParameterizedTest
  @MethodSource("layoutsAndUnusualImages")
  void whatIsUnusualIsImportedRightly(Layout layout, String image) throws IOException {
    Path source = layout.make(folder.resolve("source"));
    String added = layout.add(source, "odd.png", Defect.golden(image));
    ImportResult result = run(layout, source);
    assertThat(result.images()).isEqualTo(7);
    // Marks of the sound images' size do not fit, and may be listed; the image itself may not.
    assertThat(result.rejected()).extracting(Rejection::file).doesNotContain(added);
    ManifestRow row =
        Dataset.open(folder.resolve("out")).rows().stream()
            .filter(each -> each.source().equals(added))
            .findFirst()
            .orElseThrow();
    boolean turned = image.startsWith("exif6");
    assertThat(List.of(row.height(), row.width()))
        .isEqualTo(turned ? List.of(27, 19) : List.of(19, 27));
  }

  static Stream<Arguments> layoutsAndNames() {
    return Stream.of(Layout.values())
        .filter(Layout::takesAnyName)
        .flatMap(
            layout ->
                Stream.of(
                        "two  blanks.png",
                        "a \"quoted\" 'name'.png",
                        "two\nlines.png",
                        "Krümel é 乳.png",
                        "semi;colon,comma.png",
                        "-rf.png",
                        "back\\slash.png",
                        "%41*?<>|:.png")
                    .map(name -> Arguments.of(layout, name)));
  }

  @ParameterizedTest
  @MethodSource("layoutsAndNames")
  void everyNameIsKeptAsSourceAndStoredUnderASafeOne(Layout layout, String name)
      throws IOException {
    Path source = layout.make(folder.resolve("source"));
    String added = layout.add(source, name, Layout.image(99));
    assertThat(run(layout, source).rejected()).isEmpty();
    Dataset dataset = Dataset.open(folder.resolve("out"));
    ManifestRow row =
        dataset.rows().stream()
            .filter(each -> each.source().equals(added))
            .findFirst()
            .orElseThrow();
    assertThat(row.image()).matches("images(/[A-Za-z0-9_][A-Za-z0-9 ._()+=,@-]*)+");
    assertThat(Files.readAllBytes(dataset.resolve(row.image()))).isEqualTo(Layout.image(99));
  }

  @ParameterizedTest
  @EnumSource
  void aTargetThatExistsIsRefusedAndLeftAsItIs(Layout layout) throws IOException {
    Path source = layout.make(folder.resolve("source"));
    Files.writeString(Files.createDirectory(folder.resolve("out")).resolve("mine"), "x");
    assertThatThrownBy(() -> run(layout, source))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exists already");
    assertThat(folder.resolve("out").toFile().list()).containsExactly("mine");
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyFolderAndAMissingOneAreWrongInput(Layout layout) throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> run(layout, empty)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> run(layout, folder.resolve("missing")))
        .isInstanceOf(InputException.class)
        .message()
        .contains("missing");
    assertThat(folder.toFile().list()).containsExactly("empty");
  }

  @ParameterizedTest
  @CsvSource({"BUSI", "FOLDERS", "PUBLISHED_FOLDERS", "MIAS"})
  void linksThatLeadBackOrNowhereAreListed(Layout layout) throws IOException {
    Path source = layout.make(folder.resolve("source"));
    Path inside = layout == Layout.MIAS ? source : source.resolve(firstFolder(source));
    Files.createSymbolicLink(inside.resolve("loop"), source);
    Files.createSymbolicLink(inside.resolve("self.png"), Path.of("self.png"));
    Files.createSymbolicLink(inside.resolve("gone.png"), Path.of("nothing.png"));
    ImportResult result = run(layout, source);
    assertThat(result.images()).isEqualTo(6);
    assertThat(result.rejected())
        .hasSize(3)
        .allSatisfy(each -> assertThat(each.reason()).contains("symbolic link"));
  }

  private static String firstFolder(Path source) {
    return Stream.of(source.toFile().listFiles())
        .filter(java.io.File::isDirectory)
        .map(java.io.File::getName)
        .sorted()
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(names = "CSV", mode = EnumSource.Mode.EXCLUDE)
  void detailsOfAnotherLayoutAreRefused(Layout layout) throws IOException {
    Path source = layout.make(folder.resolve("source"));
    var details =
        new Importers.Details("", java.util.Optional.empty(), "", List.of(), "image=image");
    assertThatThrownBy(() -> Importers.of(layout.layout(), source, details))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--columns is for csv");
  }

  private static Map<String, String> hashes(Path root) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        hashes.put(root.relativize(file).toString(), sha256(Files.readAllBytes(file)));
      }
    }
    return hashes;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
