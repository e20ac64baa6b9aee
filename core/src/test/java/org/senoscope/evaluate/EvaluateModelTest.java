package org.senoscope.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.TinyBundle;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.split.Split;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class EvaluateModelTest {
  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void writeDataset() throws IOException {
    dataset = SmallCohort.write(folder.resolve("small"));
  }

  private Evaluation evaluate(Fingerprint trained, Optional<String> part) throws IOException {
    return new EvaluateModel(image -> -1L)
        .run(SmallCohort.candidate(trained), dataset, part, Progress.NONE);
  }

  @Test
  void testPartThatTrainingDidNotSeeGivesATestResult() throws IOException {
    SmallCohort.split(dataset);
    JsonNode json =
        evaluate(SmallCohort.fingerprint(SmallCohort.range(0, 20)), Optional.empty()).toJson();
    assertThat(json.path("result").asText())
        .isEqualTo("test result on a part that training did not see");
    assertThat(json.path("n").asInt()).isEqualTo(20);
    assertThat(json.path("groups").asInt()).isEqualTo(10);
    JsonNode protocol = json.path("protocol");
    assertThat(protocol.path("kind").asText()).isEqualTo("holdout");
    assertThat(protocol.path("leakFree").asBoolean()).isTrue();
    assertThat(protocol.path("seenInTraining").asInt(-1)).isZero();
    assertThat(protocol.path("seed").asLong()).isEqualTo(7);
    assertThat(protocol.path("testLooks").asInt()).isEqualTo(1);
    assertThat(json.path("metrics").path("accuracy").path("value").asDouble()).isEqualTo(1);
    assertThat(json.path("metrics").path("accuracy").path("low").asDouble()).isBetween(0.5, 0.9);
    assertThat(json.path("positive").asText()).isEqualTo("malignant");
  }

  @Test
  void everyLookAtTheTestPartIsCountedAndNoneAtValidation() throws IOException {
    SmallCohort.split(dataset);
    Fingerprint trained = SmallCohort.fingerprint(SmallCohort.range(0, 20));
    assertThat(evaluate(trained, Optional.of("test")).protocol().testLooks()).isEqualTo(1);
    assertThat(evaluate(trained, Optional.of("validation")).protocol().testLooks()).isZero();
    assertThat(evaluate(trained, Optional.of("test")).protocol().testLooks()).isEqualTo(2);
    assertThat(evaluate(trained, Optional.of("all")).protocol().testLooks()).isEqualTo(1);
    assertThat(evaluate(trained, Optional.of("test")).protocol().testLooks()).isEqualTo(4);
    assertThat(Files.readAllLines(dataset.root().resolve("ledger.jsonl"))).hasSize(4);
  }

  @Test
  void imageThatCannotBeReadIsLeftOutAndNamedAndTheOthersAreScored() throws IOException {
    SmallCohort.split(dataset);
    Files.writeString(dataset.resolve(SmallCohort.image(43)), "no image");
    Files.delete(dataset.resolve(SmallCohort.image(50)));
    Evaluation evaluation =
        evaluate(SmallCohort.fingerprint(SmallCohort.range(0, 20)), Optional.empty());
    assertThat(evaluation.first().n()).isEqualTo(18);
    assertThat(evaluation.protocol().isTestResult()).isTrue();
    assertThat(evaluation.result())
        .isEqualTo(
            "test result on a part that training did not see; 2 of its 20 images (10.0%) cannot be read and are left out");
    assertThat(evaluation.toJson().path("result").asText()).isEqualTo(evaluation.result());
    assertThat(evaluation.protocol().notes())
        .contains("images/50.png cannot be read and is left out: the file is missing.")
        .anyMatch(note -> note.startsWith("images/43.png cannot be read and is left out: "));
    JsonNode flow = evaluation.toJson().path("flow");
    assertThat(flow.path("analysed").asInt()).isEqualTo(18);
    assertThat(flow.path("notScoredHere").valueStream())
        .anyMatch(
            each ->
                each.path("reason").asText().equals("unreadable")
                    && each.path("images").asInt() == 2);
    assertThat(flow.path("unreadable").valueStream().map(each -> each.path("image").asText()))
        .containsExactly("images/43.png", "images/50.png");
    assertThat(evaluation.protocol().testLooks()).isEqualTo(1);
  }

  @Test
  void headlineNamesALabelThatIsLostWithImagesThatCannotBeRead() throws IOException {
    SmallCohort.split(dataset);
    for (int i : SmallCohort.range(40, 60)) {
      if (SmallCohort.label(i) == 2) {
        Files.delete(dataset.resolve(SmallCohort.image(i)));
      }
    }
    assertThat(evaluate(SmallCohort.fingerprint(SmallCohort.range(0, 20)), Optional.empty()))
        .extracting(Evaluation::result)
        .asString()
        .endsWith(
            "; 8 of its 20 images (40.0%) cannot be read and are left out, among them all of the label malignant");
  }

  @Test
  void nothingThatCanBeReadIsAnErrorAndTheLookIsCountedAllTheSame() throws IOException {
    SmallCohort.split(dataset);
    for (int i : SmallCohort.range(40, 60)) {
      Files.delete(dataset.resolve(SmallCohort.image(i)));
    }
    Fingerprint trained = SmallCohort.fingerprint(SmallCohort.range(0, 20));
    assertThatThrownBy(() -> evaluate(trained, Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("None of the 20 images of part \"test\"")
        .hasMessageContaining("images/40.png: the file is missing");
    assertThat(Files.readAllLines(dataset.root().resolve("ledger.jsonl"))).hasSize(1);
  }

  @Test
  void allTakesInTheImagesOfEveryPartAndNoneThatTheSplitLeftOut() throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    for (int i : SmallCohort.range(4, SmallCohort.IMAGES)) {
      parts.put(SmallCohort.image(i), SmallCohort.part(i));
    }
    String why = "copies of it carry contradicting labels: benign, normal";
    SmallCohort.split(
        dataset,
        parts,
        SmallCohort.range(0, 4).stream()
            .map(i -> new Split.LeftOut(SmallCohort.image(i), why))
            .toList());
    Evaluation evaluation = evaluate(SmallCohort.elsewhere(), Optional.of("all"));
    assertThat(evaluation.first().n()).isEqualTo(56);
    assertThat(evaluation.first().cases()).extracting(ScoredCase::part).doesNotContain("");
    assertThat(evaluation.protocol().notes())
        .contains(
            "4 images are in no part of the split and are left out; leftOut in split.json says why.");
    JsonNode flow = evaluation.toJson().path("flow");
    assertThat(flow.path("excluded").path(0).path("reason").asText()).isEqualTo(why);
    assertThat(flow.path("excluded").path(0).path("images").asInt()).isEqualTo(4);
  }

  @Test
  void imageThatIsRefusedIsReferredInEveryTaskAndDoubtInItsOwnAlone() throws IOException {
    Task side = new Task("side", List.of("L", "R"));
    Files.writeString(
        dataset.manifestFile(),
        Files.readString(dataset.manifestFile())
            .replace("label.pathology", "label.pathology,label.side")
            .replaceAll(",(normal|benign|malignant),", ",$1,L,"));
    dataset = Dataset.open(dataset.root());
    Map<String, double[]> scores =
        Map.of(Task.PATHOLOGY, new double[] {.2, .3, .5}, "side", new double[] {.9, .1});
    Candidate candidate =
        new Candidate(
            new Evaluation.Model("fake", "1", "00"),
            List.of(SmallCohort.TASK, side),
            SmallCohort.elsewhere(),
            WeightsOrigin.RANDOM,
            (image, marks) -> {
              // By the label: 20 images are answered, 20 in doubt, 20 refused.
              int label = Math.round(image.pixels()[0] * 2);
              return new Scored(scores, Map.of(), label > 0, label > 1);
            });
    Evaluation evaluation =
        new EvaluateModel(image -> -1L).run(candidate, dataset, Optional.empty(), Progress.NONE);
    JsonNode tasks = evaluation.toJson().path("tasks");
    JsonNode main = tasks.path(Task.PATHOLOGY);
    assertThat(main.path("referral").path("referred").path("value").asDouble())
        .isCloseTo(40.0 / 60, within(1e-9));
    JsonNode other = tasks.path("side");
    assertThat(other.path("referral").path("referred").path("value").asDouble())
        .isCloseTo(20.0 / 60, within(1e-9));
    assertThat(other.path("metrics").path("coverage").path("value").asDouble())
        .isCloseTo(40.0 / 60, within(1e-9));
  }

  /** What calibration is worth shows where it was not made: on images from elsewhere. */
  @Test
  void calibratedAnswersStandBesideThoseBeforeCalibration() throws IOException {
    Candidate candidate =
        new Candidate(
            new Evaluation.Model("fake", "1", "00"),
            List.of(SmallCohort.TASK),
            SmallCohort.elsewhere(),
            WeightsOrigin.RANDOM,
            (image, marks) -> {
              int label = Math.round(image.pixels()[0] * 2);
              double[] after = {.1, .1, .1};
              after[label] = .8;
              double[] before = {.005, .005, .005};
              before[(label + 1) % 3] = .99;
              return new Scored(
                  Map.of(Task.PATHOLOGY, after), Map.of(Task.PATHOLOGY, before), false, false);
            });
    JsonNode json =
        new EvaluateModel(image -> -1L)
            .run(candidate, dataset, Optional.empty(), Progress.NONE)
            .toJson();
    assertThat(json.path("metrics").path("ece").path("value").asDouble())
        .isCloseTo(.2, within(1e-9));
    assertThat(json.path("uncalibrated").path("metrics").path("ece").path("value").asDouble())
        .isCloseTo(.99, within(1e-9));
  }

  @Test
  void imagesSeenInTrainingAreCountedAndRefusedAsATestResult() throws IOException {
    SmallCohort.split(dataset);
    // Images 50 to 53 are of two women of the test part.
    Evaluation evaluation =
        evaluate(SmallCohort.fingerprint(List.of(0, 1, 50, 51, 52, 53)), Optional.empty());
    JsonNode json = evaluation.toJson();
    assertThat(json.path("result").asText())
        .isEqualTo("not a test result: 4 of 20 images were seen in training");
    assertThat(json.path("protocol").path("leakFree").asBoolean()).isFalse();
    assertThat(json.path("protocol").path("seenInTraining").asInt()).isEqualTo(4);
    assertThat(json.path("metrics").path("auc").path("value").isNumber()).isTrue();
    assertThat(evaluation.protocol().notes()).anyMatch(note -> note.contains("equal SHA-256"));
  }

  @Test
  void groupMatesOfTrainingImagesCountAsSeen() throws IOException {
    SmallCohort.split(dataset);
    Evaluation evaluation = evaluate(SmallCohort.fingerprint(List.of(50)), Optional.empty());
    assertThat(evaluation.protocol().seenInTraining()).isEqualTo(2);
    assertThat(evaluation.protocol().notes()).anyMatch(note -> note.contains("In a group"));
  }

  @Test
  void otherDataSetWithoutOverlapIsExternal() throws IOException {
    Evaluation evaluation = evaluate(SmallCohort.elsewhere(), Optional.empty());
    assertThat(evaluation.protocol().kind()).isEqualTo(Protocol.Kind.EXTERNAL);
    assertThat(evaluation.protocol().part()).isEqualTo("all");
    assertThat(evaluation.protocol().leakFree()).isTrue();
    assertThat(evaluation.protocol().groupedBy()).containsExactly("patient");
    assertThat(evaluation.first().sample().groups()).isEqualTo(30);
  }

  @Test
  void picturesLikeTrainingImagesFromElsewhereCountAsSeen() throws IOException {
    // The fake hash of every image is −1; this differs from it in four bits.
    Fingerprint elsewhere = Fingerprint.of(List.of(new Fingerprint.Image("f".repeat(64), -16L)));
    Evaluation evaluation = evaluate(elsewhere, Optional.empty());
    assertThat(evaluation.protocol().seenInTraining()).isEqualTo(60);
    assertThat(evaluation.protocol().isTestResult()).isFalse();
  }

  @Test
  void inAnAuditedDataSetPicturesAreComparedWithTrainingImagesFromElsewhereAlone()
      throws IOException {
    SmallCohort.split(dataset);
    // An image of the data set that looks like all others, and one from elsewhere that does not.
    Fingerprint trained =
        Fingerprint.of(
            List.of(
                new Fingerprint.Image(SmallCohort.sha256(0), -1L),
                new Fingerprint.Image("f".repeat(64), 0L)));
    assertThat(evaluate(trained, Optional.empty()).protocol().seenInTraining()).isZero();
  }

  @Test
  void inADataSetWithoutAnAuditAllPicturesAreCompared() throws IOException {
    Fingerprint trained =
        Fingerprint.of(List.of(new Fingerprint.Image(SmallCohort.sha256(0), -1L)));
    assertThat(evaluate(trained, Optional.of("all")).protocol().seenInTraining()).isEqualTo(60);
  }

  @Test
  void initialWeightsOfUnknownOriginGiveNoTestResultAndSaySo() throws IOException {
    SmallCohort.split(dataset);
    Candidate known = SmallCohort.candidate(SmallCohort.fingerprint(SmallCohort.range(0, 20)));
    WeightsOrigin found =
        new WeightsOrigin(WeightsOrigin.Kind.UNKNOWN, "found.safetensors", "ab".repeat(32), false);
    Candidate unknown =
        new Candidate(known.model(), known.tasks(), known.fingerprint(), found, known.scorer());
    Evaluation evaluation =
        new EvaluateModel(image -> -1L).run(unknown, dataset, Optional.empty(), Progress.NONE);
    assertThat(evaluation.result())
        .isEqualTo(
            "not a test result: nothing tells which images its initial weights had learned from");
    JsonNode protocol = evaluation.toJson().path("protocol");
    assertThat(protocol.path("leakFree").asBoolean(true)).isFalse();
    assertThat(protocol.path("origin").asText()).isEqualTo("initial weights unknown");
    assertThat(protocol.path("seenInTraining").isNull()).isTrue();
    assertThat(protocol.path("why").asText()).contains("initial weights");
    assertThat(evaluation.protocol().notes())
        .anyMatch(note -> note.contains("found.safetensors") && note.contains("unknown origin"));
    assertThat(evaluation.sentence()).contains("initial weights of unknown origin");
  }

  @Test
  void picturesAreNotComparedWithTrainingImagesOfTheSameAuditedDataSet() throws IOException {
    SmallCohort.split(dataset);
    Fingerprint trained =
        Fingerprint.of(List.of(new Fingerprint.Image(SmallCohort.sha256(0), -1L)));
    assertThat(evaluate(trained, Optional.empty()).protocol().seenInTraining()).isZero();
  }

  @Test
  void trainingAndValidationPartsAreNoTestResult() throws IOException {
    SmallCohort.split(dataset);
    Fingerprint trained = SmallCohort.fingerprint(SmallCohort.range(0, 20));
    assertThat(evaluate(trained, Optional.of("validation")).result())
        .isEqualTo("not a test result: training watched the validation part");
    assertThat(evaluate(trained, Optional.of("train")).result())
        .isEqualTo("not a test result: 20 of 20 images were seen in training");
  }

  @Test
  void splitThatCutsAGroupIsRefused() throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    for (int i = 0; i < SmallCohort.IMAGES; i++) {
      parts.put(SmallCohort.image(i), i % 2 == 0 ? "train" : "test");
    }
    SmallCohort.split(dataset, parts);
    assertThatThrownBy(() -> evaluate(SmallCohort.elsewhere(), Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cuts 30 groups");
  }

  @Test
  void modelThatDoesNotTellItsTrainingImagesGivesNoTestResult() throws IOException {
    Evaluation evaluation = evaluate(Fingerprint.of(List.of()), Optional.empty());
    assertThat(evaluation.result()).contains("nothing tells which images");
    assertThat(evaluation.protocol().leakFree()).isFalse();
    assertThat(evaluation.protocol().notes())
        .anyMatch(note -> note.contains("any of these may be"));
    assertThat(evaluation.sentence())
        .startsWith("A model of unknown training, on a data set: 60 images")
        .contains("not checked against training");
    JsonNode protocol = evaluation.toJson().path("protocol");
    assertThat(protocol.path("leakFree").asBoolean(true)).isFalse();
    assertThat(protocol.path("seenInTraining").isNull()).isTrue();
    assertThat(protocol.path("why").asText()).contains("nothing tells");
  }

  @Test
  void splitOfAnotherManifestIsRefused() throws IOException {
    SmallCohort.split(dataset);
    Files.writeString(
        dataset.manifestFile(),
        Files.readString(dataset.manifestFile()).replace("normal", "benign"));
    assertThatThrownBy(() -> evaluate(SmallCohort.elsewhere(), Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("made for another manifest.csv than there is now");
  }

  @Test
  void partThatIsNotThereNamesThoseThatAre() throws IOException {
    SmallCohort.split(dataset);
    assertThatThrownBy(() -> evaluate(SmallCohort.elsewhere(), Optional.of("fold1")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("{test=20, train=20, validation=20}");
    assertThat(dataset.root().resolve("ledger.jsonl")).doesNotExist();
  }

  @Test
  void labelsThatTheModelDoesNotKnowAreLeftOutAndTold() throws IOException {
    Task two = new Task(Task.PATHOLOGY, List.of("benign", "malignant"));
    Candidate candidate =
        new Candidate(
            new Evaluation.Model("fake", "1", "00"),
            List.of(two),
            SmallCohort.elsewhere(),
            WeightsOrigin.RANDOM,
            (image, marks) -> new Scored(Map.of(Task.PATHOLOGY, new double[] {0.5, 0.5}), false));
    Evaluation evaluation =
        new EvaluateModel(image -> -1L).run(candidate, dataset, Optional.empty(), Progress.NONE);
    assertThat(evaluation.first().n()).isEqualTo(40);
    assertThat(evaluation.protocol().notes())
        .containsExactly(
            "20 images with the label pathology normal are left out: the model does not know it.");
  }

  @Test
  void dataSetWithoutTheModelsTaskIsRefused() {
    Candidate density =
        new Candidate(
            new Evaluation.Model("fake", "1", "00"),
            List.of(new Task(Task.DENSITY, List.of("1", "2"))),
            SmallCohort.elsewhere(),
            WeightsOrigin.RANDOM,
            (image, marks) -> new Scored(Map.of(), false));
    assertThatThrownBy(
            () ->
                new EvaluateModel(image -> -1L)
                    .run(density, dataset, Optional.empty(), Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("density [1, 2]")
        .hasMessageContaining("pathology benign");
  }

  @Test
  void subgroupsAreThoseOfTheManifest() throws IOException {
    Evaluation evaluation = evaluate(SmallCohort.elsewhere(), Optional.empty());
    assertThat(evaluation.first().subgroups())
        .extracting(subgroup -> subgroup.by() + " " + subgroup.value() + " " + subgroup.n())
        .containsExactly("laterality L 30", "laterality R 30");
  }

  @Test
  void neitherJsonNorCasesNameAPatient() throws IOException {
    Evaluation evaluation = evaluate(SmallCohort.elsewhere(), Optional.empty());
    assertThat(evaluation.toJson().toString()).doesNotContain("secret");
    assertThat(evaluation.first().cases())
        .allSatisfy(scored -> assertThat(scored.toString()).doesNotContain("secret"));
  }

  @Test
  void sameModelAndImagesGiveTheSameNumbers() throws IOException {
    Fingerprint none = SmallCohort.elsewhere();
    JsonNode first = evaluate(none, Optional.empty()).toJson();
    JsonNode second = evaluate(none, Optional.empty()).toJson();
    for (String field : List.of("metrics", "byLabel", "confusion", "subgroups", "calibration")) {
      assertThat(second.path(field)).as(field).isEqualTo(first.path(field));
    }
  }

  @Test
  void realBundleIsScoredByItsOwnPredictor() throws IOException {
    SmallCohort.split(dataset);
    Path bundle = folder.resolve("tiny");
    TinyBundle.write(bundle, true, SmallCohort.fingerprint(SmallCohort.range(0, 20)));
    Evaluation evaluation =
        new EvaluateModel(image -> -1L).run(bundle, dataset, Optional.empty(), Progress.NONE);
    assertThat(evaluation.model().name()).isEqualTo("tiny");
    assertThat(evaluation.protocol().isTestResult()).isTrue();
    assertThat(evaluation.first().n()).isEqualTo(20);
  }
}
