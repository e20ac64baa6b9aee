package org.senoscope.dataset.importer.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.importer.ImportDataset;
import org.senoscope.dataset.importer.ImportOptions;
import org.senoscope.dataset.importer.ImportResult;
import org.senoscope.dataset.importer.Importer;
import org.senoscope.dataset.importer.Rejection;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.study.Laterality;
import org.senoscope.study.Modality;
import org.senoscope.study.Roi;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/** What is each layout's own. */
class LayoutRulesTest {
  @TempDir Path folder;

  private ImportResult run(Importer importer) throws IOException {
    return ImportDataset.run(importer, folder.resolve("out"), ImportOptions.DEFAULT, Progress.NONE);
  }

  private ImportResult run(Layout layout) throws IOException {
    return run(layout.importer(folder.resolve("source")));
  }

  private Path make(Layout layout) {
    return layout.make(folder.resolve("source"));
  }

  private ManifestRow row(String source) throws IOException {
    return Dataset.open(folder.resolve("out")).rows().stream()
        .filter(each -> each.source().equals(source))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void foldersNamedByDensityAndPathologyLabelBothTasks() throws IOException {
    Path source = folder.resolve("source");
    Layout.write(source, "Density1Benign/a.png", Layout.image(1));
    Layout.write(source, "density 4 MALIGNANT/b.png", Layout.image(2));
    Layout.write(source, "Density2_Malignant/deeper/c.png", Layout.image(3));
    run(new FoldersImporter(source, "", Optional.empty(), ""));
    assertThat(row("density 4 MALIGNANT/b.png").labels())
        .isEqualTo(
            Map.of("class", "density 4 MALIGNANT", "density", "4", "pathology", "malignant"));
    assertThat(row("Density2_Malignant/deeper/c.png").label("density+pathology"))
        .contains("2 malignant");
    assertThat(row("Density1Benign/a.png").modality()).contains(Modality.MG);
  }

  @Test
  void oneFolderOfAnotherNameLeavesAllFoldersClasses() throws IOException {
    Path source = folder.resolve("source");
    Layout.write(source, "Density1Benign/a.png", Layout.image(1));
    Layout.write(source, "Density5Benign/b.png", Layout.image(2));
    run(new FoldersImporter(source, "", Optional.empty(), ""));
    assertThat(row("Density1Benign/a.png").labels()).isEqualTo(Map.of("class", "Density1Benign"));
    assertThat(row("Density1Benign/a.png").label("density+pathology")).isEmpty();
    assertThat(row("Density1Benign/a.png").modality()).isEmpty();
  }

  @Test
  void busiMergesSeveralMasksOfOneImage() throws IOException {
    make(Layout.BUSI);
    run(Layout.BUSI);
    ManifestRow row = row("benign/benign (2).png");
    assertThat(row.roi()).containsExactly(new Roi(8, 16, 17, 25), new Roi(15, 16, 24, 25));
    GreyImage mask = ImageFiles.read(folder.resolve("out").resolve(row.mask()));
    assertThat(mask.at(12, 20)).isEqualTo(1);
    assertThat(mask.at(19, 20)).isEqualTo(1);
    assertThat(mask.at(30, 20)).isZero();
  }

  @Test
  void busiLeavesAnEmptyMaskOut() throws IOException {
    Path source = make(Layout.BUSI);
    Layout.write(source, "normal/normal (1).png", Layout.image(3));
    Path mask = source.resolve("normal/normal (1)_mask.png");
    ImageFiles.writePng(new GreyImage(48, 40, new float[48 * 40]), mask);
    run(Layout.BUSI);
    assertThat(row("normal/normal (1).png").mask()).isEmpty();
    assertThat(row("normal/normal (1).png").label("pathology")).contains("normal");
  }

  @Test
  void busiListsMasksThatFitNoImage() throws IOException {
    Path source = make(Layout.BUSI);
    Layout.write(source, "benign/benign (7)_mask.png", Layout.image(3));
    ImageFiles.writePng(
        new GreyImage(20, 20, new float[400]), source.resolve("benign/benign (1)_mask_1.png"));
    Layout.write(source, "other/x.png", Layout.image(3));
    assertThat(run(Layout.BUSI).rejected())
        .containsExactly(
            new Rejection(
                "other/x.png", "it lies in none of the folders normal, benign, malignant"),
            new Rejection("benign/benign (7)_mask.png", "a mask without its image"),
            new Rejection(
                "benign/benign (1)_mask_1.png", "the mask has 20 × 20 pixels, its image 48 × 40"));
  }

  @Test
  void miasTakesTheOfficialFileOfTwoAndListsFilmsWithoutAny() throws IOException {
    Path source = make(Layout.MIAS);
    Layout.write(source, "mdb001.png", Layout.image(3));
    Files.writeString(
        source.resolve("Info.txt"),
        Files.readString(source.resolve("Info.txt")).replace("mdb006 G NORM", "mdb006 G NORM X")
            + "mdb009 G NORM\r\n");
    ImportResult result = run(Layout.MIAS);
    assertThat(row("mdb001.pgm").patient()).isEqualTo("mias-001");
    assertThat(row("mdb002.pgm").group()).isEqualTo("mias-001");
    assertThat(row("mdb002.pgm").laterality()).contains(Laterality.L);
    assertThat(row("mdb001.pgm").modality()).contains(Modality.MG);
    assertThat(result.rejected())
        .contains(
            new Rejection("mdb001.png", "another file of this film was taken"),
            new Rejection("mdb009", "Info.txt has it, but there is no .pgm or .png of it"))
        .anySatisfy(
            each -> {
              assertThat(each.file()).isEqualTo("mdb006");
              assertThat(each.reason()).startsWith("Info.txt line 9 needs");
            })
        .hasSize(3);
  }

  @Test
  void foldersTakeThePatientFromTheNameAndRefuseNamesWithoutOne() throws IOException {
    Path source = make(Layout.FOLDERS);
    Layout.write(source, "1/unnamed.png", Layout.image(3));
    Layout.write(source, "beside.png", Layout.image(3));
    Layout.write(source, "1/.DS_Store", new byte[3]);
    ImportResult result = run(Layout.FOLDERS);
    assertThat(result.patients()).isEqualTo(3);
    assertThat(row("0/71_2.png").patient()).isEqualTo("71");
    assertThat(row("0/71_2.png").group()).isEqualTo("71");
    assertThat(result.rejected())
        .containsExactly(
            new Rejection("1/unnamed.png", "its name does not match --patient-pattern"),
            new Rejection("beside.png", "it lies beside the class folders, so it has no class"));
  }

  @ParameterizedTest
  @CsvSource({"'^\\d+',must mark the patient by a group", "'(',is not a regular expression"})
  void aPatternWithoutAGroupIsWrongInput(String pattern, String message) {
    make(Layout.FOLDERS);
    assertThatThrownBy(
            () ->
                Importers.of(
                    "folders",
                    folder.resolve("source"),
                    new Importers.Details("", Optional.empty(), pattern, List.of(), "")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aPublishedPartIsKept() throws IOException {
    make(Layout.PUBLISHED_FOLDERS);
    run(Layout.PUBLISHED_FOLDERS);
    assertThat(row("valid/dog/x.png").published()).isEqualTo("valid");
    assertThat(row("valid/dog/x.png").label("class")).contains("dog");
  }

  @Test
  void busBraScalesItsBoxesToTheStoredImage() throws IOException {
    make(Layout.BUS_BRA);
    run(Layout.BUS_BRA);
    // The table says 80 × 96 (width × height) and x 20, y 30, 40 wide, 10 high; stored is 40 × 48.
    assertThat(row("Images/bus_0001-l.png").roi()).containsExactly(new Roi(15, 10, 20, 30));
    assertThat(row("Images/bus_0001-l.png").patient()).isEqualTo("1");
    assertThat(row("Images/bus_0001-l.png").laterality()).contains(Laterality.L);
    assertThat(row("Images/bus_0001-l.png").image()).isEqualTo("images/bus_0001-l.png");
  }

  @Test
  void aTablesColumnsGoWhereTheMapSays() throws IOException {
    Path source = make(Layout.CSV);
    Files.writeString(
        source.resolve("cases.csv"),
        """
        a/1.png,w1,right,4,
        a/7.png,w1,middle,4,
        ../7.png,w1,right,4,
        a/8.png,w1
        a/9.png,w1,left,4,
        """,
        java.nio.file.StandardOpenOption.APPEND);
    Layout.write(source, "a/7.png", Layout.image(7));
    ImportResult result = run(Layout.CSV);
    assertThat(row("a/1.png").roi()).containsExactly(new Roi(12, 10, 18, 15));
    assertThat(row("a/1.png").laterality()).contains(Laterality.R);
    assertThat(row("a/1.png").group()).isEqualTo("w0");
    assertThat(result.rejected())
        .containsExactly(
            new Rejection("a/1.png", "the table has a row for it already, line 8"),
            new Rejection(
                "a/7.png", "line 9: laterality must be L, R, left or right, was \"middle\""),
            new Rejection("../7.png", "it lies outside the table's folder"),
            new Rejection("cases.csv line 11", "it has 2 fields, the header 5"),
            new Rejection("a/9.png", "there is no such file"));
  }

  @Test
  void aManifestsOwnColumnNamesNeedNoMap() throws IOException {
    Path source = make(Layout.CSV);
    Files.writeString(
        source.resolve("cases.csv"),
        """
        image;patient;label.density;published;pathology
        a/1.png;x;3;val;benign
        a/2.png;y;;test;
        """);
    run(Importers.of("csv", source.resolve("cases.csv"), Importers.Details.NONE));
    assertThat(row("a/1.png").published()).isEqualTo("valid");
    assertThat(row("a/1.png").labels()).isEqualTo(Map.of("density", "3", "pathology", "benign"));
    assertThat(row("a/2.png").labels()).isEmpty();
  }

  @Test
  void aMapMayBeAYamlFileAndEveryFaultOfItIsNamed() throws IOException {
    Path source = make(Layout.CSV);
    Path map = folder.resolve("map.yaml");
    Files.writeString(map, "image: file\npatiant: woman\nlabel.density: dens\n");
    assertThatThrownBy(
            () ->
                Importers.of(
                    "csv",
                    source,
                    new Importers.Details("", Optional.empty(), "", List.of(), map.toString())))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("target \"patiant\" is not known, nearest is \"patient\"")
        .hasMessageContaining("column \"dens\" is not known, nearest is \"dense\"");
  }

  @Test
  void arraysKeepTheirValuesTheirWordsAndTheirPart() throws IOException {
    make(Layout.NPZ);
    run(Layout.NPZ);
    ManifestRow row = row("train_images[1]");
    assertThat(row.label("class")).contains("other");
    assertThat(row.published()).isEqualTo("train");
    GreyImage image = ImageFiles.read(folder.resolve("out").resolve(row.image()));
    assertThat(image.height()).isEqualTo(20);
    for (int i = 0; i < 480; i++) {
      assertThat(Math.round(image.pixels()[i] * 255)).isEqualTo((480 + i) % 251);
    }
    assertThat(row("val_images[0]").published()).isEqualTo("valid");
  }

  @Test
  void aLabelWithoutAWordIsListed() throws IOException {
    Path source = make(Layout.NPZ);
    ImportResult result =
        run(
            Importers.of(
                "npz",
                source.resolve("set.npz"),
                new Importers.Details("", Optional.empty(), "", List.of("malignant"), "")));
    assertThat(result.images()).isEqualTo(3);
    assertThat(result.rejected())
        .contains(new Rejection("train_images[1]", "its label is 1, --labels names 0 to 0"));
  }

  @Test
  void anArchiveWithAFlippedBitIsRefusedWhole() throws IOException {
    Path source = make(Layout.NPZ);
    try (RandomAccessFile file = new RandomAccessFile(source.resolve("set.npz").toFile(), "rw")) {
      file.seek(400);
      int old = file.read();
      file.seek(400);
      file.write(old ^ 16);
    }
    assertThatThrownBy(() -> run(Layout.NPZ))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("damaged");
    assertThat(folder.toFile().list()).containsExactly("source");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (6, 20, 24), }",
        "{'descr': '|u1', 'fortran_order': True, 'shape': (6, 20, 24), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (6, 20), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (7, 20, 24), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (6, 21, 24), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (6, 99999, 99999), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999, 20, 24), }",
        "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (6, 20, 24), }",
        "junk"
      })
  void anArrayThatIsNotWhatItsHeadSaysIsWrongInput(String head) throws IOException {
    Path source = make(Layout.NPY);
    byte[] whole = Files.readAllBytes(source.resolve("images.npy"));
    byte[] text =
        (head + " ".repeat(117 - head.length()) + "\n")
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, whole, 10, 118);
    Files.write(source.resolve("images.npy"), whole);
    assertThatThrownBy(() -> run(Layout.NPY))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("images");
    assertThat(folder.toFile().list()).containsExactly("source");
  }

  @Test
  void anUnknownLayoutNamesTheNearest() {
    assertThatThrownBy(() -> Importers.of("busy", folder, Importers.Details.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nearest is \"busi\"");
  }
}
