package org.senoscope.report.sections;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.report.page.Markup;
import org.senoscope.report.story.CasePictures;

/** The cases most wrong and most unsure, with heatmaps. */
final class CasesSection {
  private CasesSection() {}

  static Optional<Section> of(CasePictures cases) {
    if (cases.worst().isEmpty() && cases.unsure().isEmpty()) {
      return Optional.empty();
    }
    Markup page =
        new Markup()
            .element(
                "p class=\"soft\"",
                "Of each group of copies or of one woman's images the first alone. Beside each image, where the network that scored it is at hand: where it spoke for the label given (brighter is more, within one image).");
    part(page, "Most wrong", cases.labels(), cases.worst());
    part(page, "Most unsure", cases.labels(), cases.unsure());
    return Optional.of(new Section("cases", "Cases to look at", page.toString()));
  }

  private static void part(
      Markup page, String title, List<String> labels, List<CasePictures.Seen> cases) {
    if (cases.isEmpty()) {
      return;
    }
    page.element("h3", title).raw("<div class=\"cases\">\n");
    for (CasePictures.Seen seen : cases) {
      ScoredCase scored = seen.scored();
      String truth = labels.get(scored.truth());
      String given = labels.get(scored.top());
      page.raw("<figure>\n<div class=\"pair\">");
      seen.image()
          .ifPresent(picture -> page.raw(picture.tag("%s, %s".formatted(scored.image(), truth))));
      seen.heatmap()
          .ifPresent(
              picture ->
                  page.raw(picture.tag("Heatmap for %s over %s".formatted(given, scored.image()))));
      page.raw("</div>\n<figcaption>")
          .element("b", truth.equals(given) ? truth : "%s, called %s".formatted(truth, given))
          .element("span", probabilities(labels, scored))
          .element(
              "span class=\"soft\"",
              "%s, %s%s"
                  .formatted(scored.image(), scored.part(), scored.referred() ? ", referred" : ""))
          .raw("</figcaption>\n</figure>\n");
    }
    page.raw("</div>\n");
  }

  private static String probabilities(List<String> labels, ScoredCase scored) {
    List<String> each = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      each.add(
          String.format(
              Locale.ROOT, "%s %.2f", labels.get(label), scored.probabilities().get(label)));
    }
    return String.join(", ", each);
  }
}
