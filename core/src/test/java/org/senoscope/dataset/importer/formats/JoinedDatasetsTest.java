package org.senoscope.dataset.importer.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
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
    ImportDataset.run(new JoinedDatasets(sets), out, ImportOptions.DEFAULT, Progress.NONE);
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

  @Test
  void oneSetTwiceIsRefused() throws IOException {
    Dataset busi = made(Layout.BUSI, "busi");
    assertThatThrownBy(() -> new JoinedDatasets(List.of(busi, busi)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("two are called \"BUSI\"");
    assertThatThrownBy(() -> new JoinedDatasets(List.of(busi)))
        .hasMessageContaining("Two data sets or more");
  }
}
