package org.senoscope.report.sections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.SmallCohort;
import org.senoscope.model.TinyBundle;
import org.senoscope.report.story.Background;
import org.senoscope.work.Progress;

class FactsTest {
  @TempDir Path folder;
  private Facts known;
  private Facts unknown;

  @BeforeEach
  void evaluate() throws IOException {
    Dataset dataset = SmallCohort.write(folder.resolve("small"));
    SmallCohort.split(dataset);
    Path bundle = folder.resolve("tiny");
    TinyBundle.write(bundle, true, SmallCohort.elsewhere());
    var evaluation =
        new EvaluateModel(image -> -1).run(bundle, dataset, Optional.empty(), Progress.NONE);
    known =
        new Facts(
            evaluation,
            Background.of(
                evaluation,
                Optional.of(bundle),
                Optional.of(dataset),
                List.of("senoscope", "evaluate"),
                Progress.NONE));
    Path file = folder.resolve("p.csv");
    PredictionsFile.write(file, SmallCohort.TASK.labels(), SmallCohort.outOfFold(1));
    unknown = new Facts(EvaluatePredictions.run(file, Optional.empty()), Background.NONE);
  }

  @Test
  void guidelinesHaveAllTheirItemsAndEachNamedFactExists() throws IOException {
    assertThat(Checklist.claim().items())
        .extracting(Checklist.Item::number)
        .containsExactlyElementsOf(
            Stream.iterate(1, i -> i + 1).limit(44).map(String::valueOf).toList());
    List<Checklist.Item> tripod = Checklist.tripod().items();
    assertThat(tripod).hasSize(52);
    assertThat(tripod.stream().map(item -> item.number().replaceAll("\\D", "")).distinct().toList())
        .containsExactlyElementsOf(
            Stream.iterate(1, i -> i + 1).limit(27).map(String::valueOf).toList());
    for (Checklist.Item item :
        Stream.concat(Checklist.claim().items().stream(), tripod.stream()).toList()) {
      assertThat(item.asks()).isNotBlank();
      if (!item.fact().isEmpty()) {
        known.answer(item.fact());
      }
    }
    assertThatThrownBy(() -> known.answer("guess")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatOnlyAPersonKnowsIsOpen() throws IOException {
    Set<String> people = Set.of("5", "11", "14", "16", "18", "44");
    assertThat(Checklist.claim().items())
        .filteredOn(item -> people.contains(item.number()))
        .hasSize(6)
        .allSatisfy(item -> assertThat(item.fact()).isEmpty());
    String html = ChecklistsSection.of(known).html();
    long open =
        Stream.concat(Checklist.claim().items().stream(), Checklist.tripod().items().stream())
            .filter(item -> item.fact().isEmpty() || known.answer(item.fact()).isEmpty())
            .count();
    assertThat(html.split("class=\"open\"", -1)).hasSize(1 + (int) open);
  }

  @Test
  void whatIsNotKnownIsNotGuessed() {
    assertThat(unknown.answer("model")).isEmpty();
    assertThat(unknown.answer("source")).isEmpty();
    assertThat(unknown.answer("exclusions")).isEmpty();
    assertThat(unknown.answer("internal")).isEmpty();
    assertThat(unknown.answer("external")).isEmpty();
    assertThat(unknown.disjoint()).contains("is not known");
    assertThat(MethodsSection.paragraph(unknown))
        .contains("60 images in 30 groups", "not a test result")
        .doesNotContain("trained for", "seen in training;");
  }

  @Test
  void methodsSayDataProtocolModelAndIntervals() {
    String methods = MethodsSection.paragraph(known);
    assertThat(methods)
        .contains("the data set small", known.evaluation().dataset().manifestSha256())
        .contains("20 images in 10 groups were analysed")
        .contains("20 (in part train, not scored here)")
        .contains("rule \"hold-out by women\" (seed 7); part \"test\" was scored")
        .contains("look 1 at the part")
        .contains(", 0 of the analysed images had been seen in training")
        .contains("tiny 1", "95% intervals:", "bootstrap seed 1")
        .contains("Result: " + known.evaluation().result());
    known
        .evaluation()
        .first()
        .assessment()
        .metrics()
        .values()
        .forEach(
            metric -> {
              if (metric.hasInterval()) {
                assertThat(methods).contains(metric.method());
              }
            });
  }
}
