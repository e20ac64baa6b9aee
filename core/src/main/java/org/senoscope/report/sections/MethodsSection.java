package org.senoscope.report.sections;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.senoscope.report.page.Markup;

/** The protocol in one paragraph, as a paper's methods could have it. */
final class MethodsSection {
  private MethodsSection() {}

  static Section of(Facts facts) {
    return new Section(
        "methods",
        "Methods, in one paragraph",
        new Markup()
            .element(
                "p class=\"soft\"",
                "Generated from the files of this evaluation, to be carried into a paper and completed: who was included, how images were acquired and how labels were had, only people know.")
            .element("p class=\"methods\"", paragraph(facts))
            .toString());
  }

  /** The paragraph. */
  static String paragraph(Facts facts) {
    List<String> sentences = new ArrayList<>();
    if (facts.evaluation().protocol().demonstratesLeakage()) {
      sentences.add("This demonstrates leakage and is never a result.");
    }
    add(sentences, facts.source().map(source -> "Images came from " + Facts.lowered(source)));
    sentences.add(facts.analysed());
    add(sentences, facts.exclusions());
    add(sentences, facts.audit());
    add(sentences, facts.partition());
    sentences.add(facts.disjoint());
    if (facts.evaluation().protocol().testLooks() > 0) {
      sentences.add(
          "This was look %d at the part.".formatted(facts.evaluation().protocol().testLooks()));
    }
    add(sentences, facts.model().map(model -> "The model was " + model));
    add(sentences, facts.preprocessing());
    add(sentences, facts.answer("initial"));
    add(sentences, facts.training());
    add(sentences, facts.answer("selection"));
    add(sentences, facts.averaged());
    add(sentences, facts.calibration());
    add(
        sentences,
        facts
            .thresholds()
            .map(
                found ->
                    found.substring(0, 1).toUpperCase(Locale.ROOT) + found.substring(1) + "."));
    sentences.add("Metrics: " + facts.metrics());
    sentences.add(facts.uncertainty());
    add(sentences, facts.repeated());
    sentences.add("Result: " + facts.evaluation().result() + ".");
    sentences.add(facts.software());
    return String.join(" ", sentences);
  }

  private static void add(List<String> sentences, Optional<String> sentence) {
    sentence.ifPresent(sentences::add);
  }
}
