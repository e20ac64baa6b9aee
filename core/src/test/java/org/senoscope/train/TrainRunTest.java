package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.metrics.ClassificationMetrics;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.PerceptualHash;
import org.senoscope.model.Bundle;
import org.senoscope.model.OutputForm;
import org.senoscope.model.Predictor;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.split.Parts;
import org.senoscope.split.SplitDataset;
import org.senoscope.study.Outline;
import org.senoscope.study.Prediction;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class TrainRunTest {
  @TempDir private Path folder;

  private static final TrainRun TRAINER =
      new TrainRun((recipe, description, images, evaluation) -> "# " + recipe.name(), List.of());

  private TrainReport train(
      Dataset dataset, List<String> parts, String recipe, String out, boolean resume, Progress how)
      throws IOException {
    return TRAINER.run(
        new TrainRun.Request(
            RecipeReader.parse(recipe, "test"),
            dataset,
            MadeDataset.parts(dataset, parts),
            folder.resolve(out),
            Optional.empty(),
            resume),
        how);
  }

  /** A mask head learns where the spots are, and the bundle draws them in the image's pixels. */
  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "true, true"})
  void lesionMasksAreLearnedBesideTheLabels(boolean guides, boolean mirrored) throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 32, 48, 1, true);
    String recipe =
        MadeDataset.recipe(25, "seed: 3")
            + "masks: {weight: 1, width: 16, guides: %s, none: [benign]}\n".formatted(guides)
            + "mirroredAveraging: %s\n".formatted(mirrored);
    TrainReport report = train(dataset, List.of("train"), recipe, "run", false, Progress.NONE);
    double dice = 0;
    int drawnOnBenign = 0;
    try (Predictor predictor = Predictor.open(Bundle.open(report.bundle()), 1)) {
      for (ManifestRow row : dataset.rows()) {
        Outline outline =
            predictor
                .predict(row.image(), ImageFiles.read(dataset.resolve(row.image())))
                .outline()
                .orElseThrow();
        if (row.mask().isEmpty()) {
          drawnOnBenign += outline.rings().isEmpty() ? 0 : 1;
        } else {
          GreyImage mask = ImageFiles.read(dataset.resolve(row.mask()));
          long both = 0;
          long either = 0;
          for (int i = 0; i < 48 * 48; i++) {
            int line = i / 48;
            boolean ours = drawn(outline, i % 48 + .5, line + .5);
            boolean theirs = mask.pixels()[i] > .5f;
            both += ours && theirs ? 1 : 0;
            either += (ours ? 1 : 0) + (theirs ? 1 : 0);
          }
          dice += 2.0 * both / either / 16;
        }
      }
    }
    assertThat(dice).isGreaterThan(.6);
    assertThat(drawnOnBenign).isLessThanOrEqualTo(2);
  }

  private static boolean drawn(Outline outline, double x, double y) {
    boolean inside = false;
    for (List<Outline.Corner> ring : outline.rings()) {
      for (int i = 0; i < ring.size(); i++) {
        Outline.Corner a = ring.get(i);
        Outline.Corner b = ring.get((i + 1) % ring.size());
        if (a.y() > y != b.y() > y && x < a.x() + (y - a.y()) / (b.y() - a.y()) * (b.x() - a.x())) {
          inside = !inside;
        }
      }
    }
    return inside;
  }

  @Test
  void aRecipeThatLearnsMasksNeedsSome() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 8, 40, 1);
    assertThatThrownBy(
            () ->
                train(
                    dataset,
                    List.of("train"),
                    MadeDataset.recipe(1, "") + "masks: {weight: 1}\n",
                    "run",
                    false,
                    Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("lesion masks")
        .hasMessageContaining("leave the recipe's section masks out");
    Dataset masked = MadeDataset.write(folder.resolve("masked"), 8, 40, 1, true);
    assertThatThrownBy(
            () ->
                train(
                    masked,
                    List.of("train"),
                    MadeDataset.recipe(1, "") + "masks: {none: [Benign]}\n",
                    "run",
                    false,
                    Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("masks.none names the label \"Benign\"");
  }

  private TrainReport trainFrom(Path init, Dataset dataset, String out, boolean resume)
      throws IOException {
    return TRAINER.run(
        new TrainRun.Request(
            RecipeReader.parse(MadeDataset.recipe(1, ""), "test"),
            dataset,
            MadeDataset.parts(dataset, List.of("fold1", "fold2")),
            folder.resolve(out),
            Optional.of(init),
            resume),
        Progress.NONE);
  }

  /** The same pictures with other bytes: each a little darker. */
  private Dataset darker(Dataset dataset, String name) throws IOException {
    Path root = folder.resolve(name);
    Files.createDirectories(root.resolve("images"));
    String manifest = Files.readString(dataset.manifestFile());
    for (ManifestRow row : dataset.rows()) {
      GreyImage image = ImageFiles.read(dataset.resolve(row.image()));
      float[] pixels = image.pixels().clone();
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] *= 0.97f;
      }
      Path copy = root.resolve(row.image());
      ImageFiles.writePng(new GreyImage(image.height(), image.width(), pixels), copy);
      manifest = manifest.replace(row.sha256(), Hashes.sha256(copy));
    }
    Files.writeString(root.resolve("manifest.csv"), manifest);
    Files.copy(dataset.root().resolve("dataset.json"), root.resolve("dataset.json"));
    return Dataset.open(root);
  }

  /** With the groups of an audit that found no copies. */
  private static Dataset audited(Dataset dataset) throws IOException {
    Map<String, Groups.Entry> groups = new LinkedHashMap<>();
    for (ManifestRow row : dataset.rows()) {
      groups.put(row.image(), new Groups.Entry("g" + groups.size(), "", "", ""));
    }
    new Groups(groups).write(dataset.groupsFile());
    return dataset;
  }

  private Path zip(Path bundle) throws IOException {
    Path file = folder.resolve("bundle.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file));
        Stream<Path> inside = Files.list(bundle)) {
      for (Path each : inside.toList()) {
        zip.putNextEntry(new ZipEntry("made/" + each.getFileName()));
        Files.copy(each, zip);
      }
    }
    return file;
  }

  @Test
  void twoHeadsAreBothScoredOutOfFold() throws IOException {
    Dataset dataset = audited(MadeDataset.write(folder.resolve("data"), 48, 40, 1));
    String recipe =
        MadeDataset.recipe(1, "")
            .replace("task: pathology", "tasks: [density, pathology]")
            .replace("name: made", "name: two-heads");
    TrainReport report =
        train(dataset, List.of("fold1", "fold2"), recipe, "run", false, Progress.NONE);
    Path run = folder.resolve("run");
    PredictionsFile main = PredictionsFile.read(run.resolve("predictions.csv"));
    PredictionsFile other = PredictionsFile.read(run.resolve("predictions-pathology.csv"));
    assertThat(main.labels()).containsExactly("1", "2");
    assertThat(other.labels()).containsExactly("benign", "malignant");
    assertThat(main.cases()).hasSize(48);
    assertThat(other.cases()).hasSize(48);
    Evaluation evaluation =
        new EvaluateModel(PerceptualHash::of).run(run, dataset, Optional.empty(), Progress.NONE);
    assertThat(evaluation.tasks().stream().map(task -> task.task().name()))
        .containsExactly("density", "pathology");
    assertThat(evaluation.protocol().leakFree()).isTrue();
    assertThat(report.validation().path("tasks").path("pathology").path("n").asInt()).isEqualTo(48);
  }

  @Test
  void joinedTasksAreOneWithALabelForEachPair() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 48, 40, 1);
    String recipe = MadeDataset.recipe(1, "").replace("task: pathology", "task: density+pathology");
    train(dataset, List.of("train", "validation"), recipe, "run", false, Progress.NONE);
    Bundle bundle = Bundle.open(folder.resolve("run").resolve("bundle"));
    assertThat(bundle.description().task().labels())
        .containsExactly("1 benign", "1 malignant", "2 benign", "2 malignant");
    try (Predictor predictor = Predictor.open(bundle, 1)) {
      Prediction prediction =
          predictor.predict(
              "a", ImageFiles.read(dataset.resolve(dataset.rows().getFirst().image())));
      assertThat(prediction.scores().values().stream().mapToDouble(p -> p).sum())
          .isCloseTo(1, org.assertj.core.api.Assertions.within(1e-5));
    }
    Evaluation evaluation =
        new EvaluateModel(PerceptualHash::of)
            .run(folder.resolve("run"), dataset, Optional.of("all"), Progress.NONE);
    assertThat(evaluation.first().n()).isEqualTo(48);
  }

  @Test
  void anEpochTakesAsManyImagesOfEachClassAsAsked() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 24, 40, 1);
    train(
        dataset,
        List.of("train"),
        MadeDataset.recipe(2, "perClass: 40"),
        "run",
        false,
        Progress.NONE);
    String[] log = Files.readString(folder.resolve("run").resolve("log.jsonl")).split("\n", -1);
    var epoch = Json.parse(log[0], "log");
    assertThat(epoch.path("imagesPerSecond").asDouble() * epoch.path("seconds").asDouble())
        .isCloseTo(80, org.assertj.core.api.Assertions.within(1e-6));
  }

  @Test
  void aLeakySplitIsTrainedOnOnlyWhenAskedAndMarksAllThatComesOfIt() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 48, 40, 1);
    SplitDataset.demonstrateLeakage(
        dataset, Parts.holdout("70/30/0"), Optional.of(Task.PATHOLOGY), 1);
    Recipe recipe = RecipeReader.parse(MadeDataset.recipe(1, ""), "test");
    Assignments leaky = RecipeImages.assignments(recipe, dataset, Progress.NONE);
    Path run = folder.resolve("run");
    assertThatThrownBy(
            () ->
                TRAINER.run(
                    new TrainRun.Request(recipe, dataset, leaky, run, Optional.empty(), false),
                    Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--demonstrate-leakage");
    assertThat(run).doesNotExist();
    TRAINER.run(
        new TrainRun.Request(recipe, dataset, leaky, run, Optional.empty(), false, true),
        Progress.NONE);
    Bundle bundle = Bundle.open(run.resolve("bundle"));
    assertThat(bundle.description().name()).isEqualTo("made-leakage-demonstration");
    assertThat(bundle.description().provenance().path("demonstratesLeakage").asBoolean()).isTrue();
    assertThat(Json.read(run.resolve("run.json")).path("demonstratesLeakage").asBoolean()).isTrue();
    Evaluation evaluation =
        new EvaluateModel(PerceptualHash::of)
            .run(run, dataset, Optional.of("validation"), Progress.NONE);
    assertThat(evaluation.result()).startsWith("demonstration of leakage, never a result");
    assertThat(evaluation.sentence()).startsWith("Demonstration of leakage.");
    assertThat(evaluation.protocol().leakFree()).isFalse();
    assertThat(evaluation.toJson().path("protocol").path("demonstratesLeakage").asBoolean())
        .isTrue();
    // Its mark goes with it: to another data set's figures, and no training starts from it.
    Dataset other = MadeDataset.write(folder.resolve("other"), 12, 40, 9);
    Evaluation elsewhere =
        new EvaluateModel(PerceptualHash::of)
            .run(run.resolve("bundle"), other, Optional.of("all"), Progress.NONE);
    assertThat(elsewhere.result()).startsWith("demonstration of leakage, never a result");
    assertThatThrownBy(() -> trainFrom(run.resolve("bundle"), other, "from-leaky", false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("demonstrates leakage");
    Assignments honest = MadeDataset.parts(dataset, List.of("train", "validation"));
    assertThatThrownBy(
            () ->
                TRAINER.run(
                    new TrainRun.Request(
                        recipe,
                        dataset,
                        honest,
                        folder.resolve("b"),
                        Optional.empty(),
                        false,
                        true),
                    Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("demonstrates no leakage");
  }

  @Test
  void aRecipeThatCropsAroundMarksNeedsSome() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 12, 40, 1);
    String recipe =
        MadeDataset.recipe(1, "")
            .replace("  - {step: resize", "  - {step: crop-roi}\n  - {step: resize");
    assertThatThrownBy(() -> train(dataset, List.of("train"), recipe, "run", false, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("column roi");
  }

  @Test
  void foldsAloneLeaveARunThatGoesOn() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 24, 40, 1);
    var request =
        new TrainRun.Request(
            RecipeReader.parse(MadeDataset.recipe(1, ""), "test"),
            dataset,
            MadeDataset.parts(dataset, List.of("fold1", "fold2")),
            folder.resolve("run"),
            Optional.empty(),
            false);
    Evaluation evaluation = TRAINER.outOfFold(request, Progress.NONE);
    assertThat(evaluation.first().n()).isEqualTo(24);
    assertThat(RunProgress.read(folder.resolve("run")).orElseThrow().status())
        .isEqualTo(RunProgress.Status.STOPPED);
    TrainReport report =
        train(
            dataset,
            List.of("fold1", "fold2"),
            MadeDataset.recipe(1, ""),
            "run",
            true,
            Progress.NONE);
    assertThat(report.bundle()).isDirectory();
    assertThat(RunProgress.read(folder.resolve("run")).orElseThrow().status())
        .isEqualTo(RunProgress.Status.DONE);
  }

  @Test
  void learnsWhatCanBeLearnedAndKeepsFoldsApart() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 96, 40, 1);
    TrainReport report =
        train(
            dataset,
            List.of("fold1", "fold2", "fold3"),
            MadeDataset.recipe(8, ""),
            "run",
            false,
            Progress.NONE);
    PredictionsFile predictions =
        PredictionsFile.read(folder.resolve("run").resolve("predictions.csv"));
    assertThat(predictions.cases()).hasSize(96);
    assertThat(predictions.cases().stream().map(ScoredCase::image)).doesNotHaveDuplicates();
    ClassificationMetrics metrics =
        ClassificationMetrics.of(
            predictions.labels(),
            predictions.cases().stream().mapToInt(ScoredCase::truth).toArray(),
            predictions.cases().stream()
                .map(ScoredCase::probabilityArray)
                .toArray(double[][]::new));
    assertThat(metrics.auc()).isGreaterThan(0.95);
    assertThat(report.validation().path("metrics").path("auc").path("value").asDouble())
        .isGreaterThan(0.95);
    Bundle bundle = Bundle.open(report.bundle());
    assertThat(bundle.fingerprint().size()).isEqualTo(96);
    assertThat(Bundle.open(folder.resolve("run/fold1/bundle")).fingerprint().size()).isEqualTo(64);
  }

  @Test
  void oneSigmoidLearnsAsSoftmaxDoesAndItsBundleSaysSo() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 96, 40, 1);
    String recipe =
        MadeDataset.recipe(8, "").replace("family: cnn", "family: cnn, output: sigmoid");
    TrainReport report =
        train(dataset, List.of("train", "validation"), recipe, "run", false, Progress.NONE);
    assertThat(report.validation().path("metrics").path("auc").path("value").asDouble())
        .isGreaterThan(0.95);
    Bundle bundle = Bundle.open(report.bundle());
    assertThat(bundle.description().heads().getFirst().form()).isEqualTo(OutputForm.SIGMOID);
    try (Predictor predictor = Predictor.open(bundle, 1)) {
      int right = 0;
      for (ManifestRow row : dataset.rows()) {
        Prediction prediction =
            predictor.predict(row.image(), ImageFiles.read(dataset.root().resolve(row.image())));
        assertThat(prediction.scores().values().stream().mapToDouble(p -> p).sum())
            .isCloseTo(1, within(1e-9));
        right += prediction.label().equals(row.label(Task.PATHOLOGY)) ? 1 : 0;
      }
      assertThat(right).isGreaterThan(86);
    }
    assertThatThrownBy(
            () ->
                train(
                    dataset,
                    List.of("train", "validation"),
                    recipe.replace(
                        "task: pathology", "task: pathology\nlabels: [normal, benign, malignant]"),
                    "other",
                    false,
                    Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("network.output: softmax");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "masks: {width: 8, guides: true, none: [benign]}"})
  void goesOnToTheVeryNumbersOfAnUndisturbedRun(String masks) throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 48, 40, 2, true);
    List<String> parts = List.of("train", "train", "validation");
    String recipe = MadeDataset.recipe(5, "patience: 4") + masks + "\n";
    train(dataset, parts, recipe, "whole", false, Progress.NONE);
    for (int stopAfter : new int[] {3, 6, 13}) {
      String out = "stopped" + stopAfter;
      assertThatThrownBy(() -> train(dataset, parts, recipe, out, false, new StopsAfter(stopAfter)))
          .isInstanceOf(Stopped.class);
      train(dataset, parts, recipe, out, true, Progress.NONE);
      assertThat(folder.resolve(out).resolve("bundle/weights.safetensors"))
          .hasSameBinaryContentAs(folder.resolve("whole/bundle/weights.safetensors"));
      assertThat(folder.resolve(out).resolve("predictions.csv"))
          .hasSameTextualContentAs(folder.resolve("whole/predictions.csv"));
    }
  }

  @Test
  void stopsEarlyAndRestoresTheBestWeights() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 48, 40, 3);
    TrainReport report =
        train(
            dataset,
            List.of("train", "train", "validation"),
            // A rate far too high: the loss gets worse sooner or later.
            MadeDataset.recipe(60, "patience: 3").replace("rate: 1e-2", "rate: 0.3"),
            "run",
            false,
            Progress.NONE);
    assertThat(report.epochs()).isLessThan(60);
    assertThat(report.bestEpoch()).isEqualTo(report.epochs() - 3);
    List<String> log = Files.readAllLines(folder.resolve("run/log.jsonl"));
    assertThat(log).hasSize(report.epochs());
    double best =
        org.senoscope.files.Json.parse(log.get(report.bestEpoch() - 1), "log")
            .path("validation")
            .path("brier")
            .asDouble();
    assertThat(report.validation().path("metrics").path("brier").path("value").asDouble())
        .isCloseTo(best, within(1e-9));
  }

  @Test
  void theLogTellsTrainingFromValidation() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 48, 40, 3);
    train(
        dataset,
        List.of("train", "train", "validation"),
        MadeDataset.recipe(4, "classWeights: none\n  labelSmoothing: 0"),
        "run",
        false,
        Progress.NONE);
    List<LearningCurves.Epoch> epochs = LearningCurves.read(folder.resolve("run")).epochs();
    assertThat(epochs).hasSize(4);
    assertThat(epochs)
        .allSatisfy(
            epoch -> {
              assertThat(epoch.planned()).isEqualTo(4);
              // Neither weighted nor smoothed, what is minimised is the log loss itself.
              assertThat(epoch.trainingLoss()).isCloseTo(epoch.trainingObjective(), within(1e-5));
              assertThat(epoch.trainingAccuracy() * 32 % 1).isZero();
              assertThat(epoch.validationImages()).isEqualTo(16);
              assertThat(epoch.validationAccuracy() * 16 % 1).isZero();
              assertThat(epoch.validationLoss()).isPositive();
            });
    assertThat(epochs.getLast().trainingAccuracy())
        .isGreaterThan(epochs.getFirst().trainingAccuracy());
  }

  @Test
  void refusesToMixRuns() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 16, 40, 4);
    List<String> parts = List.of("train", "validation");
    train(dataset, parts, MadeDataset.recipe(1, ""), "run", false, Progress.NONE);
    assertThatThrownBy(
            () -> train(dataset, parts, MadeDataset.recipe(1, ""), "run", false, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--resume");
    assertThatThrownBy(
            () -> train(dataset, parts, MadeDataset.recipe(2, ""), "run", true, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("another recipe");
  }

  @Test
  void whatTheInitialBundleHadSeenIsFoundInTheRunsOwnEvaluation() throws IOException {
    Dataset first = MadeDataset.write(folder.resolve("first"), 24, 40, 6);
    train(first, List.of("train"), MadeDataset.recipe(1, ""), "first-run", false, Progress.NONE);
    Path bundle = folder.resolve("first-run/bundle");

    Dataset copies = audited(darker(first, "copies"));
    ObjectNode seen = trainFrom(bundle, copies, "again", false).validation();
    assertThat(seen.path("result").asText())
        .isEqualTo("not a test result: 24 of 24 images were seen in training");
    assertThat(seen.path("protocol").path("leakFree").asBoolean(true)).isFalse();
    assertThat(seen.path("protocol").path("notes").toString())
        .contains("picture hash")
        .contains("bundle made 1");
    Evaluation later =
        new EvaluateModel(PerceptualHash::of)
            .run(folder.resolve("again"), copies, Optional.empty(), Progress.NONE);
    assertThat(later.result()).isEqualTo(seen.path("result").asText());

    Dataset others = audited(MadeDataset.write(folder.resolve("others"), 24, 40, 7));
    ObjectNode unseen = trainFrom(bundle, others, "elsewhere", false).validation();
    assertThat(unseen.path("protocol").path("leakFree").asBoolean()).isTrue();
  }

  @Test
  void initialWeightsAreKeptByNameAndHashAndComeFromAFolderAZipOrARun() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 16, 40, 8);
    train(dataset, List.of("train"), MadeDataset.recipe(1, ""), "first", false, Progress.NONE);
    Path bundle = folder.resolve("first/bundle");
    String sha256 = Bundle.open(bundle).sha256();
    Path zip = zip(bundle);
    int run = 0;
    for (Path init : List.of(bundle, zip, folder.resolve("first"))) {
      String out = "run" + run++;
      trainFrom(init, dataset, out, false);
      JsonNode description = Json.read(folder.resolve(out).resolve("run.json"), "run");
      assertThat(description.path("initial").path("kind").asText()).isEqualTo("bundle");
      assertThat(description.path("initial").path("name").asText()).isEqualTo("made 1");
      assertThat(description.path("initial").path("sha256").asText()).isEqualTo(sha256);
      assertThat(provenance(out + "/bundle").path("initial").toString())
          .isEqualTo(description.path("initial").toString());
      assertThat(folder.resolve(out).resolve("bundle/weights.safetensors"))
          .hasSameBinaryContentAs(folder.resolve("run0/bundle/weights.safetensors"));
    }
    for (String file : List.of("run0/run.json", "run0/bundle/model.json")) {
      assertThat(folder.resolve(file)).content().doesNotContain(bundle.toString());
    }
  }

  /** A mask head begins anew where the other network had none, and is left behind where it had. */
  @ParameterizedTest
  @CsvSource({"false, true", "true, false"})
  void initialWeightsComeWithAMaskHeadOrWithout(boolean before, boolean after) throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 16, 40, 8, true);
    String masks = "masks: {width: 4, none: [benign]}\n";
    train(
        dataset,
        List.of("train"),
        MadeDataset.recipe(1, "") + (before ? masks : ""),
        "first",
        false,
        Progress.NONE);
    TrainReport report =
        TRAINER.run(
            new TrainRun.Request(
                RecipeReader.parse(MadeDataset.recipe(1, "") + (after ? masks : ""), "test"),
                dataset,
                MadeDataset.parts(dataset, List.of("train")),
                folder.resolve("second"),
                Optional.of(folder.resolve("first/bundle")),
                false),
            Progress.NONE);
    try (Predictor predictor = Predictor.open(Bundle.open(report.bundle()), 1)) {
      GreyImage image = ImageFiles.read(dataset.resolve(dataset.rows().getFirst().image()));
      assertThat(predictor.infer(image).lesion().isPresent()).isEqualTo(after);
    }
  }

  /** Frozen stages end as they began, also where a training stopped and went on. */
  @Test
  void frozenStagesKeepTheWeightsThatTheyStartWith() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 32, 40, 8);
    train(dataset, List.of("train"), MadeDataset.recipe(1, ""), "first", false, Progress.NONE);
    String frozen =
        MadeDataset.recipe(4, "").replace("dropout: 0.1}", "dropout: 0.1, frozenStages: 1}");
    assertThatThrownBy(
            () -> train(dataset, List.of("train"), frozen, "random", false, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("they would start at random");
    TrainRun.Request whole = frozenFrom("first", dataset, frozen, "whole", false);
    TRAINER.run(whole, Progress.NONE);
    for (int stopAfter : new int[] {2, 9}) {
      String out = "stopped" + stopAfter;
      assertThatThrownBy(
              () ->
                  TRAINER.run(
                      frozenFrom("first", dataset, frozen, out, false), new StopsAfter(stopAfter)))
          .isInstanceOf(Stopped.class);
      TRAINER.run(frozenFrom("first", dataset, frozen, out, true), Progress.NONE);
      assertThat(folder.resolve(out).resolve("bundle/weights.safetensors"))
          .hasSameBinaryContentAs(folder.resolve("whole/bundle/weights.safetensors"));
    }
    SafetensorsFile before =
        SafetensorsFile.open(folder.resolve("first/bundle/weights.safetensors"));
    SafetensorsFile after =
        SafetensorsFile.open(folder.resolve("whole/bundle/weights.safetensors"));
    assertThat(after.floats("block1.0.conv.weight"))
        .isEqualTo(before.floats("block1.0.conv.weight"));
    assertThat(after.floats("block1.0.bn.weight")).isEqualTo(before.floats("block1.0.bn.weight"));
    assertThat(after.floats("block2.0.conv.weight"))
        .isNotEqualTo(before.floats("block2.0.conv.weight"));
  }

  private TrainRun.Request frozenFrom(
      String init, Dataset dataset, String recipe, String out, boolean resume) throws IOException {
    return new TrainRun.Request(
        RecipeReader.parse(recipe, "test"),
        dataset,
        MadeDataset.parts(dataset, List.of("train")),
        folder.resolve(out),
        Optional.of(folder.resolve(init).resolve("bundle")),
        resume);
  }

  @Test
  void changedInitialWeightsAreRefusedOnResume() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 16, 40, 9);
    train(dataset, List.of("train"), MadeDataset.recipe(1, ""), "a", false, Progress.NONE);
    train(dataset, List.of("train"), MadeDataset.recipe(2, ""), "b", false, Progress.NONE);
    trainFrom(folder.resolve("a/bundle"), dataset, "run", false);
    assertThatThrownBy(() -> trainFrom(folder.resolve("b/bundle"), dataset, "run", true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was begun with other initial weights: bundle made 1 (SHA-256 ")
        .hasMessageContaining("bring the old ones back");
    trainFrom(folder.resolve("a"), dataset, "run", true);
  }

  @Test
  void weightsOfUnknownOriginMakeNoTestResult() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 16, 40, 10);
    train(dataset, List.of("train"), MadeDataset.recipe(1, ""), "a", false, Progress.NONE);
    Path found = folder.resolve("found.safetensors");
    Files.copy(folder.resolve("a/bundle/weights.safetensors"), found);
    String recipe =
        MadeDataset.recipe(1, "")
            .replace("dropout: 0.1}", "dropout: 0.1, weights: '%s'}".formatted(found));
    List<String> parts = List.of("fold1", "fold2");
    ObjectNode facts = train(dataset, parts, recipe, "b", false, Progress.NONE).validation();
    assertThat(facts.path("result").asText()).contains("initial weights");
    assertThat(facts.path("protocol").path("origin").asText()).isEqualTo("initial weights unknown");
    ObjectNode provenance = provenance("b/bundle");
    assertThat(provenance.path("initial").path("name").asText()).isEqualTo("found.safetensors");
    assertThat(provenance.path("initial").path("sha256").asText()).isEqualTo(Hashes.sha256(found));
    // What starts from that bundle inherits the doubt.
    ObjectNode next = trainFrom(folder.resolve("b"), dataset, "c", false).validation();
    assertThat(next.path("protocol").path("leakFree").asBoolean(true)).isFalse();
    assertThat(next.path("protocol").path("why").asText()).contains("initial weights");
  }

  @Test
  void splitsThatCannotBeTrainedOnAreRefusedBeforeTheRunsFolderIsMade() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 16, 40, 11);
    String chooses = MadeDataset.recipe(1, "patience: 2");
    assertThatThrownBy(() -> train(dataset, List.of("test"), chooses, "run", false, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no training part with labels, its parts are [test]");
    assertThatThrownBy(() -> train(dataset, List.of("train"), chooses, "run", false, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the split has none");
    assertThatThrownBy(
            () -> train(dataset, List.of("fold1", "fold2"), chooses, "run", false, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the split has 2");
    assertThatThrownBy(
            () ->
                train(
                    dataset,
                    List.of("fold1"),
                    MadeDataset.recipe(1, ""),
                    "run",
                    false,
                    Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("one fold alone");
    assertThatThrownBy(() -> trainFrom(folder.resolve("none"), dataset, "run", false))
        .isInstanceOf(InputException.class);
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void whatAKilledTrainingLeftUnfinishedIsRemovedAndNothingElse() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 16, 40, 12);
    List<String> parts = List.of("fold1", "fold2");
    train(dataset, parts, MadeDataset.recipe(1, ""), "run", false, Progress.NONE);
    Path run = folder.resolve("run");
    String id = "-00000000-0000-0000-0000-000000000000";
    List<Path> left =
        List.of(
            run.resolve(".partial-run.json" + id),
            run.resolve(".partial-cache-0123456789abcdef.bin"),
            run.resolve("fold1/.partial-checkpoint.safetensors" + id),
            run.resolve("fold1/.partial-distances.csv" + id),
            run.resolve("fold2/.partial-bundle.safetensors"));
    for (Path each : left) {
      Files.writeString(each, "half");
    }
    Path bundle = Files.createDirectories(run.resolve("fold1/.partial-bundle" + id));
    Files.writeString(bundle.resolve("model.onnx"), "half");
    Path ungated = Files.createDirectories(run.resolve(".partial-.ungated-bundle" + id));
    Files.writeString(ungated.resolve("weights.safetensors"), "half");
    Path foreign = Files.writeString(run.resolve(".partial-busi" + id), "another's");
    train(dataset, parts, MadeDataset.recipe(1, ""), "run", true, Progress.NONE);
    assertThat(left).allSatisfy(each -> assertThat(each).doesNotExist());
    assertThat(bundle).doesNotExist();
    assertThat(ungated).doesNotExist();
    assertThat(foreign).exists();
  }

  @Test
  void aLossThatIsNoNumberAnyMoreIsSaidAsSuch() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 16, 40, 13);
    // Weight decay of 10 at a rate of 10 makes each weight 99 times as large in every step. With
    // one step in an epoch, validation sees the weights before the next step does.
    String recipe =
        MadeDataset.recipe(60, "weightDecay: 10")
            .replace("1e-2", "10")
            .replace("batch: 8", "batch: 64")
            .replace("movingAverage: 0.9", "schedule: constant");
    assertThatThrownBy(
            () ->
                train(dataset, List.of("train", "validation"), recipe, "run", false, Progress.NONE))
        .hasMessageMatching(
            "The validation loss became NaN after epoch \\d+: lower training.rate \\(now 10.0\\), or"
                + " set training.precision: fp32");
  }

  @Test
  void finalTrainingSaysThatItHadNoPlateauToSee() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 24, 40, 14);
    train(
        dataset,
        List.of("fold1", "fold2", "fold3"),
        MadeDataset.recipe(2, "schedule: plateau"),
        "run",
        false,
        Progress.NONE);
    assertThat(provenance("run/bundle").path("finalTraining").asText())
        .contains("median of the folds' best epochs")
        .contains("the rate stayed constant");
    assertThat(provenance("run/fold1/bundle").has("finalTraining")).isFalse();
  }

  private ObjectNode provenance(String bundle) throws IOException {
    return Bundle.open(folder.resolve(bundle)).description().provenance();
  }

  @Test
  void theReportAsJsonHasItsMetricsByNameAsTheContractSays() throws IOException {
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 24, 40, 15);
    ObjectNode json =
        train(
                dataset,
                List.of("fold1", "fold2"),
                MadeDataset.recipe(1, ""),
                "run",
                false,
                Progress.NONE)
            .toJson();
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/train/1");
    JsonNode auc = json.path("validation").path("auc");
    assertThat(auc.path("value").isNumber()).isTrue();
    assertThat(auc.path("low").asDouble()).isLessThanOrEqualTo(auc.path("value").asDouble());
    assertThat(json.path("validation").path("balancedAccuracy").path("value").isNumber()).isTrue();
    assertThat(json.path("validation").path("of").asText()).contains("out of fold");
    assertThat(json.path("validation").has("metrics")).isFalse();
  }

  /** Stands for a kill in the middle of a step. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private record StopsAfter(AtomicInteger left) implements Progress {
    StopsAfter(int steps) {
      this(new AtomicInteger(steps));
    }

    @Override
    public Stage stage(String title, long total) {
      return (steps, note) -> {
        if (title.equals("training") && left.decrementAndGet() < 0) {
          throw new Stopped();
        }
      };
    }
  }
}
