package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.audit.MadeCopies;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.OperatingPoint;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.Resampling;
import org.senoscope.work.InputException;

/**
 * The firewall against leakage, tried: each test makes a mistake that people make, as they make it
 * (files, recipes, options of the command line), and holds that it is refused with the remedy,
 * marked so that the figure is no test result, or without effect. docs/leakage.md is the list for
 * readers.
 *
 * <p>One made set: 20 women, two images each, benign and malignant in turn; the smallest network.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeakMutationsTest {
  private static final int WOMEN = 20;
  private static final int SIDE = 64;

  private static final String RECIPE =
      """
      name: leak
      task: pathology
      preprocessing:
        - {step: resize, height: 16, width: 16, fit: stretch}
      input: {channels: 1, mean: [0.5], std: [0.3]}
      network: {family: cnn, blocks: [4], dropout: 0.1}
      training: {epochs: 1, batch: 8, rate: 1e-3, headRate: 1e-3, precision: fp32, seed: 7}
      """;

  private Path home;
  private Path recipe;

  /** Split into train, validation and test, and trained on. */
  private Path holdout;

  private Path holdoutRun;

  /** Split into three folds, and trained on. */
  private Path folds;

  private Path foldsRun;

  /** Of one test. */
  private Path folder;

  private int tests;

  @BeforeAll
  void makeTheSetAndTrain(@TempDir Path given) throws IOException {
    home = given;
    recipe = Files.writeString(home.resolve("leak.yaml"), RECIPE);
    holdout = new Source(home.resolve("source")).women().imported(home.resolve("holdout"));
    done("split", holdout.toString(), "--holdout=50/25/25");
    holdoutRun = train(holdout, home.resolve("holdout-run"));
    folds = copyOf(holdout, home.resolve("folds"));
    done("split", folds.toString(), "--folds=3");
    foldsRun = train(folds, home.resolve("folds-run"));
  }

  @BeforeEach
  void makeRoom() throws IOException {
    folder = Files.createDirectory(home.resolve("test" + tests++));
  }

  @Test
  void withoutAMistakeTheResultIsATestResult() throws IOException {
    Path dataset = copyOf(holdout, folder.resolve("set"));
    JsonNode evaluation = evaluate(holdoutRun, dataset);
    assertThat(evaluation.path("result").asText())
        .isEqualTo("test result on a part that training did not see");
    assertThat(evaluation.at("/protocol/leakFree").asBoolean()).isTrue();
    JsonNode outOfFold = evaluate(foldsRun, folds);
    assertThat(outOfFold.path("result").asText()).startsWith("cross-validation result");
    assertThat(outOfFold.at("/protocol/leakFree").asBoolean()).isTrue();
  }

  /** What is wrong with the images before anything is split. */
  @Nested
  class InTheFolder {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "mirrored",
          "turned by quarters, half of them mirrored",
          "scaled to 50%",
          "scaled to 200%",
          "cropped by 0..5% a side",
          "JPEG quality 40",
          "brightness 80%",
          "brightness 120%",
          "black for white",
          "a corner painted out"
        })
    void imagesThatWereAugmentedFirstStayWithTheirOriginals(String change) throws IOException {
      Source source = new Source(folder.resolve("source"));
      for (int i = 0; i < 12; i++) {
        GreyImage image = picture(i, i % 2 == 1);
        source.add("image" + i, image, "", label(i % 2 == 1));
        source.add(
            "augmented" + i,
            MadeCopies.SEEN_THROUGH.get(change).of(image, new SplittableRandom(i)),
            "",
            label(i % 2 == 1));
      }
      Path dataset = source.imported(folder.resolve("set"));
      done("split", dataset.toString(), "--folds=2");
      Map<String, String> parts = parts(dataset);
      for (int i = 0; i < 12; i++) {
        assertThat(parts.get("images/augmented" + i + ".png"))
            .isNotNull()
            .isEqualTo(parts.get("images/image" + i + ".png"));
      }
    }

    @Test
    void oneImageUnderTwoNamesAndTwoWomenIsInOnePart() throws IOException {
      Source source = new Source(folder.resolve("source")).women();
      source.add("again", picture(0, false), "somebody else", "benign");
      Path dataset = source.imported(folder.resolve("set"));
      assertThat(done("audit", dataset.toString()).path("exactDuplicates").asInt()).isEqualTo(1);
      done("split", dataset.toString());
      Map<String, String> parts = parts(dataset);
      assertThat(parts.get("images/again.png"))
          .isNotNull()
          .isEqualTo(parts.get("images/0.png"))
          .isEqualTo(parts.get("images/1.png"));
    }

    @Test
    void copiesUnderContradictingLabelsTakeNoPart() throws IOException {
      Source source = new Source(folder.resolve("source")).women();
      source.add("again", mirrored(picture(0, false)), "", "malignant");
      Path dataset = source.imported(folder.resolve("set"));
      JsonNode split = done("split", dataset.toString());
      assertThat(split.path("leftOut").findValuesAsText("image"))
          .containsExactlyInAnyOrder("images/0.png", "images/again.png");
      assertThat(split.path("leftOut").findValuesAsText("reason"))
          .allMatch(reason -> reason.contains("contradicting labels"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aWomansOtherBreastIsInHerPart(long seed) throws IOException {
      Path dataset = copyOf(holdout, folder.resolve("set"));
      done("split", dataset.toString(), "--folds=3", "--seed=" + seed);
      Map<String, String> parts = parts(dataset);
      for (int woman = 0; woman < WOMEN; woman++) {
        assertThat(parts.get("images/" + 2 * woman + ".png"))
            .isEqualTo(parts.get("images/" + (2 * woman + 1) + ".png"));
      }
    }

    @Test
    void leftAndRightFilmOfMiasAreOnePairAndCuttingItIsRefused() throws IOException {
      Path source = Files.createDirectories(folder.resolve("mias"));
      List<String> rows = new ArrayList<>();
      for (int film = 1; film <= 24; film++) {
        boolean marked = (film + 1) / 2 % 2 == 0;
        rows.add("mdb%03d G %s".formatted(film, marked ? "CIRC M 30 30 8" : "NORM"));
        ImageFiles.writePng(picture(film, marked), source.resolve("mdb%03d.png".formatted(film)));
      }
      Files.write(source.resolve("Info.txt"), rows);
      Path dataset = folder.resolve("set");
      done("import", "mias", source.toString(), "--out=" + dataset);
      done("split", dataset.toString(), "--folds=2", "--task=abnormality");
      Map<String, String> parts = parts(dataset);
      for (int film = 1; film <= 24; film += 2) {
        assertThat(parts.get("images/mdb%03d.png".formatted(film)))
            .isNotNull()
            .isEqualTo(parts.get("images/mdb%03d.png".formatted(film + 1)));
      }
      rewrite(dataset, json -> flip(json, "images/mdb001.png", "fold1", "fold2"));
      refused("cuts 1 group", train("--data=" + dataset, "--out=" + folder.resolve("run")));
    }

    @Test
    void masksAmongTheImagesAreNamed() throws IOException {
      Path source = folder.resolve("source");
      for (int i = 0; i < 12; i++) {
        Path in = Files.createDirectories(source.resolve(label(i % 2 == 1)));
        ImageFiles.writePng(picture(i, i % 2 == 1), in.resolve("(%d).png".formatted(i)));
        ImageFiles.writePng(mask(i), in.resolve("(%d)_mask.png".formatted(i)));
      }
      Path dataset = folder.resolve("set");
      done(
          "import",
          "folders",
          source.toString(),
          "--task=pathology",
          "--modality=us",
          "--out=" + dataset);
      JsonNode audit = done("audit", dataset.toString());
      assertThat(audit.path("masks").asInt()).isEqualTo(12);
      assertThat(audit.path("warnings").toString()).contains("12 images are black and white alone");
      assertThat(notes(evaluate(holdoutRun, dataset))).contains("look like masks of lesions");
    }

    @Test
    void aCropAroundReadersMarksThatOneClassHasIsNamed() throws IOException {
      Source source = new Source(folder.resolve("source"));
      for (int i = 0; i < 24; i++) {
        source.add(
            "image" + i,
            picture(i, i % 2 == 1),
            "woman" + i,
            label(i % 2 == 1),
            i % 2 == 1 ? "20 20 24 24" : "");
      }
      Path dataset = source.imported(folder.resolve("set"));
      done("split", dataset.toString(), "--holdout=50/25/25");
      Path marked =
          Files.writeString(
              folder.resolve("marked.yaml"),
              RECIPE.replace("  - {step: resize", "  - {step: crop-roi}\n  - {step: resize"));
      Path run = folder.resolve("run");
      done("train", marked.toString(), "--data=" + dataset, "--out=" + run);
      assertThat(notes(evaluate(run, dataset)))
          .contains("Readers had marked benign 0 of 3, malignant 3 of 3")
          .contains("tells the label");
    }

    @Test
    void imagesOfOneClassThatWereCutOutBeforeTheImportAreNamed() throws IOException {
      Source source = new Source(folder.resolve("source"));
      for (int i = 0; i < 24; i++) {
        GreyImage image = picture(i, i % 2 == 1);
        GreyImage cut =
            i % 2 == 1 ? Resampling.window(image, 20, 20, 44, 40 + i / 4.0, 24, 20 + i / 4) : image;
        source.add("image" + i, cut, "woman" + i, label(i % 2 == 1));
      }
      JsonNode audit = done("audit", source.imported(folder.resolve("set")).toString());
      assertThat(audit.path("warnings").toString())
          .contains("height and width alone tell the label of task pathology for 100%");
    }

    @Test
    void aSetWithoutPatientsIsNamed() throws IOException {
      Source source = new Source(folder.resolve("source"));
      for (int i = 0; i < 24; i++) {
        source.add("image" + i, picture(100 + i, i % 2 == 1), "", label(i % 2 == 1));
      }
      Path dataset = source.imported(folder.resolve("set"));
      assertThat(done("audit", dataset.toString()).path("warnings").toString())
          .contains("names no patients");
      assertThat(notes(evaluate(holdoutRun, dataset))).contains("names no patients");
    }

    @Test
    void aPublishedSplitThatCutsPatientsIsNamedAndNotTaken() throws IOException {
      Path source = folder.resolve("source");
      for (int i = 0; i < 24; i++) {
        Path in = source.resolve(i % 2 == 0 ? "train" : "test").resolve(label(i / 2 % 2 == 1));
        ImageFiles.writePng(
            picture(i, i / 2 % 2 == 1),
            Files.createDirectories(in).resolve("%d_%d.png".formatted(i / 2, i)));
      }
      Path dataset = folder.resolve("set");
      done(
          "import", "folders", source.toString(), "--patient-pattern=^(\\d+)_", "--out=" + dataset);
      assertThat(done("audit", dataset.toString()).path("warnings").toString())
          .contains("12 of 12 patients are in more than one of the publisher's parts");
      assertThat(done("split", dataset.toString(), "--folds=2").path("groupsCut").asInt(-1))
          .isZero();
    }
  }

  /** Files of a data set that were changed by hand. */
  @Nested
  class AfterTheSplit {
    private Path dataset;

    @BeforeEach
    void copyTheSet() throws IOException {
      dataset = copyOf(holdout, folder.resolve("set"));
    }

    private void refusedByTrainingAndEvaluation(String why) {
      refused(why, train("--data=" + dataset, "--out=" + folder.resolve("run")));
      refused(why, evaluate("--data=" + dataset, holdoutRun.toString()));
    }

    @Test
    void aSplitByImageIsRefused() throws IOException {
      rewrite(dataset, json -> flip(json, "images/0.png", "train", "test"));
      refusedByTrainingAndEvaluation("cuts 1 group");
    }

    @Test
    void aWomanWhoIsMovedFromTestToTrainingIsRefused() throws IOException {
      Map<String, String> parts = parts(dataset);
      int woman = 0;
      while (!parts.get("images/" + 2 * woman + ".png").equals("test")) {
        woman++;
      }
      int moved = woman;
      rewrite(
          dataset,
          json -> {
            ObjectNode assignments = (ObjectNode) json.path("assignments");
            assignments.put("images/" + 2 * moved + ".png", "train");
            assignments.put("images/" + (2 * moved + 1) + ".png", "train");
          });
      refusedByTrainingAndEvaluation("was edited after it was made");
    }

    @Test
    void aChangedManifestIsRefused() throws IOException {
      Files.writeString(
          dataset.resolve("manifest.csv"),
          Files.readString(dataset.resolve("manifest.csv")).replace("woman3,", "woman4,"));
      refusedByTrainingAndEvaluation("made for another manifest.csv");
    }

    @Test
    void changedGroupsAreRefused() throws IOException {
      part("images/0.png");
      refusedByTrainingAndEvaluation("made for another groups.csv");
    }

    @Test
    void removedGroupsAreRefused() throws IOException {
      Files.delete(dataset.resolve("groups.csv"));
      refusedByTrainingAndEvaluation("made for another groups.csv");
    }

    @Test
    void groupsThatPartAWomanAreNotSplitBy() throws IOException {
      part("images/0.png");
      refused("parts 1 patients", Run.of("split", dataset.toString(), "--json"));
    }

    @Test
    void groupsThatNoAuditMadeAreNotSplitBy() throws IOException {
      Files.delete(dataset.resolve("audit.json"));
      refused("nobody looked for copies", Run.of("split", dataset.toString(), "--json"));
    }

    @Test
    void copiesThatAPersonPartedAreMarked() throws IOException {
      Source source = new Source(folder.resolve("source"));
      for (int i = 0; i < 20; i++) {
        GreyImage image = picture(i, i % 2 == 1);
        source.add("image" + i, image, "", label(i % 2 == 1));
        source.add("copy" + i, mirrored(image), "", label(i % 2 == 1));
      }
      dataset = source.imported(folder.resolve("copies"));
      done("audit", dataset.toString());
      Path groups = dataset.resolve("groups.csv");
      int[] line = {0};
      Files.writeString(
          groups,
          Files.readString(groups)
              .lines()
              .map(text -> text.replaceFirst(",g\\d+,", ",g" + line[0]++ + ","))
              .reduce("", (one, other) -> one + other + "\n"));
      done("split", dataset.toString(), "--holdout=50/25/25");
      Path run = folder.resolve("run");
      done("train", recipe.toString(), "--data=" + dataset, "--out=" + run);
      JsonNode evaluation = evaluate(run, dataset);
      notATestResult(evaluation, "lie in more than one part");
      assertThat(notes(evaluation)).contains("groups.csv was changed after the audit");
    }

    @Test
    void aRunDoesNotGoOnWithAnotherSplit() throws IOException {
      Path run = copyOf(holdoutRun, folder.resolve("run"));
      done("split", dataset.toString(), "--holdout=50/25/25", "--seed=9");
      refused("was begun with another", train("--data=" + dataset, "--out=" + run, "--resume"));
    }

    @Test
    void theTestPartOfAnotherSplitWasSeen() throws IOException {
      done("split", dataset.toString(), "--holdout=25/25/50", "--seed=9");
      notATestResult(evaluate(holdoutRun, dataset), "were seen in training");
    }

    /** Takes an image out of its group. */
    private void part(String image) throws IOException {
      Path file = dataset.resolve("groups.csv");
      String alone =
          Files.readString(file).replaceFirst("(?m)^" + image + ",g\\d+,", image + ",alone,");
      Files.writeString(file, alone);
      assertThat(Groups.read(file).groupOf(image)).isEqualTo("alone");
    }
  }

  /** Choices that the test part must not make. */
  @Nested
  class WhatTheTestPartDecides {
    @Test
    void trainingHearsNothingOfTheTestPart() throws IOException {
      Path dataset = copyOf(holdout, folder.resolve("set"));
      // What any statistic over all images would hear: the test part is nearly black.
      blacken(dataset, "test");
      Path run = train(dataset, folder.resolve("run"));
      sameModel(run.resolve("bundle"), holdoutRun.resolve("bundle"));
    }

    @Test
    void calibrationSetsAndLimitsHearNothingOfTheFoldThatIsScored() throws IOException {
      Path calibrated =
          Files.writeString(
              folder.resolve("calibrated.yaml"), RECIPE + "calibration: {nested: true}\n");
      Path source =
          new Source(folder.resolve("source")).women(33).imported(folder.resolve("enough"));
      done("split", source.toString(), "--folds=3");
      List<Path> bundles = new ArrayList<>();
      for (String black : List.of("seen", "black")) {
        Path dataset = copyOf(source, folder.resolve(black));
        if (black.equals("black")) {
          blacken(dataset, "fold1");
        }
        Path run = folder.resolve("run-" + black);
        done("train", calibrated.toString(), "--data=" + dataset, "--out=" + run);
        bundles.add(run.resolve("fold1/bundle"));
      }
      sameModel(bundles.getFirst(), bundles.getLast());
      assertThat(Files.readString(bundles.getFirst().resolve("model.json")))
          .contains("\"sets\"", "\"limits\" : {");
      assertThat(bundles.getFirst().resolve("reference.safetensors")).exists();
    }

    @Test
    void anEpochIsNotChosenWithoutAValidationPart() throws IOException {
      Path dataset = copyOf(holdout, folder.resolve("set"));
      done("split", dataset.toString(), "--holdout=70/0/30");
      Path patient =
          Files.writeString(
              folder.resolve("patient.yaml"), RECIPE.replace("seed: 7", "seed: 7, patience: 1"));
      refused(
          "split with a validation part",
          Run.of(
              "train", patient.toString(), "--data=" + dataset, "--out=" + folder.resolve("run")));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "validation: test",
          "calibration: {part: test}",
          "calibration: {predictions: predictions.csv}",
          "threshold: {on: test}",
          "input: {channels: 1, mean: [0.5], std: [0.3], statistics: all}"
        })
    void noRecipeCanAskForTheTestPart(String wish) throws IOException {
      String text = wish.startsWith("input") ? RECIPE.replaceFirst("input: .*", wish) : RECIPE;
      Path wishful =
          Files.writeString(
              folder.resolve("wishful.yaml"), text.equals(RECIPE) ? RECIPE + wish + "\n" : text);
      refused(
          "is not known, nearest is",
          Run.of(
              "train", wishful.toString(), "--data=" + holdout, "--out=" + folder.resolve("run")));
    }

    @Test
    void imagesThatChoseTheEpochDoNotCalibrate() throws IOException {
      Path both =
          Files.writeString(
              folder.resolve("both.yaml"),
              RECIPE.replace("seed: 7", "seed: 7, patience: 1") + "calibration: {level: 0.9}\n");
      refused(
          "cannot calibrate what they chose",
          Run.of("train", both.toString(), "--data=" + holdout, "--out=" + folder.resolve("run")));
    }

    @Test
    void noThresholdIsChosenOnTheTestPart() {
      assertThatThrownBy(
              () ->
                  new OperatingPoint(
                      "pathology",
                      "malignant",
                      .5,
                      new OperatingPoint.Youden(),
                      "test",
                      10,
                      10,
                      Estimate.none("not asked"),
                      Estimate.none("not asked")))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("choose it on validation");
    }

    @Test
    void everyLookAtTheTestPartIsCountedAlsoThatOfPredictionsMadeBefore() throws IOException {
      Path dataset = copyOf(holdout, folder.resolve("set"));
      Files.deleteIfExists(dataset.resolve("ledger.jsonl"));
      assertThat(evaluate(holdoutRun, dataset).at("/protocol/testLooks").asInt()).isEqualTo(1);
      List<String> arguments =
          new ArrayList<>(List.of("predict", holdoutRun.toString(), "--format=csv"));
      parts(dataset)
          .forEach(
              (image, part) -> {
                if (part.equals("test")) {
                  arguments.add(dataset.resolve(image).toString());
                }
              });
      Run predicted = Run.of(arguments.toArray(String[]::new));
      assertThat(predicted.code()).as(predicted.err()).isZero();
      Path predictions = Files.writeString(folder.resolve("predictions.csv"), predicted.out());
      JsonNode scored = answer(evaluate("--data=" + dataset, "--predictions=" + predictions));
      assertThat(scored.at("/protocol/testLooks").asInt()).isEqualTo(2);
      notATestResult(scored, "nothing tells which images");
      Run third = Run.of("evaluate", holdoutRun.toString(), "--data=" + dataset);
      assertThat(third.out()).contains("look 3 at this part");
    }

    @Test
    void validationAndTrainingPartsAreNoTest() throws IOException {
      notATestResult(
          answer(evaluate(holdoutRun.toString(), "--data=" + holdout, "--split=train")),
          "seen in training");
      JsonNode validation =
          answer(evaluate(holdoutRun.toString(), "--data=" + holdout, "--split=validation"));
      assertThat(validation.path("result").asText()).startsWith("not a test result");
    }
  }

  /** Models that have seen what they are tested on. */
  @Nested
  class WhatAModelHasSeen {
    @Test
    void theFinalBundleOfFoldsIsNotTestedOnThem() throws IOException {
      for (String part : List.of("all", "fold1")) {
        notATestResult(
            answer(
                evaluate(
                    foldsRun.resolve("bundle").toString(), "--data=" + folds, "--split=" + part)),
            "were seen in training");
      }
    }

    @Test
    void trainingImagesAreFoundInAnotherProject() throws IOException {
      Path other = new Source(folder.resolve("source")).women().imported(folder.resolve("set"));
      notATestResult(evaluate(foldsRun.resolve("bundle"), other), "40 of 40 images were seen");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "mirrored",
          "turned by quarters, half of them mirrored",
          "scaled to 50..200%",
          "JPEG quality 40",
          "brightness 80%",
          "black for white",
          "thumbnails of 28 × 28"
        })
    void trainingImagesAreFoundInAnotherProjectWhereTheyWereChanged(String change)
        throws IOException {
      Source source = new Source(folder.resolve("source"));
      for (int i = 0; i < 2 * WOMEN; i++) {
        GreyImage image = picture(i, i / 2 % 2 == 1);
        GreyImage changed =
            change.startsWith("thumbnails")
                ? Resampling.window(image, 0, 0, SIDE, SIDE, 28, 28)
                : MadeCopies.SEEN_THROUGH.get(change).of(image, new SplittableRandom(i));
        source.add("other" + i, changed, "", label(i / 2 % 2 == 1));
      }
      Path other = source.imported(folder.resolve("set"));
      JsonNode evaluation = evaluate(foldsRun.resolve("bundle"), other);
      assertThat(evaluation.at("/protocol/seenInTraining").asInt()).isEqualTo(2 * WOMEN);
      notATestResult(evaluation, "were seen in training");
    }

    @Test
    void anInitialBundleThatSawTheTestImagesIsFound() throws IOException {
      Path dataset = copyOf(holdout, folder.resolve("set"));
      Path run = folder.resolve("run");
      done("train", recipe.toString(), "--data=" + dataset, "--out=" + run, "--init=" + foldsRun);
      notATestResult(evaluate(run, dataset), "10 of 10 images were seen in training");
    }

    @Test
    void anInitialBundleThatSawTheFoldsMirroredElsewhereIsFound() throws IOException {
      Source source = new Source(folder.resolve("source"));
      for (int i = 0; i < 2 * WOMEN; i++) {
        source.add(
            "other" + i, mirrored(picture(i, i / 2 % 2 == 1)), "p" + i / 2, label(i / 2 % 2 == 1));
      }
      Path other = source.imported(folder.resolve("other"));
      done("split", other.toString(), "--holdout=80/10/10");
      Path first = train(other, folder.resolve("first"));
      Path second = folder.resolve("second");
      JsonNode trained =
          done("train", recipe.toString(), "--data=" + folds, "--out=" + second, "--init=" + first);
      assertThat(trained.at("/validation/protocol/leakFree").asBoolean(true)).isFalse();
      JsonNode evaluation = evaluate(second, folds);
      notATestResult(evaluation, "were seen in training");
      assertThat(evaluation.at("/protocol/seenInTraining").asInt()).isGreaterThanOrEqualTo(32);
    }

    @Test
    void weightsThatWereTakenOutOfABundleAreOfUnknownOrigin() throws IOException {
      Path weights = foldsRun.resolve("bundle/weights.safetensors");
      Path within = recipeFrom(weights, "within.yaml");
      refused(
          "start from the bundle with --init",
          Run.of(
              "train",
              within.toString(),
              "--data=" + holdout,
              "--out=" + folder.resolve("within")));
      Path taken = Files.copy(weights, folder.resolve("taken.safetensors"));
      Path run = folder.resolve("run");
      Path dataset = copyOf(holdout, folder.resolve("set"));
      done(
          "train", recipeFrom(taken, "taken.yaml").toString(), "--data=" + dataset, "--out=" + run);
      notATestResult(evaluate(run, dataset), "initial weights");
    }

    private Path recipeFrom(Path weights, String name) throws IOException {
      return Files.writeString(
          folder.resolve(name),
          RECIPE.replace("dropout: 0.1", "dropout: 0.1, weights: \"%s\"".formatted(weights)));
    }

    @Test
    void aFingerprintThatWasExchangedIsRefused() throws IOException {
      Path bundle = copyOf(foldsRun.resolve("bundle"), folder.resolve("bundle"));
      Files.copy(
          holdoutRun.resolve("bundle/fingerprint.bin"),
          bundle.resolve("fingerprint.bin"),
          StandardCopyOption.REPLACE_EXISTING);
      refused("fingerprint.bin", evaluate(bundle.toString(), "--data=" + folds, "--split=fold1"));
    }
  }

  /** In weights, calibration, conformal sets and limits of what is answered, to the bit. */
  private static void sameModel(Path one, Path other) throws IOException {
    JsonNode first = Json.read(one.resolve("model.json"));
    JsonNode second = Json.read(other.resolve("model.json"));
    for (String field : List.of("tasks", "limits", "input", "preprocessing")) {
      assertThat(second.path(field)).as(field).isEqualTo(first.path(field));
    }
    for (String file : List.of("weights.safetensors", "reference.safetensors")) {
      assertThat(Files.exists(one.resolve(file))).isEqualTo(Files.exists(other.resolve(file)));
      if (Files.exists(one.resolve(file))) {
        assertThat(one.resolve(file)).hasSameBinaryContentAs(other.resolve(file));
      }
    }
  }

  /** The only way round. */
  @Test
  void aDemonstrationMarksAllThatComesOfIt() throws IOException {
    Path dataset = copyOf(holdout, folder.resolve("set"));
    JsonNode split = done("split", dataset.toString(), "--demonstrate-leakage");
    assertThat(split.path("demonstratesLeakage").asBoolean()).isTrue();
    Path run = folder.resolve("run");
    refused("add --demonstrate-leakage", train("--data=" + dataset, "--out=" + run));
    done("train", recipe.toString(), "--data=" + dataset, "--out=" + run, "--demonstrate-leakage");
    JsonNode evaluation = evaluate(run, dataset);
    assertThat(evaluation.path("result").asText()).startsWith("demonstration of leakage, never a");
    assertThat(evaluation.at("/protocol/leakFree").asBoolean(true)).isFalse();
    refused(
        "demonstrates leakage",
        train("--data=" + holdout, "--out=" + folder.resolve("next"), "--init=" + run));
  }

  // What the tests are made of.

  private static String label(boolean malignant) {
    return malignant ? "malignant" : "benign";
  }

  /** Tissue of a number, like no other's, with a bright spot where it is malignant. */
  private static GreyImage picture(int number, boolean malignant) {
    SplittableRandom random = new SplittableRandom(number);
    float[] pixels = new float[SIDE * SIDE];
    for (int cells = 6; cells <= 24; cells *= 2) {
      float[] grid = new float[cells * cells];
      for (int i = 0; i < grid.length; i++) {
        grid[i] = (float) random.nextDouble();
      }
      float[] octave =
          Resampling.window(new GreyImage(cells, cells, grid), 0, 0, cells, cells, SIDE, SIDE)
              .pixels();
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] += .25f * octave[i];
      }
    }
    for (int y = SIDE / 3; malignant && y < SIDE / 2; y++) {
      for (int x = SIDE / 3; x < SIDE / 2; x++) {
        pixels[y * SIDE + x] = Math.min(1, pixels[y * SIDE + x] + .3f);
      }
    }
    return new GreyImage(SIDE, SIDE, pixels);
  }

  private static GreyImage mirrored(GreyImage image) throws IOException {
    return MadeCopies.SEEN_THROUGH.get("mirrored").of(image, new SplittableRandom(0));
  }

  private static GreyImage mask(int number) {
    float[] pixels = new float[SIDE * SIDE];
    for (int y = 10 + number; y < 30 + number; y++) {
      for (int x = 20; x < 40 + number; x++) {
        pixels[y * SIDE + x] = 1;
      }
    }
    return new GreyImage(SIDE, SIDE, pixels);
  }

  /** Images with a table, as a user has them. */
  private static final class Source {
    private final Path root;
    private final List<String> rows = new ArrayList<>(List.of("image,patient,pathology,boxes"));

    Source(Path root) throws IOException {
      this.root = Files.createDirectories(root);
    }

    /** Two images of each of the women. */
    Source women() throws IOException {
      return women(WOMEN);
    }

    Source women(int women) throws IOException {
      for (int i = 0; i < 2 * women; i++) {
        add(String.valueOf(i), picture(i, i / 2 % 2 == 1), "woman" + i / 2, label(i / 2 % 2 == 1));
      }
      return this;
    }

    void add(String name, GreyImage image, String patient, String label) throws IOException {
      add(name, image, patient, label, "");
    }

    void add(String name, GreyImage image, String patient, String label, String box)
        throws IOException {
      ImageFiles.writePng(image, root.resolve(name + ".png"));
      rows.add("%s.png,%s,%s,%s".formatted(name, patient, label, box));
    }

    Path imported(Path dataset) throws IOException {
      Files.write(root.resolve("cases.csv"), rows);
      done(
          "import",
          "csv",
          root.toString(),
          "--columns=image=image,patient=patient,label.pathology=pathology,roi.xywh=boxes",
          "--modality=us",
          "--out=" + dataset);
      return dataset;
    }
  }

  private Path train(Path dataset, Path run) {
    done("train", recipe.toString(), "--data=" + dataset, "--out=" + run);
    return run;
  }

  private Run train(String... options) {
    return verb("train", recipe.toString(), options);
  }

  private static Run evaluate(String... options) {
    return verb("evaluate", "", options);
  }

  private static JsonNode evaluate(Path model, Path dataset) {
    return answer(evaluate(model.toString(), "--data=" + dataset));
  }

  private static Run verb(String verb, String first, String... options) {
    List<String> all = new ArrayList<>(List.of(verb));
    if (!first.isEmpty()) {
      all.add(first);
    }
    all.addAll(List.of(options));
    all.add("--json");
    return Run.of(all.toArray(String[]::new));
  }

  private static JsonNode done(String... arguments) {
    List<String> options = List.of(arguments).subList(1, arguments.length);
    return answer(verb(arguments[0], "", options.toArray(String[]::new)));
  }

  private static JsonNode answer(Run run) {
    assertThat(run.code()).as(run.err()).isZero();
    return run.json();
  }

  private static void refused(String why, Run run) {
    assertThat(run.code()).as(run.out() + run.err()).isEqualTo(2);
    assertThat(run.err()).contains(why).doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
  }

  private static void notATestResult(JsonNode evaluation, String why) {
    assertThat(evaluation.path("result").asText()).startsWith("not a test result").contains(why);
    assertThat(evaluation.at("/protocol/leakFree").asBoolean(true)).isFalse();
  }

  private static String notes(JsonNode evaluation) {
    return evaluation.at("/protocol/notes").toString();
  }

  private static Map<String, String> parts(Path dataset) throws IOException {
    Map<String, String> parts = new TreeMap<>();
    Json.read(dataset.resolve("split.json"))
        .path("assignments")
        .properties()
        .forEach(entry -> parts.put(entry.getKey(), entry.getValue().asText()));
    return parts;
  }

  /** What a person does to a split in an editor. */
  @FunctionalInterface
  private interface Edit {
    void of(ObjectNode split);
  }

  private static void rewrite(Path dataset, Edit edit) throws IOException {
    ObjectNode split = Json.read(dataset.resolve("split.json")).deepCopy();
    // Where a person writes a split, no hash tells that it was edited.
    edit.of(split);
    Json.write(dataset.resolve("split.json"), split);
  }

  private static void flip(ObjectNode split, String image, String one, String other) {
    ObjectNode assignments = (ObjectNode) split.path("assignments");
    assignments.put(image, assignments.path(image).asText().equals(one) ? other : one);
    split.remove("assignmentsSha256");
  }

  /** Makes noise that is nearly black of a part's images, under the same names. */
  private static void blacken(Path dataset, String part) throws IOException {
    for (Map.Entry<String, String> image : parts(dataset).entrySet()) {
      if (image.getValue().equals(part)) {
        SplittableRandom random = new SplittableRandom(image.getKey().hashCode());
        float[] pixels = new float[SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (float) random.nextDouble(.1);
        }
        Path file = dataset.resolve(image.getKey());
        Files.delete(file); // it may be a link
        ImageFiles.writePng(new GreyImage(SIDE, SIDE, pixels), file);
      }
    }
  }

  private static Path copyOf(Path tree, Path target) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path each : all.sorted().toList()) {
        if (!each.endsWith("ledger.jsonl")) {
          Files.copy(each, target.resolve(tree.relativize(each).toString()));
        }
      }
    }
    return target;
  }
}
