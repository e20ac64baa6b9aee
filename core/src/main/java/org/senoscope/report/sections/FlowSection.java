package org.senoscope.report.sections;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.material.AuditFacts;
import org.senoscope.evaluate.material.Material;
import org.senoscope.evaluate.material.SplitFacts;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.Table;
import org.senoscope.report.plots.FlowDiagram;
import org.senoscope.study.Task;

/** The flow diagram, the parts of the split, and what the audit warns of. */
final class FlowSection {
  private FlowSection() {}

  static Optional<Section> of(Evaluation evaluation) {
    Material material = evaluation.material();
    return material
        .flow()
        .map(
            flow -> {
              Markup page = new Markup().raw(FlowDiagram.of(material, flow));
              material
                  .audit()
                  .map(AuditFacts::warnings)
                  .ifPresent(
                      warnings ->
                          warnings.forEach(
                              warning ->
                                  page.element("p class=\"gap\"", "Audit: " + warning + ".")));
              material.split().ifPresent(split -> page.raw(parts(split, evaluation)));
              return new Section("flow", "From files to analysed images", page.toString());
            });
  }

  private static String parts(SplitFacts split, Evaluation evaluation) {
    TreeSet<String> found = new TreeSet<>();
    split.parts().values().forEach(part -> found.addAll(part.labels().keySet()));
    List<String> labels = Task.order(evaluation.first().task().name(), found);
    List<String> header = new ArrayList<>(List.of("part", "number:images", "number:groups"));
    labels.forEach(label -> header.add("number:" + label));
    Table table = new Table("The parts of the split", header.toArray(String[]::new));
    for (Map.Entry<String, SplitFacts.Part> part : split.parts().entrySet()) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  part.getKey(),
                  Integer.toString(part.getValue().images()),
                  Integer.toString(part.getValue().groups())));
      labels.forEach(
          label -> row.add(Integer.toString(part.getValue().labels().getOrDefault(label, 0))));
      table.row(row);
    }
    return new Markup()
        .element("h3", "The split as it lies beside the data set")
        .raw(table.html())
        .toString();
  }
}
