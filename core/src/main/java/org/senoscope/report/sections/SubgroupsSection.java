package org.senoscope.report.sections;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.senoscope.evaluate.Subgroup;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.Table;

/** Metrics by properties of the image. */
final class SubgroupsSection {
  private SubgroupsSection() {}

  static Optional<Section> of(TaskEvaluation task) {
    if (task.subgroups().isEmpty()) {
      return Optional.empty();
    }
    Table table =
        new Table(
            "Metrics of subgroups",
            "subgroup",
            "number:images",
            "interval:AUC",
            "interval:balanced accuracy",
            "interval:sensitivity",
            "interval:specificity");
    for (Subgroup subgroup : task.subgroups()) {
      List<String> row =
          new ArrayList<>(
              List.of(subgroup.by() + ": " + subgroup.value(), Integer.toString(subgroup.n())));
      for (String metric : List.of("auc", "balancedAccuracy", "sensitivity", "specificity")) {
        row.add(subgroup.assessment().map(found -> found.metric(metric).text()).orElse("–"));
      }
      table.row(row);
    }
    return Optional.of(
        new Section(
            "subgroups",
            "Subgroups",
            new Markup()
                .raw(table.html())
                .element(
                    "p class=\"soft\"",
                    "None is shown for fewer than %d images. Many subgroups are compared here: one in twenty"
                            .formatted(Subgroup.FEWEST)
                        + " intervals misses the truth. Means over labels are over the labels that a subgroup has.")
                .toString()));
  }
}
