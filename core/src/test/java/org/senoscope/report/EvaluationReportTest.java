package org.senoscope.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.SmallCohort;
import org.senoscope.evaluate.metrics.OperatingPoint;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.TinyBundle;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.report.page.Markup;
import org.senoscope.report.story.Background;
import org.senoscope.work.InputException;

class EvaluationReportTest {
  private static final Appearance UNLIKE =
      Appearance.of(new GreyImage(1, 1, new float[1]), image -> -1L);

  @TempDir Path folder;
  private Evaluation evaluation;

  @BeforeEach
  void evaluate() throws IOException {
    Dataset dataset = SmallCohort.write(folder.resolve("small"));
    SmallCohort.split(dataset);
    Fingerprint other = SmallCohort.elsewhere();
    evaluation =
        EvaluatePredictions.ofTraining(
            new Evaluation.Model("tiny <script>", "1", "00"),
            List.of(new EvaluatePredictions.Scores(SmallCohort.TASK, SmallCohort.outOfFold(1))),
            dataset,
            new EvaluatePredictions.Trained(
                Map.of(
                    "fold1", other, "fold2", other, "fold3", other, "fold4", other, "fold5", other),
                WeightsOrigin.RANDOM,
                images ->
                    new EvaluatePredictions.Pictures(
                        images.stream().collect(Collectors.toMap(each -> each, each -> UNLIKE)),
                        Map.of()),
                false));
  }

  @Test
  void folderHoldsWhatIsNeededToComputeItAllAgain() throws IOException {
    Path report = folder.resolve("report");
    EvaluationReport.write(report, evaluation, Background.NONE);
    assertThat(Json.read(report.resolve("evaluation.json"), "evaluation").path("n").asInt())
        .isEqualTo(60);
    Evaluation again = EvaluatePredictions.run(report.resolve("predictions.csv"), Optional.empty());
    assertThat(again.first().assessment().metrics())
        .isEqualTo(evaluation.first().assessment().metrics());
  }

  @Test
  void folderThatExistsIsLeftAlone() throws IOException {
    Files.createDirectories(folder.resolve("mine"));
    assertThatThrownBy(
            () -> EvaluationReport.write(folder.resolve("mine"), evaluation, Background.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exists already");
  }

  @Test
  void pageNeedsNothingElseAndRunsNothing() throws IOException {
    String html = EvaluationReport.html(evaluation, Background.NONE);
    assertThat(html)
        .doesNotContain("http://", "https://", "<script", "src=", "url(", "@import")
        .contains("tiny &lt;script&gt;", "prefers-color-scheme: dark", "Research use only");
  }

  @Test
  void pageSaysProtocolAndEveryMetricWithItsInterval() throws IOException {
    String html = EvaluationReport.html(evaluation, Background.NONE);
    assertThat(html)
        .contains("Cross-validation result, out of fold, over 5 folds.", evaluation.sentence());
    evaluation
        .first()
        .assessment()
        .metrics()
        .values()
        .forEach(
            metric ->
                assertThat(html)
                    .contains(
                        Markup.escape(metric.hasInterval() ? metric.method() : metric.why())));
    assertThat(html.split("class=\"curve\"", -1))
        .hasSize(1 + 3 + 3 + 1 + 1); // ROC, precision-recall, decision, coverage
  }

  @Test
  void everyPartIsReachedFromTheContentsAndEveryPictureHasWords() throws IOException {
    Background named =
        new Background(
            org.senoscope.report.story.TrainingStory.NONE,
            org.senoscope.report.story.CasePictures.named(evaluation),
            Optional.empty(),
            List.of("senoscope", "evaluate", "a run", "--data", "it's"));
    String html = EvaluationReport.html(evaluation, named);
    List<String> targets =
        Pattern.compile("href=\"#([^\"]+)\"")
            .matcher(html)
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(targets)
        .contains("main", "flow", "metrics", "curves", "subgroups", "cases", "methods")
        .contains("checklists", "provenance")
        .allSatisfy(id -> assertThat(html).containsOnlyOnce("id=\"%s\"".formatted(id)));
    assertThat(html.split("<svg", -1)).hasSameSizeAs(html.split("role=\"img\" aria-label=\"", -1));
    assertThat(html).contains("senoscope evaluate 'a run' --data 'it'\\''s'");
  }

  @Test
  void pageNamesNoPatient() throws IOException {
    assertThat(EvaluationReport.html(evaluation, Background.NONE)).doesNotContain("secret");
  }

  @Test
  void prevalenceIsShownWithItsPredictiveValues() throws IOException {
    assertThat(EvaluationReport.html(evaluation, Background.NONE))
        .doesNotContain("prevalence of 0.006");
    Evaluation stated = evaluation.atPrevalence(.006);
    assertThat(EvaluationReport.html(stated, Background.NONE))
        .contains("At a prevalence of 0.006", "Where 6 in 1000", "333 in 1000");
    assertThat(EvaluationText.of(stated)).contains("negative predictive value at a prevalence");
  }

  @Test
  void refusedResultIsMarkedOnThePage() throws IOException {
    Path file = folder.resolve("p.csv");
    PredictionsFile.write(file, SmallCohort.TASK.labels(), SmallCohort.outOfFold(1));
    assertThat(
            EvaluationReport.html(EvaluatePredictions.run(file, Optional.empty()), Background.NONE))
        .contains("class=\"result refused\">Not a test result");
    assertThat(EvaluationReport.html(evaluation, Background.NONE)).contains("class=\"result\">");
  }

  @Test
  void pageOfTinyOneSidedPredictionsCanBeWritten() throws IOException {
    Path file = folder.resolve("p.csv");
    PredictionsFile.write(
        file,
        List.of("a", "b"),
        List.of(
            ScoredCase.of("x", "x", 0, new double[] {0, 1}, "all"),
            ScoredCase.of("y", "y", 0, new double[] {1, 0}, "all")));
    Evaluation small = EvaluatePredictions.run(file, Optional.empty());
    assertThat(EvaluationReport.html(small, Background.NONE))
        .doesNotContain("NaN")
        .contains("no case has the label");
    assertThat(EvaluationText.of(small)).doesNotContain("NaN");
    assertThat(small.toJson().path("metrics").path("auc").path("value").isNull()).isTrue();
  }

  @Test
  void textSaysProtocolMajorityAndUse() {
    assertThat(EvaluationText.of(evaluation))
        .startsWith("tiny <script> 1 on small\nResult: cross-validation result")
        .contains("always the most frequent label: 0.333", "a calibrated model shows")
        .contains("60 images in 30 groups (by patient, near-duplicates)")
        .endsWith("Research use only: not a medical device.\n");
  }

  @Test
  void cardSaysUseTrainingSetNumbersAndLimits() {
    ModelCard.TrainingSet training =
        new ModelCard.TrainingSet("small", "Made for tests.", 60, 30, Map.of("normal", 20));
    String card =
        ModelCard.markdown(TinyBundle.description(true), training, Optional.of(evaluation));
    assertThat(card)
        .startsWith("# tiny 1\n\n**Research use only: not a medical device.**")
        .contains("normal, benign, malignant", "60 images in 30 groups", "Made for tests.")
        .contains("Result: cross-validation result, out of fold, over 5 folds.")
        .contains(
            "| AUC (mean over labels) | " + evaluation.first().assessment().metric("auc").text())
        .contains("## Where it ends");
    BundleDescription plain = TinyBundle.description(true);
    OperatingPoint point =
        OperatingPoint.choose(
            "pathology",
            evaluation.first().sample(),
            2,
            OperatingPoint.Rule.parse("youden"),
            "validation");
    String withThreshold =
        ModelCard.markdown(
            new BundleDescription(
                plain.name(),
                plain.version(),
                plain.heads(),
                plain.input(),
                plain.preprocessing(),
                plain.mirroredAveraging(),
                Json.object().arrayNode().add(point.toJson()),
                plain.provenance(),
                plain.validation()),
            training,
            Optional.empty());
    assertThat(withThreshold)
        .contains(
            "- Threshold for malignant by the rule youden: %.4f, chosen on validation (60 images"
                .formatted(point.threshold()));
    assertThat(card).doesNotContain("Threshold for");
    assertThat(ModelCard.markdown(TinyBundle.description(true), training, Optional.empty()))
        .contains("Not evaluated: no number is given.");
  }
}
