package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.Frozen;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.explain.MapSource;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.PerceptualHash;
import org.senoscope.model.Bundle;
import org.senoscope.model.ClassMaps;
import org.senoscope.model.Gradients;
import org.senoscope.model.Head;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.refusal.Distances;
import org.senoscope.refusal.DistancesFile;
import org.senoscope.refusal.Limits;
import org.senoscope.report.ModelCard;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class MeanOfFoldsTest {
  private static final List<String> FOLDS = List.of("fold1", "fold2", "fold3");
  private static final String MEAN = "final: mean-of-folds";
  private static final String CNN = "{family: cnn, blocks: [8, 16], dropout: 0.1}";

  @TempDir private Path folder;

  private TrainReport train(Dataset dataset, List<String> parts, String recipe, Progress progress)
      throws IOException {
    CardWriter cards =
        (_, description, images, evaluation) ->
            ModelCard.markdown(
                description,
                new ModelCard.TrainingSet(
                    images.name(),
                    images.credit(),
                    images.images(),
                    images.groups(),
                    images.labels()),
                evaluation);
    return new TrainRun(cards, List.of())
        .run(
            new TrainRun.Request(
                RecipeReader.parse(recipe, "test"),
                dataset,
                MadeDataset.parts(dataset, parts),
                run(),
                Optional.empty(),
                Files.exists(run().resolve("run.json"))),
            progress);
  }

  private Path run() {
    return folder.resolve("run");
  }

  private Dataset dataset() throws IOException {
    return MadeDataset.write(folder.resolve("data"), 48, 40, 1);
  }

  private List<Predictor> networks() throws IOException {
    List<Predictor> networks = new ArrayList<>();
    for (String fold : FOLDS) {
      networks.add(Predictor.open(Bundle.open(run().resolve(fold)), 1));
    }
    return networks;
  }

  private static void assertMean(float[] mean, List<float[]> each) {
    float[] expected = new float[mean.length];
    float largest = 1;
    for (float[] one : each) {
      assertThat(one).hasSameSizeAs(mean);
      for (int i = 0; i < mean.length; i++) {
        expected[i] += one[i] / each.size();
        largest = Math.max(largest, Math.abs(one[i]));
      }
    }
    assertThat(mean).containsExactly(expected, within(1e-5f * largest));
    assertThat(each.getFirst()).as("networks differ").isNotEqualTo(each.getLast());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        CNN + "| task: pathology | false",
        "{family: cnn, blocks: [8, 16], batchNorm: false, dense: [16]} | task: pathology | false",
        "{family: cnn, blocks: [8], output: sigmoid} | tasks: [density, pathology] | true",
        "{family: efficientnet-lite0} | tasks: [pathology, density] | true",
        "{family: efficientnet-lite0, output: sigmoid} | task: pathology | false"
      })
  void theMeanAnswersAsTheMeanOfTheFoldsNetworks(String network, String tasks, boolean mirrored)
      throws IOException {
    Dataset dataset = dataset();
    String recipe =
        MadeDataset.recipe(1, MEAN).replace(CNN, network).replace("task: pathology", tasks)
            + "mirroredAveraging: %s\n".formatted(mirrored);
    assertThat(train(dataset, FOLDS, recipe, Progress.NONE).networks()).isEqualTo(3);
    List<Predictor> networks = networks();
    double[] logLosses = new double[2];
    try (Predictor mean = Predictor.open(Bundle.open(run()), 1);
        Predictor zipped = Predictor.open(Bundle.open(zip(run().resolve("bundle"))), 1)) {
      for (ManifestRow row : dataset.rows().subList(0, 4)) {
        GreyImage image = ImageFiles.read(dataset.resolve(row.image()));
        Inference said = mean.infer(image);
        List<Inference> each = networks.stream().map(one -> one.infer(image)).toList();
        for (Head head : mean.bundle().description().heads()) {
          Task task = head.task();
          assertMean(
              said.logits(task.name()), each.stream().map(one -> one.logits(task.name())).toList());
          assertThat(said.maps(task.name()).isPresent())
              .isEqualTo(each.getFirst().maps(task.name()).isPresent());
          said.maps(task.name())
              .ifPresent(
                  maps ->
                      assertMean(
                          maps.values(),
                          each.stream()
                              .map(one -> one.maps(task.name()).orElseThrow().values())
                              .toList()));
          int truth = task.indexOf(row.label(task.name()).orElseThrow());
          logLosses[0] -= Math.log(said.probabilities(task.name())[truth]);
          for (Inference one : each) {
            logLosses[1] -= Math.log(one.probabilities(task.name())[truth]) / each.size();
          }
        }
        assertThat(said.features().orElseThrow())
            .containsExactly(each.getFirst().features().orElseThrow(), within(1e-4f));
        assertThat(said.textures().isPresent()).isEqualTo(each.getFirst().textures().isPresent());
        assertThat(zipped.infer(image).logits())
            .usingRecursiveComparison()
            .isEqualTo(said.logits());
        heatmapsAreMeans(mean, networks, image);
      }
      assertThat(mean.givesGradients()).isEqualTo(networks.getFirst().givesGradients());
      assertThat(mean.givesGradients()).isEqualTo(!network.contains("cnn"));
      assertThat(MapSource.best(mean)).isEqualTo(MapSource.best(networks.getFirst()));
    }
    assertThat(logLosses[0]).as("by Jensen's inequality").isLessThanOrEqualTo(logLosses[1]);
    networks.forEach(Predictor::close);
  }

  private static void heatmapsAreMeans(Predictor mean, List<Predictor> networks, GreyImage image) {
    if (!mean.givesGradients()) {
      return;
    }
    GreyImage prepared =
        mean.bundle()
            .description()
            .preprocessing()
            .prepare(image, org.senoscope.study.Marks.NONE)
            .image();
    Gradients.Maps said = mean.gradients(prepared);
    List<Gradients.Maps> each = networks.stream().map(one -> one.gradients(prepared)).toList();
    assertMean(
        said.contributions().values(),
        each.stream().map(Gradients.Maps::contributions).map(ClassMaps::values).toList());
    assertMean(
        said.gradients().values(),
        each.stream().map(Gradients.Maps::gradients).map(ClassMaps::values).toList());
  }

  private Path zip(Path bundle) throws IOException {
    Path file = folder.resolve("bundle.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file));
        var inside = Files.list(bundle)) {
      for (Path each : inside.toList()) {
        zip.putNextEntry(new ZipEntry(each.getFileName().toString()));
        Files.copy(each, zip);
      }
    }
    return file;
  }

  @Test
  void itSaysWhatItIsAndWhoseTheFiguresAre() throws IOException {
    Dataset dataset = dataset();
    TrainReport report =
        train(dataset, FOLDS, MadeDataset.recipe(2, MEAN) + "calibration: {}\n", Progress.NONE);
    double seconds = 0;
    for (String fold : FOLDS) {
      seconds +=
          1
              / Json.read(run().resolve(fold).resolve("result.json"))
                  .path("imagesPerSecond")
                  .asDouble();
    }
    assertThat(report.imagesPerSecond()).isCloseTo(FOLDS.size() / seconds, within(1e-6));
    Bundle bundle = Bundle.open(run());
    assertThat(bundle.description().networks()).isEqualTo(3);
    assertThat(Bundle.open(run().resolve("fold1")).description().networks()).isEqualTo(1);
    assertThat(bundle.fingerprint().size()).isEqualTo(48);
    JsonNode validation = bundle.description().validation();
    assertThat(validation.path("of").asText())
        .contains("the one of the 3 networks that was not trained on it; nothing measured");
    assertThat(validation.path("before").asText()).contains("averaging, calibration and limits");
    assertThat(validation.path("metrics").path("auc").isObject()).isTrue();
    assertThat(bundle.readText(Bundle.README))
        .contains("These figures are not this model's")
        .contains("mean of 3 networks' logits")
        .contains("calibrate are of one network each")
        .contains(
            "which was set to hold the truth, by answers that are not this mean's own, for 90%")
        .doesNotContain("holds the truth for 90%")
        .contains("first of its networks");
    assertThat(RunProgress.read(run()).orElseThrow())
        .satisfies(
            progress -> {
              assertThat(progress.status()).isEqualTo(RunProgress.Status.DONE);
              assertThat(progress.trainings())
                  .extracting(RunProgress.Training::name)
                  .containsExactlyElementsOf(FOLDS);
            });
    assertThat(run().resolve("log.jsonl")).as("nothing more was trained").doesNotExist();

    List<Distances> outOfFold = new ArrayList<>();
    for (String fold : FOLDS) {
      DistancesFile.read(run().resolve(fold).resolve(DistancesFile.NAME))
          .forEach(row -> outOfFold.add(row.distances()));
    }
    Limits limits = bundle.description().limits().orElseThrow();
    Limits again = Limits.fit(limits.modality(), List.of(), outOfFold);
    assertThat(limits.cases()).isEqualTo(48);
    assertThat(limits.content()).isPresent().isEqualTo(again.content());
    assertThat(limits.texture()).isPresent().isEqualTo(again.texture());
    assertThat(limits.picture()).isPresent().isEqualTo(again.picture());
    // Its gate is the first network's, and so measures as that network's own does.
    GreyImage image = ImageFiles.read(dataset.resolve(dataset.rows().getFirst().image()));
    try (Predictor mean = Predictor.open(bundle, 1);
        Predictor first = Predictor.open(Bundle.open(run().resolve("fold1")), 1)) {
      Distances found = mean.infer(image).judgement().orElseThrow().distances();
      Distances own = first.infer(image).judgement().orElseThrow().distances();
      assertThat(found.content().getAsDouble())
          .isCloseTo(own.content().getAsDouble(), within(1e-3));
      assertThat(found.texture().getAsDouble())
          .isCloseTo(own.texture().getAsDouble(), within(1e-3));
      assertThat(found.picture()).isEqualTo(own.picture());
    }
  }

  @Test
  void everyFoldsTrainingImagesAreFoundWhenItIsEvaluated() throws IOException {
    Dataset dataset = dataset();
    train(dataset, FOLDS, MadeDataset.recipe(1, MEAN), Progress.NONE);
    Evaluation own =
        new EvaluateModel(PerceptualHash::of)
            .run(run().resolve("bundle"), dataset, Optional.of("all"), Progress.NONE);
    assertThat(own.protocol().seenInTraining()).isEqualTo(48);
    assertThat(own.protocol().leakFree()).isFalse();
    Evaluation outOfFold =
        new EvaluateModel(PerceptualHash::of).run(run(), dataset, Optional.empty(), Progress.NONE);
    assertThat(outOfFold.protocol().seenInTraining()).isZero();
    assertThat(outOfFold.protocol().notes())
        .contains("Each image was scored by the model of its fold, and none by the bundle itself.");
    assertThatThrownBy(
            () ->
                new TrainRun((_, _, _, _) -> "", List.of())
                    .run(
                        new TrainRun.Request(
                            RecipeReader.parse(MadeDataset.recipe(1, ""), "test"),
                            dataset,
                            MadeDataset.parts(dataset, FOLDS),
                            folder.resolve("other"),
                            Optional.of(run()),
                            false),
                        Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("mean of 3 networks");
  }

  @Test
  void nestedFoldsCalibrateByMeansOfNetworksThatHadNotSeenTheImage() throws IOException {
    Dataset dataset = dataset();
    String recipe = MadeDataset.recipe(1, MEAN) + "calibration: {nested: true}\n";
    train(dataset, FOLDS, recipe, Progress.NONE);
    Map<String, List<double[]>> logits = new LinkedHashMap<>();
    Map<String, ScoredCase> cases = new HashMap<>();
    for (String fold : FOLDS) {
      for (ScoredCase scored :
          PredictionsFile.read(NestedValidation.folderOf(run(), fold).resolve(PredictionsFile.NAME))
              .cases()) {
        double[] p = scored.probabilityArray();
        logits
            .computeIfAbsent(scored.image(), _ -> new ArrayList<>())
            .add(new double[] {Math.log(p[1] / p[0])});
        cases.put(scored.image(), scored);
      }
    }
    assertThat(logits).hasSize(48);
    assertThat(logits.values()).allMatch(said -> said.size() == 2);
    List<ScoredCase> means = new ArrayList<>();
    logits.forEach(
        (image, said) -> {
          double odds = said.stream().mapToDouble(one -> one[0]).average().orElseThrow();
          double p = 1 / (1 + Math.exp(-odds));
          ScoredCase of = java.util.Objects.requireNonNull(cases.get(image));
          means.add(
              ScoredCase.of(image, of.group(), of.truth(), new double[] {1 - p, p}, of.part()));
        });
    Bundle bundle = Bundle.open(run());
    Answering again =
        AnswerRules.fit(
                List.of(new EvaluatePredictions.Scores(bundle.description().task(), means)),
                RecipeReader.parse(recipe, "test").calibration(),
                "means of inner out-of-fold predictions")
            .values()
            .iterator()
            .next();
    var rule = bundle.description().heads().getFirst().rule().orElseThrow();
    assertThat(rule.calibration().cases()).isEqualTo(48);
    assertThat(rule.calibration().before().logLoss())
        .isCloseTo(again.rule().calibration().before().logLoss(), within(1e-9));
    assertThat(rule.calibration().calibrator().method())
        .isEqualTo(again.rule().calibration().calibrator().method());
    assertThat(Frozen.in(bundle).points())
        .zipSatisfy(
            again.points(),
            (found, expected) -> {
              assertThat(found.chosenOn()).isEqualTo(expected.chosenOn());
              assertThat(found.threshold()).isCloseTo(expected.threshold(), within(1e-9));
            });
    assertThat(bundle.readText(Bundle.README))
        .contains("means of 2 networks for each image")
        .contains("was set to hold the truth");
    assertThat(Bundle.open(run().resolve("fold1")).readText(Bundle.README))
        .as("one network, whose own answers to unseen images set its limits")
        .contains("which holds the truth for 90%");
  }

  /** The description but for when it was made, which the card's checksum hangs on too. */
  private static String lasting(Path bundle) throws IOException {
    var json = (ObjectNode) Json.read(bundle.resolve("model.json"));
    ((ObjectNode) json.path("files")).remove("README.md");
    return Json.format(json).replaceAll("\"created\" : .*", "");
  }

  @Test
  void whatWasStoppedBeforeTheMeanWasMadeGoesOnToTheSame() throws IOException {
    Dataset dataset = dataset();
    String recipe = MadeDataset.recipe(1, MEAN) + "calibration: {}\n";
    Progress stops =
        (title, _) -> {
          if (title.startsWith("final: ")) {
            throw new IllegalStateException("stopped");
          }
          return Progress.NONE.stage(title, 1);
        };
    assertThatThrownBy(() -> train(dataset, FOLDS, recipe, stops)).hasMessage("stopped");
    assertThat(run().resolve("bundle")).doesNotExist();
    // As a kill leaves them, who gives nobody time to clean up.
    Files.createDirectories(run().resolve(".ungated-bundle"));
    Files.writeString(run().resolve(".ungated-bundle/model.onnx"), "half");
    Files.writeString(run().resolve(".partial-bundle.safetensors"), "half");
    train(dataset, FOLDS, recipe, Progress.NONE);
    Path bundle = run().resolve("bundle");
    String first = lasting(bundle);
    Path kept = folder.resolve("kept");
    Files.move(run(), kept);
    train(dataset, FOLDS, recipe, Progress.NONE);
    assertThat(lasting(bundle)).isEqualTo(first);
    for (String file : List.of("weights.safetensors", "model.onnx", "reference.safetensors")) {
      assertThat(bundle.resolve(file)).hasSameBinaryContentAs(kept.resolve("bundle").resolve(file));
    }
    try (var inside = Files.list(run())) {
      assertThat(inside.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".ungated") || name.startsWith(".partial"));
    }
    var before = Files.getLastModifiedTime(bundle.resolve("weights.safetensors"));
    assertThat(train(dataset, FOLDS, recipe, Progress.NONE).networks()).isEqualTo(3);
    assertThat(Files.getLastModifiedTime(bundle.resolve("weights.safetensors"))).isEqualTo(before);
  }

  @Test
  void aHoldOutHasNoFoldsToAverage() throws IOException {
    Dataset dataset = dataset();
    assertThatThrownBy(
            () ->
                train(
                    dataset,
                    List.of("train", "validation"),
                    MadeDataset.recipe(1, MEAN),
                    Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("split with --folds 5, or leave training.final out");
    assertThat(run()).doesNotExist();
  }
}
