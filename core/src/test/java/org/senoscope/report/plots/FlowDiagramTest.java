package org.senoscope.report.plots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.senoscope.evaluate.material.DataFlow;
import org.senoscope.evaluate.material.Material;

class FlowDiagramTest {
  private static final DataFlow FLOW =
      new DataFlow(
          List.of(new DataFlow.Tally("not an image <b>", 5), new DataFlow.Tally("too large", 2)),
          100,
          List.of(
              new DataFlow.Tally("copies of it carry contradicting labels: benign, malignant", 9)),
          91,
          List.of(
              new DataFlow.Tally("in part train, not scored here", 60),
              new DataFlow.Tally("in part validation, not scored here", 11)),
          20,
          3,
          Map.of("benign", 20));

  private static int number(String svg, String before) {
    var found = Pattern.compile(">" + before + ": (\\d+)<").matcher(svg);
    assertThat(found.find()).as(before).isTrue();
    return Integer.parseInt(found.group(1));
  }

  @Test
  void boxesAreTheFlowAndWhatIsLeftOutIsTheDifference() {
    String svg = FlowDiagram.of(Material.NONE, FLOW);
    assertThat(number(svg, "Images imported")).isEqualTo(100);
    assertThat(number(svg, "Images imported") - number(svg, "Left out"))
        .isEqualTo(number(svg, "Images that take part"))
        .isEqualTo(91);
    assertThat(number(svg, "Images that take part") - number(svg, "Not scored here"))
        .isEqualTo(number(svg, "Analysed"));
    assertThat(number(svg, "Decided") + number(svg, "Referred")).isEqualTo(20);
  }

  @Test
  void whatTheImportRefusedIsNotCountedAsImages() {
    String svg = FlowDiagram.of(Material.NONE, FLOW);
    assertThat(number(svg, "Entries that the import refused \\(files, masks, table lines\\)"))
        .isEqualTo(7);
    assertThat(svg).doesNotContain("offered", "107");
  }

  @Test
  void everyReasonStandsThereWithItsCountAlsoForThoseWhoCannotSee() {
    String svg = FlowDiagram.of(Material.NONE, FLOW);
    String words = svg.replaceAll("</text>\\s*<text[^>]*>", " ").replaceAll("<[^>]*>", "");
    assertThat(words)
        .contains("5: not an image &lt;b&gt;", "2: too large", "60: in part train")
        .contains("9: copies of it carry contradicting labels: benign, malignant");
    String said = svg.substring(svg.indexOf("aria-label"), svg.indexOf("\">"));
    assertThat(said)
        .contains("table lines): 7 (5 not an image", "2 too large", "60 in part train")
        .contains("referred to a person: 3");
  }

  @Test
  void boxesStayWithinTheDrawing() {
    String svg = FlowDiagram.of(Material.NONE, FLOW);
    double height =
        Double.parseDouble(svg.replaceAll("(?s).*?viewBox=\"0 0 760 ([0-9.]+)\".*", "$1"));
    Pattern.compile(
            "<rect class=\"\\w+\" x=\"[0-9.]+\" y=\"([0-9.]+)\" width=\"[0-9.]+\" height=\"([0-9.]+)\"")
        .matcher(svg)
        .results()
        .forEach(
            box ->
                assertThat(Double.parseDouble(box.group(1)) + Double.parseDouble(box.group(2)))
                    .isLessThanOrEqualTo(height));
    assertThat(Optional.of(height)).hasValueSatisfying(h -> assertThat(h).isGreaterThan(300));
  }
}
