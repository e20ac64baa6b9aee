package org.senoscope.evaluate.material;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.split.Split;

class DataFlowTest {
  private static final List<String> LABELS = List.of("benign", "malignant");

  private static ManifestRow row(int i, String label, String excluded) {
    return new ManifestRow(
        "images/%d.png".formatted(i),
        "",
        Optional.empty(),
        "secret" + i,
        "",
        Optional.empty(),
        Optional.empty(),
        8,
        8,
        label.isEmpty() ? Map.of() : Map.of("pathology", label),
        "",
        List.of(),
        excluded,
        "",
        "");
  }

  private static Split split(Map<String, String> parts, List<Split.LeftOut> leftOut) {
    return new Split(
        1, "hold-out", "pathology", "", "", List.of("train", "test"), parts, leftOut, false);
  }

  private static DataFlow.Analysed analysed(Map<String, String> labels, int referred) {
    return new DataFlow.Analysed("pathology", labels, LABELS, Set.of("test"), referred);
  }

  private static int sum(List<DataFlow.Tally> tallies) {
    return tallies.stream().mapToInt(DataFlow.Tally::count).sum();
  }

  @Test
  void eachImageStandsUnderTheReasonThatKeptItOut() {
    List<ManifestRow> rows =
        List.of(
            row(0, "benign", ""),
            row(1, "malignant", ""),
            row(2, "benign", ""),
            row(3, "benign", "blurred"),
            row(4, "", ""),
            row(5, "malignant", ""),
            row(6, "malignant", ""),
            row(7, "malignant", ""));
    Split split =
        split(
            Map.of("images/0.png", "test", "images/1.png", "test", "images/2.png", "train"),
            List.of(
                new Split.LeftOut("images/3.png", "excluded: blurred"),
                new Split.LeftOut("images/4.png", "no label for task pathology"),
                new Split.LeftOut("images/5.png", "unreadable: line 7 of 8 is torn"),
                new Split.LeftOut("images/6.png", "unreadable: line 5 of 8 is torn"),
                new Split.LeftOut("images/7.png", "copies of it carry contradicting labels")));
    DataFlow flow =
        DataFlow.of(
            rows,
            List.of("not an image", "not an image", "too large"),
            Optional.of(split),
            analysed(Map.of("images/0.png", "benign", "images/1.png", "malignant"), 1));
    assertThat(flow.refused())
        .containsExactly(new DataFlow.Tally("not an image", 2), new DataFlow.Tally("too large", 1));
    assertThat(flow.imported()).isEqualTo(8);
    assertThat(flow.excluded())
        .containsExactlyInAnyOrder(
            new DataFlow.Tally("unreadable", 2),
            new DataFlow.Tally("excluded: blurred", 1),
            new DataFlow.Tally("no label for task pathology", 1),
            new DataFlow.Tally("copies of it carry contradicting labels", 1));
    assertThat(flow.eligible()).isEqualTo(3);
    assertThat(flow.elsewhere())
        .containsExactly(new DataFlow.Tally("in part train, not scored here", 1));
    assertThat(flow.analysed()).isEqualTo(2);
    assertThat(flow.decided()).isEqualTo(1);
    assertThat(flow.labels()).isEqualTo(Map.of("benign", 1, "malignant", 1));
    assertThat(flow.toJson().toString())
        .doesNotContain("secret", "offered")
        .contains("{\"reason\":\"too large\",\"entries\":1}");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 60})
  void countsAddUpToTheManifestWhateverIsScored(int scored) {
    List<ManifestRow> rows = new ArrayList<>();
    Map<String, String> labels = new LinkedHashMap<>();
    for (int i = 0; i < 90; i++) {
      // Thirty reasons, more than are told apart.
      ManifestRow row = row(i, i % 2 == 0 ? "benign" : "malignant", i >= 60 ? "reason " + i : "");
      rows.add(row);
      if (i < scored) {
        labels.put(row.image(), row.labels().getOrDefault("pathology", ""));
      }
    }
    DataFlow flow = DataFlow.of(rows, List.of(), Optional.empty(), analysed(labels, 0));
    assertThat(sum(flow.excluded()) + sum(flow.elsewhere()) + flow.analysed()).isEqualTo(90);
    assertThat(flow.excluded()).hasSize(8);
    assertThat(flow.excluded().getLast().reason()).isEqualTo("23 other reasons");
    assertThat(flow.analysed()).isEqualTo(scored);
  }

  @Test
  void flowThatLosesAnImageCannotBeMade() {
    assertThat(Stream.of(9, 10, 11))
        .allSatisfy(
            eligible -> {
              if (eligible == 10) {
                new DataFlow(
                    List.of(new DataFlow.Tally("torn", 1)),
                    11,
                    List.of(new DataFlow.Tally("blurred", 1)),
                    eligible,
                    List.of(),
                    10,
                    0,
                    Map.of("benign", 10));
              } else {
                assertThatThrownBy(
                        () ->
                            new DataFlow(
                                List.of(new DataFlow.Tally("torn", 1)),
                                11,
                                List.of(new DataFlow.Tally("blurred", 1)),
                                eligible,
                                List.of(),
                                10,
                                0,
                                Map.of("benign", 10)))
                    .hasMessageContaining("unaccounted");
              }
            });
  }

  /** A flow of two labels of which some images cannot be read. */
  private static DataFlow unread(int benign, int malignant, Map<String, Integer> lost) {
    int unread = lost.values().stream().mapToInt(Integer::intValue).sum();
    return new DataFlow(
        List.of(),
        benign + malignant + unread,
        List.of(),
        benign + malignant + unread,
        List.of(new DataFlow.Tally("unreadable", unread)),
        benign + malignant,
        0,
        Map.of("benign", benign, "malignant", malignant),
        Map.of(),
        lost);
  }

  @Test
  void headlineTellsOfMoreThanOneInTwentyAndOfALostLabel() {
    assertThat(unread(50, 45, Map.of("benign", 5)).shortfall()).isEmpty();
    assertThat(unread(50, 44, Map.of("benign", 4, "malignant", 2)).shortfall())
        .isEqualTo("; 6 of its 100 images (6.0%) cannot be read and are left out");
    assertThat(unread(199, 0, Map.of("malignant", 1)).shortfall())
        .isEqualTo(
            "; 1 of its 200 images (0.5%) cannot be read and are left out, among them all of the label malignant");
    // That a label was not there is no matter of files.
    assertThat(unread(199, 0, Map.of("benign", 1)).shortfall()).isEmpty();
  }
}
