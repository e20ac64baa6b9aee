package org.senoscope.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.study.Laterality;
import org.senoscope.study.Modality;
import org.senoscope.study.Roi;
import org.senoscope.study.View;

class ManifestTest {
  @TempDir private Path folder;

  private static ManifestRow row(int number, Map<String, String> labels, String group) {
    return new ManifestRow(
        "images/%d.png".formatted(number),
        "%064x".formatted(number),
        number % 2 == 0 ? Optional.empty() : Optional.of(Modality.US),
        "patient, \"%d\"".formatted(number),
        group,
        Optional.of(Laterality.L),
        Optional.of(View.CC),
        100 + number,
        200,
        labels,
        "",
        number % 3 == 0 ? List.of(new Roi(1, 2, 3, 4)) : List.of(),
        number % 4 == 0 ? "torn" : "",
        "of/%d".formatted(number),
        "");
  }

  private List<ManifestRow> read(List<ManifestRow> rows) throws IOException {
    Path file = folder.resolve("manifest.csv");
    try (Manifest.Output out =
        new Manifest.Output(Files.newBufferedWriter(file), List.of("pathology", "density"))) {
      rows.forEach(out::write);
    }
    return Manifest.read(file);
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    List<ManifestRow> rows = new ArrayList<>();
    for (int number = 0; number < 12; number++) {
      Map<String, String> labels =
          number % 3 == 0
              ? Map.of()
              : number % 3 == 1
                  ? Map.of("pathology", "benign")
                  : Map.of("density", "2", "pathology", "benign");
      rows.add(row(number, labels, number % 2 == 0 ? "patient, \"%d\"".formatted(number) : "pair"));
    }
    assertThat(read(rows)).isEqualTo(rows);
  }

  /** Of 100,000 rows, what each would hold of its own is memory. */
  @Test
  void rowsShareWhatTheyHaveInCommon() throws IOException {
    List<ManifestRow> rows =
        read(
            List.of(
                row(1, Map.of("pathology", "benign"), "patient, \"1\""),
                row(2, Map.of("pathology", "malignant"), "pair"),
                row(3, Map.of("pathology", "benign"), "pair")));
    assertThat(rows.get(2).labels()).isSameAs(rows.get(0).labels());
    assertThat(rows.get(1).labels()).isNotEqualTo(rows.get(0).labels());
    assertThat(rows.get(0).group()).isSameAs(rows.get(0).patient());
  }
}
