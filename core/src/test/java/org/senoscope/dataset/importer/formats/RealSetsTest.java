package org.senoscope.dataset.importer.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.RealData;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.importer.ImportDataset;
import org.senoscope.dataset.importer.ImportOptions;
import org.senoscope.dataset.importer.ImportResult;
import org.senoscope.study.Laterality;
import org.senoscope.study.Modality;
import org.senoscope.work.Progress;

/** The public sets as they are at hand: parts of them are held back, so counts are of these. */
class RealSetsTest {
  @TempDir Path folder;

  private ImportResult run(String layout, Path source, Importers.Details details)
      throws IOException {
    ImportResult result =
        ImportDataset.run(
            Importers.of(layout, source, details),
            folder.resolve("out"),
            ImportOptions.STRICT,
            Progress.NONE);
    assertThat(result.rejected()).isEmpty();
    return result;
  }

  private List<ManifestRow> rows() throws IOException {
    return Dataset.open(folder.resolve("out")).rows();
  }

  @Test
  void busi() throws IOException {
    ImportResult result =
        run("busi", RealData.require("busi/Dataset_BUSI_with_GT"), Importers.Details.NONE);
    assertThat(result.labels().get("pathology"))
        .isEqualTo(Map.of("normal", 106L, "benign", 351L, "malignant", 169L));
    for (ManifestRow row : rows()) {
      assertThat(row.mask().isEmpty())
          .isEqualTo(row.label("pathology").orElse("").equals("normal"));
    }
  }

  @Test
  void miniMias() throws IOException {
    ImportResult result =
        run("mias", RealData.require("mini-mias/all-mias"), Importers.Details.NONE);
    assertThat(result.images()).isEqualTo(258);
    assertThat(result.patients()).isEqualTo(129);
    assertThat(result.labels().get("abnormality")).hasSize(7).containsEntry("NORM", 165L);
    Set<String> unmarked =
        rows().stream()
            .filter(
                row -> row.roi().isEmpty() && !row.label("abnormality").orElse("").equals("NORM"))
            .map(ManifestRow::source)
            .collect(Collectors.toSet());
    assertThat(unmarked).containsExactlyInAnyOrder("mdb059.png", "mdb216.png", "mdb245.png");
    assertThat(rows().stream().filter(row -> row.roi().size() == 3).map(ManifestRow::source))
        .containsExactly("mdb226.png");
  }

  @Test
  void mammogramFolders() throws IOException {
    ImportResult result =
        run(
            "folders",
            RealData.require("mammogram-folders"),
            new Importers.Details("cancer", Optional.of(Modality.MG), "^(\\d+)_", List.of(), ""));
    assertThat(result.labels().get("cancer")).isEqualTo(Map.of("0", 1784L, "1", 928L));
    assertThat(result.patients()).isEqualTo(771);
  }

  @Test
  void breastMnist() throws IOException {
    ImportResult result =
        run(
            "npz",
            RealData.require("breastmnist/breastmnist_trainval.npz"),
            new Importers.Details(
                "", Optional.of(Modality.US), "", List.of("malignant", "other"), ""));
    assertThat(result.images()).isEqualTo(624);
    assertThat(rows().stream().filter(row -> row.published().equals("valid"))).hasSize(78);
  }

  @Test
  void busBra() throws IOException {
    ImportResult result = run("bus-bra", RealData.require("bus-bra"), Importers.Details.NONE);
    assertThat(result.labels().get("pathology"))
        .isEqualTo(Map.of("benign", 1016L, "malignant", 492L));
    assertThat(result.patients()).isEqualTo(852);
    // The table's box and the mask's own box are of one lesion.
    for (ManifestRow row : rows()) {
      assertThat(row.roi()).hasSize(1);
      assertThat(row.mask()).isNotEmpty();
    }
  }

  @Test
  void cbisDdsm() throws IOException {
    ImportResult result =
        run(
            "csv",
            RealData.require("cbis-ddsm-mass/cases.csv"),
            new Importers.Details(
                "",
                Optional.of(Modality.MG),
                "",
                List.of(),
                "image=image,patient=patient,laterality=laterality,view=view,"
                    + "label.pathology=pathology,label.density=density,roi.xywh=boxes_xywh_512"));
    assertThat(result.labels().get("pathology"))
        .isEqualTo(Map.of("benign", 629L, "malignant", 602L));
    assertThat(result.labels().get("density")).containsOnlyKeys("1", "2", "3", "4");
    assertThat(result.patients()).isEqualTo(691);
    assertThat(rows().stream().filter(row -> row.laterality().equals(Optional.of(Laterality.L))))
        .hasSize(591);
  }
}
