package org.senoscope.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.calibration.AnswerRule;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.SmallCohort;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.Bundle;
import org.senoscope.model.ExportBundle;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.Head;
import org.senoscope.model.OutputForm;
import org.senoscope.model.Predictor;
import org.senoscope.model.ResidualBundle;
import org.senoscope.model.Variant;
import org.senoscope.refusal.Distances;
import org.senoscope.refusal.Features;
import org.senoscope.refusal.Gate;
import org.senoscope.refusal.Limits;
import org.senoscope.refusal.Reference;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.split.Split;
import org.senoscope.study.Marks;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/** Images 0 to 19 are in part train, 20 to 39 in validation, 40 to 59 in test. */
class ExportInt8Test {
  private static final Head HEAD = new Head(SmallCohort.TASK, OutputForm.SOFTMAX);

  @TempDir private Path folder;
  private Dataset dataset;

  @BeforeEach
  void write() throws IOException {
    dataset = SmallCohort.write(folder.resolve("data"));
    SmallCohort.split(dataset);
  }

  private Bundle bundle(String name, Fingerprint seen, String splitSha256) throws IOException {
    return ResidualBundle.write(folder.resolve(name), HEAD, seen, splitSha256);
  }

  private static Fingerprint range(int from, int to) {
    return SmallCohort.fingerprint(IntStream.range(from, to).boxed().toList());
  }

  private static Set<String> images(TrainingImages chosen) {
    Set<String> names = new HashSet<>();
    Stream.of(chosen.counted(), chosen.compared())
        .flatMap(List::stream)
        .map(ManifestRow::image)
        .forEach(name -> assertThat(names.add(name)).as(name).isTrue());
    return names;
  }

  private static String[] names(int from, int to) {
    return IntStream.range(from, to).mapToObj(SmallCohort::image).toArray(String[]::new);
  }

  @Test
  void noImageOfTestOrValidationIsCountedOnWhateverTheFingerprintSays() throws IOException {
    TrainingImages chosen = TrainingImages.of(bundle("b", range(0, 60), ""), dataset);
    assertThat(images(chosen)).containsExactlyInAnyOrder(names(0, 20));
    assertThat(chosen.counted()).hasSize(13);
  }

  @Test
  void onlyImagesThatItIsKnownToBeTrainedOnAreCountedOn() throws IOException {
    assertThat(images(TrainingImages.of(bundle("b", range(2, 19), ""), dataset)))
        .containsExactlyInAnyOrder(names(2, 19));
    Bundle few = bundle("few", range(5, 20), "");
    assertThatThrownBy(() -> TrainingImages.of(few, dataset))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds 15 images")
        .hasMessageContaining("int8 needs 16");
    Bundle elsewhere = bundle("elsewhere", SmallCohort.elsewhere(), "");
    assertThatThrownBy(() -> TrainingImages.of(elsewhere, dataset))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds 0 images");
  }

  @Test
  void aBundleThatNamesNoImageTakesTheTrainPart() throws IOException {
    Bundle unnamed = bundle("b", Fingerprint.of(List.of()), "");
    assertThat(images(TrainingImages.of(unnamed, dataset))).containsExactlyInAnyOrder(names(0, 20));
    Files.delete(dataset.splitFile());
    assertThatThrownBy(() -> TrainingImages.of(unnamed, dataset))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("names no training image")
        .hasMessageContaining("senoscope split --holdout");
  }

  private Int8Export export(Bundle bundle, String name) throws IOException {
    return new ExportInt8(dataset, Progress.NONE)
        .run(
            bundle.path(),
            folder.resolve(name + ".onnx"),
            Optional.of(folder.resolve(name + "-int8")));
  }

  @Test
  void theChangeIsToldOnUnseenImagesAndTheTestPartIsNotLookedAt() throws IOException {
    Int8Export export = export(bundle("b", range(0, 20), ""), "out");
    Change change = export.change().orElseThrow();
    assertThat(change.paired().n()).isEqualTo(20);
    assertThat(change.protocol()).contains("that the network had not seen");
    assertThat(dataset.root().resolve("ledger.jsonl")).doesNotExist();
    JsonNode json = export.toJson();
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/export/1");
    assertThat(json.path("format").asText()).isEqualTo("onnx-int8");
    assertThat(json.path("bytes").asLong()).isEqualTo(Files.size(folder.resolve("out.onnx")));
    assertThat(json.path("change").path("auc").path("value").isNumber()).isTrue();
    assertThat(json.path("change").path("images").asInt()).isEqualTo(20);
    assertThat(json.path("speed")).hasSize(2);
    assertThat(json.path("speed").path(1).path("images").asInt()).isEqualTo(32);
    assertThat(export.text()).contains("AUC", "32 images", "largest change of a probability");
  }

  @Test
  void theTrainingsOwnValidationPartIsNamedAsThat() throws IOException {
    String split = Split.read(dataset).sha256InRuns();
    Int8Export export = export(bundle("b", range(0, 40), split), "out");
    assertThat(export.change().orElseThrow().protocol()).contains("the validation part");
    assertThat(export.change().orElseThrow().paired().n()).isEqualTo(20);
  }

  @Test
  void thereIsNoNumberWhereEveryImageWasSeen() throws IOException {
    Int8Export export = export(bundle("b", range(0, 40), "of another split"), "out");
    assertThat(export.change()).isEmpty();
    assertThat(export.why()).contains("has seen every labelled image");
    assertThat(export.toJson().path("change").isNull()).isTrue();
    assertThat(export.text()).contains("not measured, because");
    Int8Export unnamed = export(bundle("u", Fingerprint.of(List.of()), ""), "unnamed");
    assertThat(unnamed.change()).isEmpty();
    assertThat(unnamed.why()).contains("nothing tells");
  }

  @Test
  void theNewBundleCarriesBothNetworks() throws IOException {
    Bundle old = bundle("b", range(0, 20), "");
    var _ = export(old, "out");
    Bundle made = Bundle.open(folder.resolve("out-int8"));
    assertThat(made.has(Variant.INT8)).isTrue();
    assertThat(made.sha256()).isNotEqualTo(old.sha256());
    assertThat(made.fileNames()).containsAll(old.fileNames()).contains(Bundle.MODEL_INT8);
    JsonNode origin = Json.read(folder.resolve("out-int8/model.json")).path("int8");
    List<String> counted = new ArrayList<>();
    origin.path("countedOn").forEach(each -> counted.add(each.asText()));
    assertThat(counted).hasSize(13).allMatch(old.fingerprint()::contains);
    assertThat(folder.resolve("out-int8").resolve(Bundle.MODEL_INT8))
        .hasSameBinaryContentAs(folder.resolve("out.onnx"));
    float[] pixels = new float[64];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i % 7 / 7f;
    }
    GreyImage image = new GreyImage(8, 8, pixels);
    try (Predictor floats = Predictor.open(made, 1);
        Predictor before = Predictor.open(old, 1);
        Predictor int8 = Predictor.open(made, Variant.INT8, 1, 1)) {
      Map<String, Double> said = floats.predict("a", image).scores();
      assertThat(said).isEqualTo(before.predict("a", image).scores());
      assertThat(int8.predict("a", image).scores()).isNotEqualTo(said);
      assertThat(int8.predict("a", image).model()).isEqualTo("residual 1 int8");
      assertThat(floats.predict("a", image).model()).isEqualTo("residual 1");
    }
    // What it carries can be taken out again without any image.
    ExportBundle.Export again =
        ExportBundle.run(made, ExportBundle.Format.ONNX_INT8, folder.resolve("again.onnx"));
    assertThat(again.file()).hasSameBinaryContentAs(folder.resolve("out.onnx"));
  }

  /** Distances are those from the training images as the network in 8 bits sees them. */
  @Test
  void whatAsksWhetherAnImageMayBeAnsweredLooksIn8BitsToo() throws IOException {
    Bundle limited = limited(bundle("b", range(0, 20), ""));
    var _ = export(limited, "out");
    Bundle made = Bundle.open(folder.resolve("out-int8"));
    assertThat(made.fileNames()).contains(Bundle.REFERENCE, Bundle.REFERENCE_INT8);
    List<Features> floats = new ArrayList<>();
    List<Features> integers = new ArrayList<>();
    try (Predictor one = Predictor.open(made, 1);
        Predictor other = Predictor.open(made, Variant.INT8, 1, 1)) {
      for (ManifestRow row : TrainingImages.all(made, dataset)) {
        GreyImage image = ImageFiles.read(dataset.resolve(row.image()));
        floats.add(one.look(image, Marks.NONE));
        integers.add(other.look(image, Marks.NONE));
      }
    }
    assertThat(integers).hasSize(20);
    Gate inFloats = made.gate(Variant.FLOAT).orElseThrow();
    Gate inIntegers = made.gate(Variant.INT8).orElseThrow();
    assertThat(inIntegers.limits()).isEqualTo(inFloats.limits());
    for (int i = 0; i < 20; i++) {
      assertThat(inIntegers.reference().of(integers.get(i)))
          .isEqualTo(Reference.fit(integers).orElseThrow().of(integers.get(i)));
      assertThat(inFloats.reference().of(floats.get(i)))
          .isEqualTo(Reference.fit(floats).orElseThrow().of(floats.get(i)));
    }
    // A bundle of before, without it, is judged as it was.
    assertThat(limited.gate(Variant.INT8).orElseThrow().limits())
        .isEqualTo(limited.gate(Variant.FLOAT).orElseThrow().limits());
  }

  /** The same with limits. */
  private Bundle limited(Bundle plain) throws IOException {
    List<Features> seen = new ArrayList<>();
    try (Predictor predictor = Predictor.open(plain, 1)) {
      for (ManifestRow row : TrainingImages.all(plain, dataset)) {
        seen.add(predictor.look(ImageFiles.read(dataset.resolve(row.image())), Marks.NONE));
      }
    }
    Path target = java.nio.file.Files.createDirectories(folder.resolve("limited"));
    for (String name : plain.fileNames()) {
      java.nio.file.Files.copy(plain.path().resolve(name), target.resolve(name));
    }
    Path reference = target.resolve(Bundle.REFERENCE);
    SafetensorsWriter.write(reference, Reference.fit(seen).orElseThrow().tensors(), Map.of());
    ObjectNode json = (ObjectNode) Json.read(plain.path().resolve("model.json"));
    json.set(
        "limits",
        Limits.ofDistances(
                java.util.Collections.nCopies(
                    60,
                    new Distances(
                        OptionalDouble.of(2), OptionalDouble.of(2), OptionalDouble.of(2))))
            .toJson());
    json.withObject("/files")
        .putObject(Bundle.REFERENCE)
        .put("bytes", java.nio.file.Files.size(reference))
        .put("sha256", Hashes.sha256(reference));
    Json.write(target.resolve("model.json"), json);
    return Bundle.open(target);
  }

  @Test
  void whatCannotBeDoneIsSaidBeforeAnythingIsWritten() throws IOException {
    Bundle plain = bundle("b", range(0, 20), "");
    assertThatThrownBy(() -> Predictor.open(plain, Variant.INT8, 1, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no model-int8.onnx");
    Path file = folder.resolve("none.onnx");
    assertThatThrownBy(() -> ExportBundle.run(plain, ExportBundle.Format.ONNX_INT8, file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--data");
    assertThat(file).doesNotExist();
    Files.createFile(folder.resolve("out.onnx"));
    assertThatThrownBy(() -> export(plain, "out"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exists already");
    assertThat(folder.resolve("out-int8")).doesNotExist();
  }

  /**
   * A run of three folds, dealt by women in turn; each fold's network learned from the other two.
   */
  private Path run(Head last) throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    for (int i = 0; i < 60; i++) {
      parts.put(SmallCohort.image(i), fold(i));
    }
    SmallCohort.split(dataset, parts);
    String split = Split.read(dataset).sha256InRuns();
    Path run = folder.resolve("run");
    for (String fold : List.of("fold1", "fold2", "fold3")) {
      List<Integer> others =
          IntStream.range(0, 60).filter(i -> !fold(i).equals(fold)).boxed().toList();
      ResidualBundle.write(
          run.resolve(fold).resolve(Bundle.IN_RUN), HEAD, SmallCohort.fingerprint(others), split);
    }
    ResidualBundle.write(run.resolve(Bundle.IN_RUN), last, range(0, 60), split);
    Json.write(run.resolve("run.json"), Json.object().put("splitSha256", split));
    return run;
  }

  private static String fold(int i) {
    return "fold" + (1 + i / 2 % 9 / 3);
  }

  private Int8Export export(Path named) throws IOException {
    return new ExportInt8(dataset, Progress.NONE)
        .run(named, folder.resolve("run.onnx"), Optional.empty());
  }

  @Test
  void aRunIsMeasuredOutOfFold() throws IOException {
    Path run = run(HEAD);
    Int8Export export = export(run);
    Change change = export.change().orElseThrow();
    assertThat(change.paired().n()).isEqualTo(60);
    assertThat(change.paired().groups()).isEqualTo(30);
    assertThat(change.protocol()).contains("out of fold", "3 networks");
    assertThat(change.referrals()).hasValue(0);
    for (String part : List.of("fold1", "fold2", "fold3")) {
      Bundle bundle = Bundle.open(run.resolve(part));
      Split split = Split.read(dataset);
      assertThat(images(TrainingImages.of(bundle, dataset)))
          .isNotEmpty()
          .noneMatch(image -> split.partOf(image).orElseThrow().equals(part));
    }
  }

  @Test
  void noNetworkIsAskedAboutAnImageOfItsFoldThatItHasSeen() throws IOException {
    Path run = run(HEAD);
    Path second = run.resolve("fold2").resolve(Bundle.IN_RUN);
    AtomicFiles.deleteTree(second);
    List<Integer> own =
        IntStream.range(0, 60).filter(i -> fold(i).equals("fold2")).boxed().toList();
    List<Integer> seen =
        IntStream.range(0, 60)
            .filter(i -> !own.contains(i) || i == own.getFirst())
            .boxed()
            .toList();
    ResidualBundle.write(
        second, HEAD, SmallCohort.fingerprint(seen), Split.read(dataset).sha256InRuns());
    // Neither the image nor its woman's other one.
    assertThat(export(run).change().orElseThrow().paired().n()).isEqualTo(58);
  }

  @Test
  void referralsAreNotCountedByNetworksThatReferNothing() throws IOException {
    double[][] logits = new double[60][];
    int[] truth = new int[60];
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      truth[i] = i % 3;
      logits[i] = new double[] {i % 5, i % 7, i % 11};
      groups.add("g" + i / 2);
    }
    AnswerRule rule = AnswerRule.fit(logits, truth, groups, .9);
    Int8Export export = export(run(new Head(HEAD.task(), HEAD.form(), Optional.of(rule))));
    assertThat(export.toJson().path("change").path("referralsChanged").isNull()).isTrue();
    assertThat(export.toJson().path("change").path("referralsWhy").asText()).contains("nested");
    assertThat(export.text()).contains("handed to a person by one alone: not known");
  }

  @Test
  void aRunThatLacksAFoldOrIsOfAnotherSplitHasNoFigure() throws IOException {
    Path run = run(HEAD);
    SmallCohort.split(dataset);
    Int8Export other = export(run);
    assertThat(other.change()).isEmpty();
    assertThat(other.why()).contains("not those of the data set's split");
    AtomicFiles.deleteTree(run.resolve("fold3").resolve(Bundle.IN_RUN));
    assertThatThrownBy(() -> export(run))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exists already");
    Files.delete(folder.resolve("run.onnx"));
    assertThatThrownBy(() -> export(run))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[fold3]");
  }

  @Test
  void imagesThatCannotBeReadAreCountedAndTooFewEndTheExport() throws IOException {
    Bundle bundle = bundle("b", range(0, 60), "");
    Map<String, String> parts = new LinkedHashMap<>();
    for (int i = 0; i < 60; i++) {
      parts.put(SmallCohort.image(i), i < 48 ? "train" : "validation");
    }
    SmallCohort.split(dataset, parts);
    TrainingImages chosen = TrainingImages.of(bundle, dataset);
    assertThat(chosen.counted()).hasSize(32);
    Files.writeString(dataset.resolve(chosen.counted().getFirst().image()), "no picture");
    Files.delete(dataset.resolve(chosen.compared().getLast().image()));
    Int8Export export = export(bundle, "some");
    assertThat(export.origin().path("images").asInt()).isEqualTo(31);
    assertThat(export.origin().path("unread").asInt()).isEqualTo(2);
    assertThat(export.origin().path("countedOn")).hasSize(31);
    assertThat(export.origin().path("logitsOff").path("images").asInt()).isEqualTo(15);
    assertThat(export.text()).contains("31 training images; 2 more cannot be read");
    for (ManifestRow row : chosen.counted().subList(1, 23)) {
      Files.delete(dataset.resolve(row.image()));
    }
    assertThatThrownBy(() -> export(bundle, "few"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Only 9 of the 32")
        .hasMessageContaining("int8 needs 10");
    assertThat(folder.resolve("few.onnx")).doesNotExist();
  }

  @Test
  void imagesThatCannotBeComparedAreCounted() throws IOException {
    Bundle bundle = bundle("b", range(0, 20), "");
    Files.delete(dataset.resolve(SmallCohort.image(20)));
    Change change = export(bundle, "out").change().orElseThrow();
    assertThat(change.paired().n()).isEqualTo(19);
    assertThat(change.toJson().path("unread").asInt()).isEqualTo(1);
    assertThat(change.text()).contains("; 1 more cannot be read");
  }
}
