package org.senoscope.report.sections;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.material.SplitFacts;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.Numbers;
import org.senoscope.report.page.Table;

/** The command that repeats the evaluation, and what everything came from. */
final class ProvenanceSection {
  private ProvenanceSection() {}

  static Section of(Facts facts) {
    Evaluation evaluation = facts.evaluation();
    Markup page = new Markup();
    List<String> command = facts.background().command();
    if (!command.isEmpty()) {
      page.element("p", "This repeats it, with the same data set, model and version:");
      page.element("pre tabindex=\"0\"", Numbers.shell(command));
    }
    Table table = new Table("Provenance", "of", "code:is");
    table.row("model", (evaluation.model().name() + " " + evaluation.model().version()).strip());
    row(table, "model, SHA-256", evaluation.model().sha256());
    row(table, "data set", evaluation.dataset().name());
    row(table, "manifest, SHA-256", evaluation.dataset().manifestSha256());
    row(table, "split, SHA-256", evaluation.material().split().map(SplitFacts::sha256).orElse(""));
    row(
        table,
        "split, seed",
        evaluation.material().split().map(split -> Long.toString(split.seed())).orElse(""));
    facts
        .background()
        .model()
        .ifPresent(
            model -> {
              ObjectNode from = model.provenance();
              row(table, "training, commit", from.path("commit").asText());
              row(table, "training, finished", from.path("created").asText());
              row(table, "training, recipe SHA-256", from.path("recipeSha256").asText());
              row(table, "training, manifest SHA-256", from.path("manifestSha256").asText());
              row(table, "training, split SHA-256", from.path("splitSha256").asText());
              row(table, "training, seed", from.path("seed").asText());
              row(table, "training, precision", from.path("precision").asText());
              row(
                  table,
                  "training, images in the fingerprint",
                  Integer.toString(model.trainingImages()));
              row(table, "training, machine", from.path("machine").asText());
            });
    row(table, "evaluation, commit", evaluation.provenance().commit());
    row(table, "evaluation, at", evaluation.provenance().created().toString());
    row(table, "evaluation, bootstrap seed", Long.toString(evaluation.provenance().seed()));
    row(table, "evaluation, machine", evaluation.provenance().machine());
    for (Map.Entry<String, String> version : evaluation.provenance().versions().entrySet()) {
      row(table, "version of " + version.getKey(), version.getValue());
    }
    return new Section(
        "provenance", "How to repeat it, and provenance", page.raw(table.html()).toString());
  }

  private static void row(Table table, String name, String value) {
    if (!value.isEmpty()) {
      table.row(name, value);
    }
  }
}
