package org.senoscope.report.sections;

import java.util.List;
import java.util.Optional;
import org.senoscope.evaluate.HeldOutRefusal;
import org.senoscope.evaluate.ReferralBalance;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.Table;

/** How evenly cases are handed to a person. */
final class RefusalSection {
  private RefusalSection() {}

  /**
   * The section.
   *
   * @param heldOut how many of a run's own images would be refused; empty where nothing tells
   */
  static Optional<Section> of(TaskEvaluation task, Optional<HeldOutRefusal> heldOut) {
    ReferralBalance balance = task.referral();
    if (balance.parts().isEmpty()) {
      return heldOut.map(found -> section(ofItsOwn(found)));
    }
    Table table =
        new Table(
            "Share referred",
            "among",
            "number:images",
            "interval:referred",
            "interval:accuracy of the rest",
            "beside all");
    table.row(
        "all",
        Integer.toString(task.n()),
        balance.whole().text(),
        task.assessment().metric("selectiveAccuracy").text(),
        "");
    List<ReferralBalance.Part> uneven =
        balance.parts().stream().filter(part -> part.differsFrom(balance.whole())).toList();
    for (ReferralBalance.Part part : balance.parts()) {
      table.row(
          "%s: %s".formatted(part.by(), part.value()),
          Integer.toString(part.n()),
          part.referred().text(),
          part.selectiveAccuracy().text(),
          !uneven.contains(part)
              ? ""
              : part.referred().value() > balance.whole().value()
                  ? "referred more often"
                  : "referred less often");
    }
    return Optional.of(
        section(
            new Markup()
                .element(
                    "p class=\"soft\"",
                    "The share of cases that the model refers, by true label and by property. Marked is where the 95% interval leaves out the share of all cases.")
                .raw(table.html())
                .raw(heldOut.map(RefusalSection::ofItsOwn).orElse(""))
                .toString()));
  }

  private static Section section(String html) {
    return new Section("refusal", "Who is handed to a person", html);
  }

  private static String ofItsOwn(HeldOutRefusal found) {
    return new Markup()
        .element(
            "p",
            "Of these %d images %s would be refused as unlike what the model has learned from, though they are true ones: each by the network that has not learned from it, at limits from the images of the other folds."
                .formatted(found.n(), found.refused().text()))
        .toString();
  }
}
