package org.senoscope.report.sections;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.report.story.Background;

/** The parts of an evaluation's report, in order: those that have something to say. */
public final class Sections {
  private Sections() {}

  /** All parts; with several tasks, each task's own parts name it. */
  public static List<Section> of(Evaluation evaluation, Background background) throws IOException {
    List<Section> sections = new ArrayList<>();
    FlowSection.of(evaluation).ifPresent(sections::add);
    boolean several = evaluation.tasks().size() > 1;
    for (TaskEvaluation task : evaluation.tasks()) {
      List<Section> own = new ArrayList<>();
      own.add(MetricsSection.of(task, evaluation.repeats(task)));
      own.add(CurvesSection.of(task, evaluation.provenance().seed()));
      SubgroupsSection.of(task).ifPresent(own::add);
      RefusalSection.of(
              task, task.equals(evaluation.first()) ? evaluation.heldOut() : Optional.empty())
          .ifPresent(own::add);
      for (Section section : own) {
        sections.add(
            several
                ? new Section(
                    section.id() + "-" + task.task().name().replaceAll("\\W", "_"),
                    "Task %s: %s"
                        .formatted(
                            task.task().name(), section.title().toLowerCase(java.util.Locale.ROOT)),
                    section.html())
                : section);
      }
    }
    CasesSection.of(background.cases()).ifPresent(sections::add);
    TrainingSection.of(background.training(), evaluation.protocol().demonstratesLeakage())
        .ifPresent(sections::add);
    ExplanationSection.of(background.training().explanation()).ifPresent(sections::add);
    Facts facts = new Facts(evaluation, background);
    sections.add(MethodsSection.of(facts));
    sections.add(ChecklistsSection.of(facts));
    sections.add(ProvenanceSection.of(facts));
    return sections;
  }
}
