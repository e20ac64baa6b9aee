package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.Repeats;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.metrics.ClassificationMetrics;
import org.senoscope.files.Hashes;
import org.senoscope.image.PerceptualHash;
import org.senoscope.model.Bundle;
import org.senoscope.model.Fingerprint;
import org.senoscope.report.EvaluationReport;
import org.senoscope.report.EvaluationText;
import org.senoscope.report.story.Background;
import org.senoscope.split.Split;
import org.senoscope.split.SplitDataset;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class RepeatsTest {
  private static final List<String> FOLDS = List.of("fold1", "fold2");

  @TempDir private Path folder;

  private Dataset dataset;

  /** Pairs of images that belong together, dealt into two folds. */
  @BeforeEach
  void split() throws IOException {
    dataset = MadeDataset.write(folder.resolve("data"), 48, 40, 1);
    Map<String, Groups.Entry> groups = new LinkedHashMap<>();
    Map<String, String> parts = new LinkedHashMap<>();
    for (ManifestRow row : dataset.rows()) {
      int pair = groups.size() / 4 * 2 + groups.size() % 2;
      parts.put(row.image(), FOLDS.get(pair / 2 % 2));
      groups.put(row.image(), new Groups.Entry("g" + pair, "", "", ""));
    }
    new Groups(groups).write(dataset.groupsFile());
    first("2 folds by pathology", FOLDS, parts).write(dataset.splitFile());
  }

  private Split first(String rule, List<String> parts, Map<String, String> assignments)
      throws IOException {
    return new Split(
        7,
        rule,
        Task.PATHOLOGY,
        Hashes.sha256(dataset.manifestFile()),
        Hashes.sha256(dataset.groupsFile()),
        parts,
        assignments,
        List.of(),
        false);
  }

  private TrainReport train(String out, int crossValidations, boolean resume, Progress progress)
      throws IOException {
    return train(out, RecipeImages.repeats(dataset, crossValidations), resume, progress);
  }

  private TrainReport train(String out, List<Repeat> repeats, boolean resume, Progress progress)
      throws IOException {
    return train(MadeDataset.recipe(2, ""), out, repeats, resume, progress);
  }

  private TrainReport train(
      String recipe, String out, List<Repeat> repeats, boolean resume, Progress progress)
      throws IOException {
    return new TrainRun((_, _, _, _) -> "card", List.of())
        .run(
            new TrainRun.Request(
                RecipeReader.parse(recipe, "test"),
                dataset,
                RecipeImages.assignments(dataset),
                folder.resolve(out),
                Optional.empty(),
                resume,
                false,
                repeats),
            progress);
  }

  private List<ScoredCase> cases(String run) throws IOException {
    return PredictionsFile.read(folder.resolve(run).resolve(PredictionsFile.NAME)).cases();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 8, Long.MIN_VALUE})
  void dealingAgainCutsNoGroupAndLeavesNoImageOut(long seed) throws IOException {
    Split split = Split.read(dataset);
    Split again = SplitDataset.again(dataset, split, seed);
    Groups groups = Groups.read(dataset.groupsFile());
    assertThat(again.seed()).isEqualTo(seed);
    assertThat(again.groupsCut(groups)).isZero();
    assertThat(again.assignments().keySet()).isEqualTo(split.assignments().keySet());
    assertThat(again.assignments()).isNotEqualTo(split.assignments());
    assertThat(SplitDataset.again(dataset, split, seed)).isEqualTo(again);
    Map<String, Set<String>> labels = new HashMap<>();
    dataset
        .rows()
        .forEach(
            row ->
                labels
                    .computeIfAbsent(again.partOf(row.image()).orElseThrow(), _ -> new HashSet<>())
                    .add(row.label(Task.PATHOLOGY).orElseThrow()));
    assertThat(labels.keySet()).containsExactlyInAnyOrderElementsOf(FOLDS);
    assertThat(labels.values()).allMatch(of -> of.size() == 2);
  }

  @Test
  void aHoldOutCannotBeDealtAgain() throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    Split.read(dataset)
        .assignments()
        .forEach((image, fold) -> parts.put(image, fold.equals("fold1") ? "train" : "validation"));
    first("holdout 50/50/0 by pathology", List.of("train", "validation"), parts)
        .write(dataset.splitFile());
    assertThat(RecipeImages.repeats(dataset, 1)).isEmpty();
    assertThatThrownBy(() -> RecipeImages.repeats(dataset, 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("folds alone can be dealt again");
  }

  @Test
  void repeatsSpreadBesideTheFirstWhoseFiguresStayTheResult() throws IOException {
    train("alone", 1, false, Progress.NONE);
    train("run", 3, false, Progress.NONE);
    Path run = folder.resolve("run");
    assertThat(run.resolve("predictions.csv"))
        .hasSameTextualContentAs(folder.resolve("alone/predictions.csv"));
    assertThat(run.resolve("bundle/weights.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("alone/bundle/weights.safetensors"));
    assertThat(run.resolve("repeat2/bundle")).as("repeats have no final bundle").doesNotExist();

    List<Double> aucs = new ArrayList<>();
    for (String repeat : List.of("run", "run/repeat2", "run/repeat3")) {
      List<ScoredCase> cases = cases(repeat);
      assertThat(cases.stream().map(ScoredCase::image))
          .containsExactlyInAnyOrderElementsOf(Split.read(dataset).assignments().keySet());
      for (ScoredCase scored : cases) {
        Fingerprint seen = Bundle.open(folder.resolve(repeat).resolve(scored.part())).fingerprint();
        ManifestRow row =
            dataset.rows().stream()
                .filter(each -> each.image().equals(scored.image()))
                .findFirst()
                .orElseThrow();
        assertThat(seen.contains(row.sha256())).isFalse();
        assertThat(seen.size()).isBetween(20, 28);
      }
      aucs.add(
          ClassificationMetrics.of(
                  List.of("benign", "malignant"),
                  cases.stream().mapToInt(ScoredCase::truth).toArray(),
                  cases.stream().map(ScoredCase::probabilityArray).toArray(double[][]::new))
              .auc());
    }

    Evaluation evaluation =
        new EvaluateModel(PerceptualHash::of).run(run, dataset, Optional.empty(), Progress.NONE);
    Evaluation alone =
        new EvaluateModel(PerceptualHash::of)
            .run(folder.resolve("alone"), dataset, Optional.empty(), Progress.NONE);
    assertThat(evaluation.first().assessment().metrics())
        .isEqualTo(alone.first().assessment().metrics());
    assertThat(evaluation.protocol().leakFree()).isTrue();
    assertThat(evaluation.protocol().notes()).isEqualTo(alone.protocol().notes());
    assertThat(alone.repeats(alone.first())).isEmpty();
    Repeats repeats = evaluation.repeats(evaluation.first()).orElseThrow();
    Repeats.Spread spread = repeats.spread().get("auc");
    double mean = (aucs.get(0) + aucs.get(1) + aucs.get(2)) / 3;
    double squares = aucs.stream().mapToDouble(auc -> (auc - mean) * (auc - mean)).sum();
    assertThat(spread).isNotNull();
    assertThat(spread.mean()).isCloseTo(mean, within(1e-12));
    assertThat(spread.deviation()).isCloseTo(Math.sqrt(squares / 2), within(1e-12));
    assertThat(spread.least())
        .isCloseTo(aucs.stream().min(Double::compare).orElseThrow(), within(1e-12));
    assertThat(spread.most())
        .isCloseTo(aucs.stream().max(Double::compare).orElseThrow(), within(1e-12));
    JsonNode json = evaluation.toJson().path("repeats");
    assertThat(json.path("count").asInt()).isEqualTo(3);
    assertThat(json.path("spread").path("auc").path("values")).hasSize(3);
    assertThat(alone.toJson().has("repeats")).isFalse();
    assertThat(dataset.root().resolve("ledger.jsonl")).as("no look").doesNotExist();

    assertThat(EvaluationText.of(evaluation))
        .contains("3 cross-validations", "no confidence interval");
    EvaluationReport.write(
        folder.resolve("report"),
        evaluation,
        Background.of(
            evaluation, Optional.of(run), Optional.of(dataset), List.of(), Progress.NONE));
    assertThat(Files.readString(folder.resolve("report/report.html")))
        .contains("Repeated with other folds and seeds")
        .contains("Cross-validation was run 3 times in all")
        .contains("it is no confidence interval");
    assertThat(RunProgress.read(run).orElseThrow().trainings())
        .allMatch(RunProgress.Training::done)
        .extracting(RunProgress.Training::name)
        .containsExactly(
            "fold1",
            "fold2",
            "final",
            "repeat2-fold1",
            "repeat2-fold2",
            "repeat3-fold1",
            "repeat3-fold2");
  }

  @Test
  void theSameFoldsOnceMoreGiveOtherNetworks() throws IOException {
    Repeat same = new Repeat(2, 7, RecipeImages.assignments(dataset));
    train("run", List.of(same), false, Progress.NONE);
    for (String fold : FOLDS) {
      Path first = folder.resolve("run").resolve(fold);
      Path second = folder.resolve("run/repeat2").resolve(fold);
      assertThat(Bundle.open(second).fingerprint().images())
          .isNotEmpty()
          .containsExactlyInAnyOrderElementsOf(Bundle.open(first).fingerprint().images());
      assertThat(
              Files.mismatch(
                  first.resolve("bundle/weights.safetensors"),
                  second.resolve("bundle/weights.safetensors")))
          .as("other seeds")
          .isNotNegative();
    }
    assertThat(cases("run/repeat2")).hasSameSizeAs(cases("run")).isNotEqualTo(cases("run"));
  }

  /** Stops once, when a stage begins whose title begins so. */
  private static Progress stoppingAt(String begins) {
    return (title, total) -> {
      if (title.startsWith(begins)) {
        throw new IllegalStateException("stopped");
      }
      return Progress.NONE.stage(title, total);
    };
  }

  @Test
  void aNestedRepeatOfTwoTasksGoesOnToTheSameAndCountsOnceItIsWhole() throws IOException {
    List<String> folds = List.of("fold1", "fold2", "fold3");
    Map<String, String> parts = new LinkedHashMap<>();
    Groups groups = Groups.read(dataset.groupsFile());
    dataset
        .rows()
        .forEach(
            row ->
                parts.put(
                    row.image(),
                    folds.get(Integer.parseInt(groups.groupOf(row.image()).substring(1)) / 2 % 3)));
    first("3 folds by pathology", folds, parts).write(dataset.splitFile());
    String recipe =
        MadeDataset.recipe(1, "final: mean-of-folds")
                .replace("task: pathology", "tasks: [pathology, density]")
            + "calibration: {nested: true}\n";
    train(recipe, "whole", Progress.NONE);
    assertThatThrownBy(() -> train(recipe, "run", stoppingAt("repeat2: without-fold1-fold3")))
        .hasMessage("stopped");
    assertThatThrownBy(() -> train(recipe, "run", stoppingAt("repeat2: fold2")))
        .hasMessage("stopped");
    train(recipe, "run", Progress.NONE);
    Path whole = folder.resolve("whole/repeat2");
    Path repeat = folder.resolve("run/repeat2");
    List<String> files =
        List.of(
            "predictions.csv",
            "predictions-density.csv",
            "uncalibrated/predictions.csv",
            "uncalibrated/predictions-density.csv",
            "fold1/inner/predictions-density.csv");
    for (String file : files) {
      assertThat(repeat.resolve(file)).hasSameTextualContentAs(whole.resolve(file));
    }
    Evaluation evaluation = evaluate("run");
    assertThat(evaluation.tasks()).hasSize(2);
    assertThat(evaluation.repeats()).hasSize(2);
    // As a kill between the two tasks' files leaves them.
    Files.delete(repeat.resolve("predictions-density.csv"));
    Evaluation half = evaluate("run");
    assertThat(half.tasks()).hasSize(2);
    assertThat(half.repeats()).as("a repeat of one task is none yet").isEmpty();
    train(recipe, "run", Progress.NONE);
    assertThat(evaluate("run").repeats()).isEqualTo(evaluation.repeats());
  }

  private Evaluation evaluate(String run) throws IOException {
    return new EvaluateModel(PerceptualHash::of)
        .run(folder.resolve(run), dataset, Optional.empty(), Progress.NONE);
  }

  /** Trains a recipe with one repeat, or goes on. */
  private TrainReport train(String recipe, String out, Progress progress) throws IOException {
    return train(
        recipe,
        out,
        RecipeImages.repeats(dataset, 2),
        Files.exists(folder.resolve(out).resolve("run.json")),
        progress);
  }

  @Test
  void aRunTakesMoreRepeatsAndGoesOnWhereItWasStopped() throws IOException {
    train("whole", 2, false, Progress.NONE);
    train("run", 1, false, Progress.NONE);
    Path run = folder.resolve("run");
    var before = Files.getLastModifiedTime(run.resolve("bundle/weights.safetensors"));
    assertThat(RunProgress.crossValidations(run)).isEqualTo(1);
    Progress stops =
        (title, total) -> {
          if (title.startsWith("repeat2: fold2")) {
            throw new IllegalStateException("stopped");
          }
          return Progress.NONE.stage(title, total);
        };
    assertThatThrownBy(() -> train("run", 2, true, stops)).hasMessage("stopped");
    assertThat(RunProgress.read(run).orElseThrow().status()).isEqualTo(RunProgress.Status.STOPPED);
    assertThat(RunProgress.crossValidations(run)).isEqualTo(2);
    assertThatThrownBy(() -> train("run", 1, true, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--repeats 2");
    assertThat(
            new EvaluateModel(PerceptualHash::of)
                .run(run, dataset, Optional.empty(), Progress.NONE)
                .repeats())
        .as("half a repeat is none")
        .isEmpty();
    Files.createDirectories(run.resolve("repeat2/fold2"));
    Files.writeString(run.resolve("repeat2/fold2/.partial-checkpoint.safetensors"), "half");
    train("run", 2, true, Progress.NONE);
    assertThat(run.resolve("repeat2/fold2/.partial-checkpoint.safetensors")).doesNotExist();
    assertThat(RunProgress.read(run).orElseThrow().status()).isEqualTo(RunProgress.Status.DONE);
    assertThat(Files.getLastModifiedTime(run.resolve("bundle/weights.safetensors")))
        .isEqualTo(before);
    assertThat(run.resolve("repeat2/predictions.csv"))
        .hasSameTextualContentAs(folder.resolve("whole/repeat2/predictions.csv"));
  }
}
