package org.senoscope.report.sections;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.senoscope.report.page.Markup;

/** The reporting guidelines as tables: filled where the program knows, open where a person must. */
final class ChecklistsSection {
  private ChecklistsSection() {}

  static Section of(Facts facts) throws IOException {
    Markup page =
        new Markup()
            .element(
                "p class=\"soft\"",
                "For the paper that reports this. The items are paraphrased: hold the answers against the guidelines themselves. What is filled in was generated from the files of this evaluation; what is open only a person can say.");
    for (Checklist checklist : List.of(Checklist.claim(), Checklist.tripod())) {
      table(page, checklist, facts);
    }
    return new Section("checklists", "Checklists: CLAIM 2024 and TRIPOD+AI", page.toString());
  }

  private static void table(Markup page, Checklist checklist, Facts facts) {
    long filled =
        checklist.items().stream().filter(item -> answer(item, facts).isPresent()).count();
    page.element("h3", checklist.name());
    page.element("p", "%d of %d items are filled in.".formatted(filled, checklist.items().size()));
    page.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
        .text(checklist.name())
        .raw("\"><table class=\"checklist\">\n<thead><tr>");
    List.of("item", "asks for", "here").forEach(column -> page.element("th scope=\"col\"", column));
    page.raw("</tr></thead>\n<tbody>\n");
    String section = "";
    for (Checklist.Item item : checklist.items()) {
      if (!item.section().equals(section)) {
        section = item.section();
        page.raw("<tr>")
            .element("th colspan=\"3\" scope=\"colgroup\" class=\"part\"", section)
            .raw("</tr>\n");
      }
      Optional<String> answer = answer(item, facts);
      page.raw("<tr>")
          .element("th scope=\"row\"", item.number())
          .element("td class=\"asks\"", item.asks());
      answer.ifPresentOrElse(
          found -> page.element("td", found),
          () -> page.element("td class=\"open\"", "open: for a person to fill in"));
      page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div>\n");
  }

  private static Optional<String> answer(Checklist.Item item, Facts facts) {
    return item.fact().isEmpty() ? Optional.empty() : facts.answer(item.fact());
  }
}
