package org.senoscope.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.SyntheticFilm;
import org.senoscope.image.steps.CropRoi;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.RemoveLabels;
import org.senoscope.image.steps.Resize;
import org.senoscope.study.Roi;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class StepsPageTest {
  private static final Pattern PICTURE = Pattern.compile("href=\"data:image/png;base64,([^\"]+)\"");

  @TempDir Path folder;

  private ManifestRow row(String image, List<Roi> marks, String excluded) throws IOException {
    if (!image.contains("missing")) {
      ImageFiles.writePng(SyntheticFilm.oblique(400, 300).image(), folder.resolve(image));
    }
    return new ManifestRow(
        image,
        "",
        Optional.empty(),
        "patient-7",
        "",
        Optional.empty(),
        Optional.empty(),
        300,
        400,
        Map.of("pathology", "<benign>"),
        "",
        marks,
        excluded,
        image,
        "");
  }

  private StepsPage page() {
    return new StepsPage(
        new Dataset(folder, "made"),
        new Preprocessing(
            List.of(
                new RemoveLabels(),
                new CropRoi(0, .5, OptionalInt.empty()),
                new Resize(64, 48, Resize.Fit.PAD))));
  }

  @Test
  void showsEachImageBeforeAndAfterEveryStepAndListsWhatFails() throws IOException {
    List<ManifestRow> rows =
        List.of(
            row("a.png", List.of(new Roi(40, 30, 80, 90)), ""),
            row("b.png", List.of(), ""),
            row("missing.png", List.of(), ""),
            row("c.png", List.of(new Roi(500, 30, 600, 90)), ""));
    Path file = folder.resolve("page.html");
    ObjectNode json = page().write(rows, file, Progress.NONE);
    assertThat(json.path("images").toString()).isEqualTo("[\"a.png\",\"b.png\"]");
    assertThat(json.path("failed").findValuesAsText("image"))
        .containsExactly("missing.png", "c.png");
    String html = Files.readString(file);
    assertThat(html)
        .contains("<li>resize: height 64, width 48, fit pad</li>")
        .contains("as read, 400 × 300")
        .contains("resize, 64 × 48")
        .contains("lies outside")
        .contains("&lt;benign&gt;")
        .doesNotContain("patient-7")
        .doesNotContain("<script")
        .doesNotContain("http");
    List<int[]> sizes = new ArrayList<>();
    Matcher pictures = PICTURE.matcher(html);
    while (pictures.find()) {
      var picture =
          ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(pictures.group(1))));
      sizes.add(new int[] {picture.getHeight(), picture.getWidth()});
    }
    // Each of two images as read and after three steps, and one until it failed; longest side 260.
    assertThat(sizes).hasSize(10);
    assertThat(sizes.get(0)).containsExactly(260, 195);
    assertThat(sizes.get(2)).containsExactly(40, 60);
    assertThat(sizes.get(3)).containsExactly(64, 48);
    assertThat(html.split("<rect", -1)).hasSize(3);
  }

  @Test
  void spreadsItsImagesOverTheDataSetAndLeavesExcludedOnesOut() throws IOException {
    List<ManifestRow> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(row("missing%d.png".formatted(i), List.of(), i % 3 == 0 ? "spoilt" : ""));
    }
    assertThat(StepsPage.spread(rows, 4))
        .extracting(ManifestRow::image)
        .containsExactly("missing1.png", "missing8.png", "missing16.png", "missing23.png");
    assertThat(StepsPage.spread(rows, 100)).hasSize(20);
    assertThat(StepsPage.spread(List.of(), 4)).isEmpty();
  }

  @Test
  void aPageMustEndAsPagesDo() {
    assertThatThrownBy(() -> page().write(List.of(), folder.resolve("page.png"), Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("must end in .html");
  }
}
