package org.senoscope.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.audit.AuditDataset;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.TinyBundle;
import org.senoscope.split.Split;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class EvaluatePredictionsTest {
  @TempDir Path folder;
  private Dataset dataset;
  private Path run;

  @BeforeEach
  void writeDatasetAndRun() throws IOException {
    dataset = SmallCohort.write(folder.resolve("small"));
    SmallCohort.split(dataset);
    run = folder.resolve("run");
    Files.createDirectories(run);
    Files.writeString(run.resolve("run.json"), "{}");
    PredictionsFile.write(
        run.resolve("predictions.csv"), SmallCohort.TASK.labels(), SmallCohort.outOfFold(1));
    TinyBundle.write(
        run.resolve("bundle"),
        true,
        SmallCohort.fingerprint(SmallCohort.range(0, SmallCohort.IMAGES)));
  }

  private void writeFoldBundles(List<Integer> leaked) throws IOException {
    writeFoldBundles(leaked, List.of());
  }

  private void writeFoldBundles(List<Integer> leaked, List<Fingerprint.Image> before)
      throws IOException {
    writeFoldBundles(run, i -> i / 2 % 5 + 1, leaked, before);
  }

  private static void writeFoldBundles(
      Path run, IntUnaryOperator foldOf, List<Integer> leaked, List<Fingerprint.Image> before)
      throws IOException {
    for (int fold = 1; fold <= 5; fold++) {
      List<Integer> trained = new ArrayList<>(leaked);
      for (int i = 0; i < SmallCohort.IMAGES; i++) {
        if (foldOf.applyAsInt(i) != fold) {
          trained.add(i);
        }
      }
      List<Fingerprint.Image> seen = new ArrayList<>(before);
      seen.addAll(SmallCohort.fingerprint(trained).images());
      TinyBundle.write(run.resolve("fold" + fold).resolve("bundle"), true, Fingerprint.of(seen));
    }
  }

  /** A repeat of the run, with its women dealt into folds one after the other. */
  private Path writeRepeat() throws IOException {
    IntUnaryOperator foldOf = i -> i / 12 + 1;
    Path repeat = run.resolve("repeat2");
    writeFoldBundles(repeat, foldOf, List.of(), List.of());
    PredictionsFile.write(
        repeat.resolve("predictions.csv"),
        SmallCohort.TASK.labels(),
        SmallCohort.outOfFold(2).stream()
            .map(
                scored ->
                    ScoredCase.of(
                        scored.image(),
                        scored.group(),
                        scored.truth(),
                        scored.probabilityArray(),
                        "fold" + foldOf.applyAsInt(number(scored))))
            .toList());
    return repeat;
  }

  @Test
  void copiesThatARepeatPartsAreFoundThoughTheFirstFoldsHeldThemTogether() throws IOException {
    writeFoldBundles(List.of());
    var _ = writeRepeat();
    String copies = "%d pairs of copies that it found lie in different parts";
    Evaluation before = evaluateRun();
    assertThat(before.repeats()).isNotEmpty();
    assertThat(before.protocol().notes()).noneMatch(note -> note.startsWith("Repeat 2"));
    // Both in fold 1 of the run; in folds 1 and 4 of the repeat.
    writeAudit(SmallCohort.image(0), SmallCohort.image(40));
    Evaluation parted = evaluateRun();
    assertThat(parted.protocol().leakFree()).isTrue();
    assertThat(parted.protocol().notes())
        .noneMatch(note -> note.contains(copies.formatted(1)))
        .anyMatch(note -> note.startsWith("Repeat 2: not a test result: 1 groups"));
    // In folds 1 and 4 of the run; both in fold 1 of the repeat and in one part of split.json.
    writeAudit(SmallCohort.image(0), SmallCohort.image(6));
    Evaluation here = evaluateRun();
    assertThat(here.protocol().leakFree()).isFalse();
    assertThat(here.protocol().notes())
        .anyMatch(note -> note.contains(copies.formatted(1)))
        .anyMatch(note -> note.startsWith("Repeat 2: cross-validation result"));
  }

  /** An audit that found two images to be copies, which {@code groups.csv} then kept apart. */
  private void writeAudit(String one, String other) throws IOException {
    ObjectNode audit =
        Json.object("audit").put("manifestSha256", Hashes.sha256(dataset.manifestFile()));
    audit.putArray("duplicates").addObject().put("a", one).put("b", other);
    Json.write(AuditDataset.file(dataset), audit);
  }

  private Evaluation evaluateRun() throws IOException {
    return new EvaluateModel(image -> 0L).run(run, dataset, Optional.empty(), Progress.NONE);
  }

  @Test
  void runWithFoldsIsCrossValidatedOutOfFold() throws IOException {
    writeFoldBundles(List.of());
    Evaluation evaluation = evaluateRun();
    assertThat(evaluation.result()).isEqualTo("cross-validation result, out of fold, over 5 folds");
    assertThat(evaluation.protocol().leakFree()).isTrue();
    assertThat(evaluation.protocol().folds()).isEqualTo(5);
    assertThat(evaluation.first().n()).isEqualTo(60);
    assertThat(evaluation.protocol().testLooks()).isZero();
  }

  @Test
  void foldModelThatSawItsOwnFoldIsFound() throws IOException {
    writeFoldBundles(List.of(4));
    Evaluation evaluation = evaluateRun();
    // Image 4 and the other of the same woman, both in fold 3.
    assertThat(evaluation.result())
        .isEqualTo("not a test result: 2 of 60 images were seen in training");
    assertThat(evaluation.protocol().notes())
        .contains("fold3: Trained on itself (equal SHA-256): 1 of the images.");
  }

  @Test
  void runWithoutFoldsIsScoredByItsBundleOnTheTestPart() throws IOException {
    List<ScoredCase> validation =
        SmallCohort.outOfFold(1).stream()
            .filter(scored -> SmallCohort.range(20, 40).contains(number(scored)))
            .map(
                scored ->
                    ScoredCase.of(
                        scored.image(),
                        scored.group(),
                        scored.truth(),
                        scored.probabilityArray(),
                        "validation"))
            .toList();
    PredictionsFile.write(run.resolve("predictions.csv"), SmallCohort.TASK.labels(), validation);
    Evaluation evaluation = evaluateRun();
    assertThat(evaluation.protocol().part()).isEqualTo("test");
    assertThat(evaluation.first().n()).isEqualTo(20);
    assertThat(evaluation.protocol().testLooks()).isEqualTo(1);
    assertThat(evaluation.model().name()).isEqualTo("tiny");
  }

  private static int number(ScoredCase scored) {
    return Integer.parseInt(scored.image().replaceAll("\\D", ""));
  }

  @Test
  void picturesThatTheInitialBundleHadLearnedFromAreFound() throws IOException {
    writeFoldBundles(List.of(), List.of(new Fingerprint.Image("f".repeat(64), 0b11L)));
    // The fake hash of the normal images is two bits from the picture from elsewhere.
    Evaluation evaluation =
        new EvaluateModel(image -> brightest(image) == 0 ? 0L : -1L)
            .run(run, dataset, Optional.empty(), Progress.NONE);
    assertThat(evaluation.result())
        .isEqualTo("not a test result: 20 of 60 images were seen in training");
    assertThat(evaluation.protocol().leakFree()).isFalse();
    assertThat(evaluation.protocol().notes())
        .contains(
            "fold1: Looking like a training image, perhaps turned, cropped or saved anew (picture hash), or in a group with one that does: 4 more.");
  }

  @Test
  void imageOfARunThatCannotBeComparedIsLeftOutAndNamed() throws IOException {
    writeFoldBundles(List.of(), List.of(new Fingerprint.Image("f".repeat(64), 0b11L)));
    Files.delete(dataset.resolve(SmallCohort.image(7)));
    Evaluation evaluation =
        new EvaluateModel(image -> -1L).run(run, dataset, Optional.empty(), Progress.NONE);
    assertThat(evaluation.first().n()).isEqualTo(59);
    assertThat(evaluation.result())
        .as("one in sixty")
        .isEqualTo("cross-validation result, out of fold, over 5 folds");
    assertThat(evaluation.protocol().notes())
        .contains("images/07.png cannot be read and is left out: the file is missing.")
        .noneMatch(note -> note.contains("in no fold"));
    assertThat(evaluation.toJson().path("flow").path("unreadable").size()).isEqualTo(1);
    for (int i = 0; i < SmallCohort.IMAGES; i++) {
      Files.deleteIfExists(dataset.resolve(SmallCohort.image(i)));
    }
    assertThatThrownBy(
            () ->
                new EvaluateModel(image -> -1L).run(run, dataset, Optional.empty(), Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("None of the 60 scored images");
  }

  private static float brightest(GreyImage image) {
    float most = 0;
    for (float value : image.pixels()) {
      most = Math.max(most, value);
    }
    return most;
  }

  @Test
  void picturesAreNotReadWhereAllTrainingImagesAreInTheDataSet() throws IOException {
    writeFoldBundles(List.of());
    Evaluation evaluation =
        new EvaluateModel(
                image -> {
                  throw new AssertionError("nothing is to be compared");
                })
            .run(run, dataset, Optional.empty(), Progress.NONE);
    assertThat(evaluation.protocol().leakFree()).isTrue();
  }

  @Test
  void missingFoldModelsLeaveTheTrainingUnknown() throws IOException {
    Evaluation evaluation = evaluateRun();
    assertThat(evaluation.protocol().leakFree()).isFalse();
    assertThat(evaluation.toJson().path("protocol").path("seenInTraining").isNull()).isTrue();
    assertThat(evaluation.result()).contains("nothing tells which images");
  }

  @Test
  void runsBundleIsScoredWhenAPartIsNamed() throws IOException {
    Evaluation evaluation =
        new EvaluateModel(image -> 0L).run(run, dataset, Optional.of("test"), Progress.NONE);
    assertThat(evaluation.result())
        .isEqualTo("not a test result: 20 of 20 images were seen in training");
  }

  @Test
  void fileAloneGivesTheSameValuesAndIsNoTestResult() throws IOException {
    writeFoldBundles(List.of());
    Evaluation ofRun = evaluateRun();
    Evaluation ofFile = EvaluatePredictions.run(run.resolve("predictions.csv"), Optional.empty());
    assertThat(ofFile.first().assessment().metrics())
        .isEqualTo(ofRun.first().assessment().metrics());
    assertThat(ofFile.protocol().kind()).isEqualTo(Protocol.Kind.CROSS_VALIDATION);
    assertThat(ofFile.protocol().isTestResult()).isFalse();
  }

  @Test
  void predictedFilesTakeTheirLabelsFromTheDataSet() throws IOException {
    Path file = folder.resolve("predicted.csv");
    Files.writeString(
        file,
        """
        file,label,score_normal,score_benign,score_malignant,decision,reason
        /somewhere/small/images/00.png,normal,0.7,0.2,0.1,normal,
        /somewhere/small/images/02.png,benign,0.2,0.7,0.1,benign,
        /somewhere/small/images/04.png,benign,0.1,0.5,0.4,refer,uncertain: close
        """);
    Evaluation evaluation = EvaluatePredictions.run(file, Optional.of(dataset));
    assertThat(evaluation.first().task()).isEqualTo(SmallCohort.TASK);
    assertThat(evaluation.first().sample().confusion())
        .isDeepEqualTo(new int[][] {{1, 0, 0}, {0, 1, 0}, {0, 1, 0}});
    assertThat(evaluation.first().sample().referred(2)).isTrue();
    assertThatThrownBy(() -> EvaluatePredictions.run(file, Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 2: column truth is missing");
  }

  @Test
  void imagesThatTheSplitLeftOutAreLeftOutOfAFileToo() throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    for (int i : SmallCohort.range(4, SmallCohort.IMAGES)) {
      parts.put(SmallCohort.image(i), SmallCohort.part(i));
    }
    SmallCohort.split(
        dataset,
        parts,
        SmallCohort.range(0, 4).stream()
            .map(i -> new Split.LeftOut(SmallCohort.image(i), "copies carry other labels"))
            .toList());
    Path file = folder.resolve("predicted.csv");
    StringBuilder text = new StringBuilder("file,score_normal,score_benign,score_malignant\n");
    for (int i = 0; i < SmallCohort.IMAGES; i++) {
      text.append(SmallCohort.image(i)).append(",0.5,0.3,0.2\n");
    }
    Files.writeString(file, text);
    Evaluation evaluation = EvaluatePredictions.run(file, Optional.of(dataset));
    assertThat(evaluation.first().n()).isEqualTo(56);
    assertThat(evaluation.protocol().notes())
        .contains(
            "4 images are in no part of the split and are left out; leftOut in split.json says why.");
    assertThat(evaluation.toJson().path("flow").path("analysed").asInt()).isEqualTo(56);
    Files.writeString(
        file,
        "file,score_normal,score_benign,score_malignant\n%s,0.5,0.3,0.2\n"
            .formatted(SmallCohort.image(1)));
    assertThatThrownBy(() -> EvaluatePredictions.run(file, Optional.of(dataset)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("All 1 images")
        .hasMessageContaining("leftOut in split.json");
  }

  @Test
  void fileThatIsNotThereIsTheUsersToMend() {
    assertThatThrownBy(() -> EvaluatePredictions.run(folder.resolve("none.csv"), Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("There is no file")
        .hasMessageContaining("none.csv");
    assertThatThrownBy(() -> EvaluatePredictions.run(folder, Optional.of(dataset)))
        .isInstanceOf(InputException.class);
  }

  @Test
  void labelsThatDisagreeWithTheDataSetAreRefused() throws IOException {
    Path file = folder.resolve("wrong.csv");
    Files.writeString(
        file,
        """
        image,truth,score_normal,score_benign,score_malignant
        images/00.png,benign,0.7,0.2,0.1
        """);
    assertThatThrownBy(() -> EvaluatePredictions.run(file, Optional.of(dataset)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("says that images/00.png is benign, small says normal");
  }
}
