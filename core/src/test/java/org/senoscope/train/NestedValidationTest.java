package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.calibration.AnswerRule;
import org.senoscope.calibration.Logits;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.Frozen;
import org.senoscope.evaluate.FrozenPoint;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.SetCoverage;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.files.AtomicFiles;
import org.senoscope.image.PerceptualHash;
import org.senoscope.model.Bundle;
import org.senoscope.model.Fingerprint;
import org.senoscope.refusal.Distances;
import org.senoscope.refusal.DistancesFile;
import org.senoscope.refusal.Limits;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class NestedValidationTest {
  private static final List<String> FOLDS = List.of("fold1", "fold2", "fold3", "fold4");
  private static final String NESTED = "calibration: {nested: true}\n";

  @TempDir private Path folder;

  private void train(Dataset dataset, List<String> folds, String recipe, boolean resume)
      throws IOException {
    var _ =
        new TrainRun((_, _, _, _) -> "card", List.of())
            .run(
                new TrainRun.Request(
                    RecipeReader.parse(recipe, "test"),
                    dataset,
                    MadeDataset.parts(dataset, folds),
                    folder.resolve("run"),
                    Optional.empty(),
                    resume),
                Progress.NONE);
  }

  @Test
  void whatLimitsAFoldSawNeitherItNorTheImagesThatLimit() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 64, 40, 1);
    train(dataset, FOLDS, MadeDataset.recipe(1, "") + NESTED, false);
    Path run = folder.resolve("run");
    List<Distances> outOfFold = new ArrayList<>();
    for (String fold : FOLDS) {
      List<Distances> unseen = new ArrayList<>();
      for (String name : NestedValidation.names(FOLDS)) {
        List<String> pair = List.of(name.substring("without-".length()).split("-"));
        if (pair.contains(fold)) {
          DistancesFile.read(run.resolve(name).resolve(DistancesFile.NAME)).stream()
              .filter(row -> pair.contains(row.part()) && !row.part().equals(fold))
              .forEach(row -> unseen.add(row.distances()));
        }
      }
      assertThat(unseen).hasSize(48);
      Limits limits = Bundle.open(run.resolve(fold)).description().limits().orElseThrow();
      assertThat(limits).isEqualTo(again(limits, unseen));
      assertThat(limits.picture()).isPresent();
      assertThat(limits.texture()).isPresent();
      assertThat(limits.content()).isPresent();
      DistancesFile.read(run.resolve(fold).resolve(DistancesFile.NAME))
          .forEach(row -> outOfFold.add(row.distances()));
    }
    Limits last = Bundle.open(run).description().limits().orElseThrow();
    assertThat(last.cases()).isEqualTo(64);
    assertThat(last).isEqualTo(again(last, outOfFold));
    try (var files = Files.list(run)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith(".ungated"));
    }
  }

  /** Limits of the same distances; what is seen at sight comes from the training images. */
  private static Limits again(Limits limits, List<Distances> unseen) {
    Limits found = Limits.fit(limits.modality(), List.of(), unseen);
    return new Limits(
        limits.modality(),
        limits.atSight(),
        found.cases(),
        found.picture(),
        found.texture(),
        found.content(),
        found.together());
  }

  @ParameterizedTest
  @CsvSource({"''", "patience: 1"})
  void whatCalibratesAFoldSawNeitherItNorTheImagesThatCalibrate(String chooses) throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 32, 40, 1);
    train(dataset, FOLDS, MadeDataset.recipe(1, chooses) + NESTED, false);

    Map<String, String> parts = MadeDataset.parts(dataset, FOLDS).part();
    Map<String, ManifestRow> rows =
        dataset.rows().stream().collect(Collectors.toMap(ManifestRow::image, Function.identity()));
    for (String fold : FOLDS) {
      List<ScoredCase> cases =
          PredictionsFile.read(
                  NestedValidation.folderOf(folder.resolve("run"), fold)
                      .resolve(PredictionsFile.NAME))
              .cases();
      assertThat(cases.stream().map(ScoredCase::image))
          .as("each image of the other folds once")
          .containsExactlyInAnyOrderElementsOf(
              parts.keySet().stream().filter(image -> !fold.equals(parts.get(image))).toList());
      for (ScoredCase scored : cases) {
        assertThat(scored.part()).isEqualTo(parts.get(scored.image()));
        List<String> left = new ArrayList<>(List.of(fold, scored.part()));
        left.sort(null);
        Fingerprint seen =
            Bundle.open(folder.resolve("run").resolve("without-" + String.join("-", left)))
                .fingerprint();
        assertThat(seen.size()).isEqualTo(16);
        parts.forEach(
            (image, part) ->
                assertThat(seen.contains(rows.get(image).sha256()))
                    .as("%s of %s", image, part)
                    .isEqualTo(!left.contains(part)));
      }
    }
    for (String fold : FOLDS) {
      Path own = folder.resolve("run").resolve(fold);
      AnswerRule rule = Bundle.open(own).description().heads().getFirst().rule().orElseThrow();
      assertThat(new Answering(rule, Frozen.in(Bundle.open(own)).points()))
          .as("fitted on what neither saw")
          .isEqualTo(
              AnswerRules.fit(
                      List.of(
                          new EvaluatePredictions.Scores(
                              Bundle.open(own).description().task(),
                              PredictionsFile.read(
                                      NestedValidation.folderOf(folder.resolve("run"), fold)
                                          .resolve(PredictionsFile.NAME))
                                  .cases())),
                      RecipeReader.parse(MadeDataset.recipe(1, chooses) + NESTED, "test")
                          .calibration(),
                      "inner out-of-fold predictions of the other folds")
                  .values()
                  .iterator()
                  .next());
      List<ScoredCase> raw =
          PredictionsFile.read(own.resolve("uncalibrated/predictions.csv")).cases();
      List<ScoredCase> answered = PredictionsFile.read(own.resolve("predictions.csv")).cases();
      assertThat(answered).hasSameSizeAs(raw).hasSize(8);
      for (int i = 0; i < raw.size(); i++) {
        assertThat(answered.get(i).image()).isEqualTo(raw.get(i).image());
        assertThat(answered.get(i).probabilityArray())
            .containsExactly(
                rule.probabilities(Logits.ofProbabilities(raw.get(i).probabilityArray())),
                within(1e-6));
      }
    }
    assertThat(Bundle.open(folder.resolve("run")).description().calibrated()).isTrue();
    TaskEvaluation evaluated =
        new EvaluateModel(PerceptualHash::of)
            .run(folder.resolve("run"), dataset, Optional.empty(), Progress.NONE)
            .first();
    assertThat(evaluated.operatingPoints())
        .extracting(FrozenPoint::rule)
        .containsExactly("sensitivity>=0.9", "youden");
    for (FrozenPoint point : evaluated.operatingPoints()) {
      assertThat(point.thresholds().keySet()).containsExactlyElementsOf(FOLDS);
      int found = 0;
      for (ScoredCase scored : evaluated.cases()) {
        int positive = evaluated.sample().positive();
        double threshold = point.thresholds().getOrDefault(scored.part(), Double.NaN);
        found +=
            scored.truth() == positive && scored.probabilities().get(positive) >= threshold ? 1 : 0;
      }
      assertThat(point.at().truePositives()).as("called by its own fold's").isEqualTo(found);
    }
    SetCoverage sets = evaluated.sets().orElseThrow();
    int held = 0;
    for (ScoredCase scored : evaluated.cases()) {
      AnswerRule own =
          Bundle.open(folder.resolve("run").resolve(scored.part()))
              .description()
              .heads()
              .getFirst()
              .rule()
              .orElseThrow();
      held += own.sets().set(scored.probabilityArray()).contains(scored.truth()) ? 1 : 0;
    }
    assertThat(sets.level()).isEqualTo(.9);
    assertThat(sets.sizes().stream().mapToInt(size -> size).sum()).isEqualTo(32);
    assertThat(sets.labels().stream().mapToDouble(one -> one.n() * one.holds().value()).sum())
        .as("held by its own fold's")
        .isCloseTo(held, within(1e-9));
    assertThat(evaluated.toJson().path("uncalibrated").path("metrics").propertyStream())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder("brier", "ece");
    assertThat(evaluated.uncalibrated().orElseThrow().metric("auc").hasInterval()).isTrue();
    assertThat(PredictionsFile.read(folder.resolve("run/uncalibrated/predictions.csv")).cases())
        .hasSize(32);
    assertThat(RunProgress.read(folder.resolve("run")).orElseThrow().trainings())
        .hasSize(6 + 4 + 1)
        .allMatch(RunProgress.Training::done)
        .satisfies(all -> assertThat(all.stream().filter(RunProgress.Training::inner)).hasSize(6));
  }

  @ParameterizedTest
  @CsvSource({"''", "patience: 1"})
  void withoutNestedFoldsTheirAnswersStayAsTheyAreAndTheFinalBundleIsCalibrated(String chooses)
      throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 24, 40, 1);
    train(
        dataset, FOLDS.subList(0, 3), MadeDataset.recipe(1, chooses) + "calibration: {}\n", false);
    Path run = folder.resolve("run");
    assertThat(Bundle.open(run.resolve("fold1")).description().heads().getFirst().rule()).isEmpty();
    assertThat(Bundle.open(run).description().heads().getFirst().rule()).isPresent();
    assertThat(PredictionsFile.read(run.resolve("predictions.csv")).cases())
        .hasSize(24)
        .noneMatch(ScoredCase::referred);
    assertThat(Files.readString(run.resolve("bundle/model.json"))).contains("was not measured");
  }

  @Test
  void aHoldOutCalibratesOnValidationImagesThatChoseNothing() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 24, 40, 1);
    String calibrated = "calibration: {level: 0.8}\n";
    train(dataset, List.of("train", "validation"), MadeDataset.recipe(1, "") + calibrated, false);
    AnswerRule rule =
        Bundle.open(folder.resolve("run")).description().heads().getFirst().rule().orElseThrow();
    assertThat(rule.calibration().cases()).isEqualTo(12);
    assertThat(rule.sets().level()).isEqualTo(0.8);
    AtomicFiles.deleteTree(folder.resolve("run"));
    assertThatThrownBy(
            () ->
                train(
                    dataset,
                    List.of("train", "validation"),
                    MadeDataset.recipe(1, "patience: 1") + calibrated,
                    false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot calibrate what they chose");
    assertThatThrownBy(
            () ->
                train(
                    dataset,
                    List.of("train", "test"),
                    MadeDataset.recipe(1, "") + calibrated,
                    false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no validation part to calibrate on");
  }

  @Test
  void whatIsDoneIsNotDoneAgain() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 24, 40, 1);
    List<String> folds = FOLDS.subList(0, 3);
    String recipe = MadeDataset.recipe(1, "") + NESTED;
    train(dataset, folds, recipe, false);
    Path run = folder.resolve("run");
    Path weights = run.resolve("without-fold1-fold2/bundle/weights.safetensors");
    var before = Files.getLastModifiedTime(weights);
    String scores = Files.readString(run.resolve("fold3/inner/predictions.csv"));
    Files.delete(run.resolve("fold3/inner/predictions.csv"));
    train(dataset, folds, recipe, true);
    assertThat(Files.getLastModifiedTime(weights)).isEqualTo(before);
    assertThat(run.resolve("fold3/inner/predictions.csv")).hasContent(scores);
  }

  @ParameterizedTest
  @CsvSource({
    "2, '', needs 3 folds or more",
    "3, patience: 1, needs 4 folds or more",
    "1, '', needs 3 folds or more"
  })
  void tooFewFoldsAreRefusedBeforeAnythingIsMade(int folds, String chooses, String why)
      throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 16, 40, 1);
    assertThatThrownBy(
            () ->
                train(
                    dataset,
                    FOLDS.subList(0, folds),
                    MadeDataset.recipe(1, chooses) + NESTED,
                    false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
    assertThatThrownBy(
            () ->
                train(
                    dataset,
                    List.of("train", "validation"),
                    MadeDataset.recipe(1, chooses) + NESTED,
                    false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the split has 0");
    assertThat(folder.resolve("run")).doesNotExist();
  }
}
