package org.senoscope.dataset.importer.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.importer.ImportDataset;
import org.senoscope.dataset.importer.ImportOptions;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class JoinedDatasetsTest {
  @TempDir private Path folder;

  private Dataset made(Layout layout, String name) throws IOException {
    Path source = layout.make(folder.resolve("source-" + name));
    Path out = folder.resolve(name);
    ImportDataset.run(layout.importer(source), out, ImportOptions.DEFAULT, Progress.NONE);
    return Dataset.open(out);
  }

  private Dataset join(List<Dataset> sets) throws IOException {
    Path out = folder.resolve("joined");
    ImportDataset.run(
        new JoinedDatasets(sets, LabelTable.none()), out, ImportOptions.DEFAULT, Progress.NONE);
    return Dataset.open(out);
  }

  /** The law: nothing is lost, and an image keeps its bytes and all that its set says of it. */
  @Test
  void everyImageKeepsAllThatItsSetSaysOfIt() throws IOException {
    Dataset busi = made(Layout.BUSI, "busi");
    Dataset brazil = made(Layout.BUS_BRA, "bus-bra");
    Dataset joined = join(List.of(busi, brazil));
    assertThat(joined.name()).isEqualTo(busi.name() + " and " + brazil.name());
    assertThat(joined.rows()).hasSize(busi.rows().size() + brazil.rows().size());
    for (Dataset set : List.of(busi, brazil)) {
      for (ManifestRow row : set.rows()) {
        ManifestRow found =
            joined.rows().stream()
                .filter(each -> each.source().equals(set.name() + "/" + row.source()))
                .findFirst()
                .orElseThrow();
        assertThat(found.sha256()).isEqualTo(row.sha256());
        assertThat(Files.readAllBytes(joined.resolve(found.image())))
            .isEqualTo(Files.readAllBytes(set.resolve(row.image())));
        assertThat(found.labels()).isEqualTo(row.labels());
        assertThat(found.roi()).isEqualTo(row.roi());
        assertThat(found.laterality()).isEqualTo(row.laterality());
        assertThat(found.modality()).isEqualTo(row.modality());
        assertThat(found.excluded()).isEqualTo(row.excluded());
        assertThat(found.mask().isEmpty()).isEqualTo(row.mask().isEmpty());
        if (!row.mask().isEmpty()) {
          assertThat(Files.readAllBytes(joined.resolve(found.mask())))
              .isEqualTo(Files.readAllBytes(set.resolve(row.mask())));
        }
        assertThat(found.view()).isEqualTo(row.view());
        assertThat(found.group())
            .isEqualTo(row.group().isEmpty() ? "" : set.name() + " " + row.group());
        assertThat(found.published())
            .isEqualTo(row.published().isEmpty() ? "" : set.name() + " " + row.published());
        assertThat(found.patient())
            .isEqualTo(row.patient().isEmpty() ? "" : set.name() + " " + row.patient());
      }
    }
  }

  @Test
  void aPatientsNumberInTwoSetsIsTwoWomen() throws IOException {
    Dataset one = made(Layout.BUS_BRA, "one");
    Dataset other = made(Layout.BUS_BRA, "other");
    Path description = other.root().resolve("dataset.json");
    Files.writeString(
        description, Files.readString(description).replace("\"BUS-BRA\"", "\"Another hospital\""));
    Dataset joined = join(List.of(one, Dataset.open(other.root())));
    long before = one.rows().stream().map(ManifestRow::patient).distinct().count();
    assertThat(joined.rows().stream().map(ManifestRow::patient).distinct().count())
        .isEqualTo(2 * before);
  }

  /** What a person joined in one set's groups is not parted by the new set's audit. */
  @Test
  void groupsThatWereMendedStayTogether() throws IOException {
    Dataset busi = made(Layout.BUSI, "busi");
    Map<String, Groups.Entry> entries = new LinkedHashMap<>();
    for (ManifestRow row : busi.rows()) {
      entries.put(row.image(), new Groups.Entry("one-woman", "", "", ""));
    }
    new Groups(entries).write(busi.groupsFile());
    Dataset joined = join(List.of(busi, made(Layout.BUS_BRA, "bus-bra")));
    assertThat(
            joined.rows().stream()
                .filter(row -> row.source().startsWith("BUSI/"))
                .map(ManifestRow::group))
        .hasSize(busi.rows().size())
        .containsOnly("BUSI one-woman");
  }

  @Test
  void labelsStayWhereTheDescriptionListsNone() throws IOException {
    Dataset busi = made(Layout.BUSI, "busi");
    Path description = busi.root().resolve("dataset.json");
    Files.writeString(description, "{\"schema\": \"senoscope/dataset/1\", \"name\": \"mine\"}");
    Dataset joined = join(List.of(Dataset.open(busi.root()), made(Layout.BUS_BRA, "bus-bra")));
    assertThat(joined.rows()).allMatch(row -> row.label("pathology").isPresent());
  }

  @Test
  void whatDemonstratesLeakageIsNotJoinedAndNorIsASetWithWhatItIsMadeOf() throws IOException {
    Dataset busi = made(Layout.BUSI, "busi");
    Dataset other = made(Layout.BUS_BRA, "other");
    Path description = other.root().resolve("dataset.json");
    String told = Files.readString(description);
    Files.writeString(description, told.replaceFirst("\\{", "{\"demonstratesLeakage\": true,"));
    assertThatThrownBy(
            () -> new JoinedDatasets(List.of(busi, Dataset.open(other.root())), LabelTable.none()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("demonstrate leakage");
    Files.writeString(description, told.replace("\"BUS-BRA\"", "\"BreastMNIST 28\""));
    assertThatThrownBy(
            () -> new JoinedDatasets(List.of(busi, Dataset.open(other.root())), LabelTable.none()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("made of BUSI's images");
  }

  /** An image keeps its own labels and gets those that the table gives its set's. */
  @Test
  void setsGetLabelsOfATaskThatTheyShare() throws IOException {
    Dataset busi = made(Layout.BUSI, "busi");
    Dataset brazil = made(Layout.BUS_BRA, "bus-bra");
    Path table = folder.resolve("labels.csv");
    Files.writeString(
        table,
        """
        set,task,label,as_task,as_label
        BUSI,pathology,malignant,lesion,worst
        BUSI,pathology,benign,lesion,yes
        BUS-BRA,pathology,benign,lesion,yes
        """);
    Path out = folder.resolve("joined");
    ImportDataset.run(
        new JoinedDatasets(List.of(busi, brazil), LabelTable.read(table)),
        out,
        ImportOptions.DEFAULT,
        Progress.NONE);
    Dataset joined = Dataset.open(out);
    for (ManifestRow row : joined.rows()) {
      String pathology = row.label("pathology").orElseThrow();
      assertThat(row.label("lesion").orElse(""))
          .isEqualTo(
              pathology.equals("benign") ? "yes" : row.source().startsWith("BUSI/") ? "worst" : "");
    }
    assertThat(joined.rows()).anyMatch(row -> row.label("lesion").isPresent());
    assertThat(joined.setsOf(joined.rows()))
        .contains("BUSI", "BUS-BRA")
        .hasSize(joined.rows().size());
    assertThat(busi.setsOf(busi.rows())).containsOnly("");
    // What the labels were taken to mean stays with the data.
    assertThat(Files.readString(out.resolve("dataset.json")))
        .contains("BUSI: pathology malignant counts as lesion worst.");
  }

  @Test
  void aTableThatDoesNotFitIsRefused() throws IOException {
    Dataset busi = made(Layout.BUSI, "busi");
    Dataset brazil = made(Layout.BUS_BRA, "bus-bra");
    Path table = folder.resolve("labels.csv");
    String header = "set,task,label,as_task,as_label\n";
    Files.writeString(table, header + "BUSI,pathology,cyst,lesion,yes\n");
    LabelTable unknown = LabelTable.read(table);
    assertThatThrownBy(() -> new JoinedDatasets(List.of(busi, brazil), unknown))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("BUSI pathology cyst, which no image has");
    Files.writeString(table, header + "BUSI,pathology,benign,pathology,malignant\n");
    LabelTable contradicts = LabelTable.read(table);
    assertThatThrownBy(
            () ->
                ImportDataset.run(
                    new JoinedDatasets(List.of(busi, brazil), contradicts),
                    folder.resolve("joined"),
                    ImportOptions.DEFAULT,
                    Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("two labels of task pathology");
    Files.writeString(table, header + "BUSI,pathology,,lesion,yes\n");
    assertThatThrownBy(() -> LabelTable.read(table)).hasMessageContaining("line 2: label is empty");
  }

  @Test
  void oneSetTwiceIsRefused() throws IOException {
    Dataset busi = made(Layout.BUSI, "busi");
    assertThatThrownBy(() -> new JoinedDatasets(List.of(busi, busi), LabelTable.none()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("two are called \"BUSI\"");
    assertThatThrownBy(() -> new JoinedDatasets(List.of(busi), LabelTable.none()))
        .hasMessageContaining("Two data sets or more");
  }
}
