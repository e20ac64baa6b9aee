package org.senoscope.report.sections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.calibration.AnswerRule;
import org.senoscope.dataset.Dataset;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.Protocol;
import org.senoscope.evaluate.SmallCohort;
import org.senoscope.evaluate.material.AuditFacts;
import org.senoscope.evaluate.material.DataFlow;
import org.senoscope.evaluate.material.Material;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Head;
import org.senoscope.model.OutputForm;
import org.senoscope.model.TinyBundle;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.refusal.Limits;
import org.senoscope.report.page.AugmentationText;
import org.senoscope.report.story.Background;
import org.senoscope.report.story.CasePictures;
import org.senoscope.report.story.ModelFacts;
import org.senoscope.report.story.TrainingStory;
import org.senoscope.study.Modality;
import org.senoscope.train.Acquisition;
import org.senoscope.train.Augmentation;
import org.senoscope.train.Recipe;
import org.senoscope.train.RecipeReader;
import org.senoscope.work.Progress;

class FactsTest {
  private static final String LIMITED =
      "the bundle refuses images that are blank or noise, or look like mammograms rather than ultrasound, or are less like its training images than limits allow, which were found on 60 images by networks that had not seen them, whatever the network makes of them.";

  private static final String FINAL =
      "The median of the folds' best epochs was trained, since no image was left to choose an epoch on.";

  private static final String BY_ONE_NETWORK_EACH =
      "The answers that calibrate are of one network each.";

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
    Set<String> people = Set.of("1", "5", "11", "14", "16", "18", "44");
    assertThat(Checklist.claim().items())
        .filteredOn(item -> people.contains(item.number()))
        .hasSize(7)
        .allSatisfy(item -> assertThat(item.fact()).isEmpty());
    Set<String> alsoPeople = Set.of("1", "12f", "14", "16", "24");
    assertThat(Checklist.tripod().items())
        .filteredOn(item -> alsoPeople.contains(item.number()))
        .hasSize(5)
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

  private static Optional<Limits> limits() {
    return Optional.of(
        new Limits(
            Optional.of(Modality.US),
            true,
            60,
            OptionalDouble.of(5),
            OptionalDouble.of(2),
            OptionalDouble.of(1),
            Optional.empty()));
  }

  private static AnswerRule rule() {
    double[][] logits = new double[60][];
    int[] truth = new int[60];
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      truth[i] = i % 3;
      logits[i] = new double[] {i % 5, i % 7, i % 11};
      groups.add("g" + i / 2);
    }
    return AnswerRule.fit(logits, truth, groups, .9);
  }

  /** The facts of an evaluation of a trained bundle. */
  private static Facts trained(
      Evaluation evaluation, String finalTraining, boolean ruled, Optional<Limits> limits) {
    return trained(evaluation, finalTraining, ruled, limits, 1);
  }

  private static Facts trained(
      Evaluation evaluation,
      String finalTraining,
      boolean ruled,
      Optional<Limits> limits,
      int networks) {
    BundleDescription tiny = TinyBundle.description(true);
    var provenance = tiny.provenance().deepCopy();
    if (!finalTraining.isEmpty()) {
      provenance.put("finalTraining", finalTraining);
    }
    if (networks > 1) {
      provenance.put(BundleDescription.NETWORKS, networks);
      provenance.put(BundleDescription.CALIBRATED_BY, BY_ONE_NETWORK_EACH);
    }
    BundleDescription description =
        new BundleDescription(
            "tiny",
            "1",
            List.of(
                new Head(
                    TinyBundle.TASK,
                    OutputForm.SOFTMAX,
                    ruled ? Optional.of(rule()) : Optional.empty())),
            tiny.input(),
            tiny.preprocessing(),
            true,
            tiny.operatingPoints(),
            limits,
            provenance,
            tiny.validation());
    Recipe recipe =
        RecipeReader.parse(
            """
            name: tiny
            task: pathology
            preprocessing:
              - {step: resize, height: 32, width: 32, fit: pad}
            input: {channels: 1, mean: [0.3], std: [0.2]}
            augmentation: {flip: 0.5, rotation: 10, scale: [0.9, 1.1], shift: 0.05}
            network: {family: cnn, blocks: [8, 16], dropout: 0.1}
            training: {epochs: 9, batch: 8, rate: 1e-2, headRate: 1e-2, patience: 3}
            calibration: {level: 0.9, nested: true}
            masks: {weight: 0.5, width: 12, guides: true, none: [normal]}
            """,
            "test");
    return new Facts(
        evaluation,
        new Background(
            TrainingStory.NONE,
            CasePictures.NONE,
            Optional.of(new ModelFacts(description, WeightsOrigin.RANDOM, 40, Optional.of(recipe))),
            List.of()));
  }

  private Evaluation outOfFold() {
    Protocol of = known.evaluation().protocol();
    return with(
        new Protocol(
            Protocol.Kind.CROSS_VALIDATION,
            "folds",
            of.groupedBy(),
            5,
            of.seed(),
            of.origin(),
            0,
            0,
            0,
            false,
            List.of()),
        known.evaluation().material());
  }

  private Evaluation with(Protocol protocol, Material material) {
    Evaluation of = known.evaluation();
    return new Evaluation(
        of.model(), of.dataset(), protocol, of.tasks(), material, of.provenance());
  }

  private Protocol protocol(String part, List<String> groupedBy, int seen) {
    Protocol of = known.evaluation().protocol();
    return new Protocol(
        of.kind(), part, groupedBy, 0, of.seed(), of.origin(), seen, 0, 0, false, List.of());
  }

  @Test
  void calibrationWasFittedByNetworksThatHadNotSeenItsImagesAndLimitsAreNamed() {
    AnswerRule rule = rule();
    assertThat(trained(known.evaluation(), FINAL, true, limits()).calibration())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains(
                        "(%s)".formatted(rule.calibration().calibrator().method().text()),
                        "conformal sets of 90%",
                        "on 60 images of 30 groups, by networks that had not seen them;")
                    .endsWith("is not one label is referred; " + LIMITED));
    assertThat(trained(outOfFold(), FINAL, true, limits()).calibration())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith("Each fold's probabilities")
                    .endsWith("is referred; " + LIMITED));
    assertThat(trained(known.evaluation(), "", true, Optional.empty()).calibration())
        .hasValueSatisfying(text -> assertThat(text).endsWith("is not one label is referred."));
  }

  @Test
  void ofAMeanItIsSaidByWhoseAnswersItWasCalibrated() {
    Facts own = trained(known.evaluation(), "", true, limits(), 5);
    assertThat(own.calibration())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith("Probabilities were calibrated")
                    .endsWith(" " + BY_ONE_NETWORK_EACH));
    assertThat(trained(outOfFold(), "", true, limits(), 5).calibration())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith("Each fold's probabilities")
                    .endsWith("is calibrated by itself. " + BY_ONE_NETWORK_EACH));
    assertThat(trained(known.evaluation(), "", true, limits()).calibration())
        .hasValueSatisfying(text -> assertThat(text).doesNotContain("answers that calibrate"));
  }

  @Test
  void withoutACalibrationOnlyABundleWithoutLimitsRefusesNothing() {
    assertThat(trained(known.evaluation(), "", false, limits()).calibration())
        .contains("Probabilities are not calibrated here, and " + LIMITED);
    for (Optional<Limits> none :
        List.of(Optional.<Limits>empty(), Optional.of(Limits.none(Optional.empty(), false)))) {
      assertThat(trained(known.evaluation(), "", false, none).calibration())
          .contains("Probabilities are not calibrated here, and no readable image is refused.");
    }
    assertThat(
            trained(known.evaluation(), "", false, Optional.of(Limits.none(Optional.empty(), true)))
                .calibration())
        .hasValueSatisfying(
            text -> assertThat(text).contains("blank or noise").doesNotContain("limits"));
  }

  @Test
  void reasonsOfReferralAreThoseOfTheBundle() {
    assertThat(trained(known.evaluation(), "", false, limits()).answer("input-quality"))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains("\"unreadable:\"", "\"quality:\"", "\"out-of-distribution:\""));
    assertThat(trained(known.evaluation(), "", false, Optional.empty()).answer("input-quality"))
        .hasValueSatisfying(
            text -> assertThat(text).contains("\"unreadable:\"").doesNotContain("quality:"));
  }

  @Test
  void figuresOutOfFoldAreNotSaidToBeOfTheMeanOfNetworks() {
    assertThat(trained(outOfFold(), "", true, limits()).averaged()).isEmpty();
    assertThat(trained(outOfFold(), "", true, limits()).answer("ensemble"))
        .hasValueSatisfying(text -> assertThat(text).startsWith("One network;"));
    Facts ofFolds = trained(outOfFold(), "", true, limits(), 5);
    assertThat(ofFolds.answer("ensemble"))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains(
                        "mean of the logits of 5 networks", "mirror", "none is of their mean"));
    assertThat(MethodsSection.paragraph(ofFolds)).contains(ofFolds.averaged().orElseThrow());
    // Images that none of them has seen measure the mean itself.
    assertThat(trained(known.evaluation(), "", true, limits(), 5).averaged())
        .hasValueSatisfying(
            text -> assertThat(text).endsWith("and over the image and its mirror image."));
  }

  @Test
  void epochIsSaidToBeChosenOnUnscoredImagesOnlyWhereItWas() {
    String chosen = "best on images that were neither trained on nor scored";
    assertThat(trained(known.evaluation(), "", true, limits()).answer("selection"))
        .hasValueSatisfying(text -> assertThat(text).contains(chosen));
    assertThat(trained(known.evaluation(), FINAL, true, limits()).answer("selection"))
        .contains(FINAL);
    assertThat(trained(outOfFold(), FINAL, true, limits()).answer("selection"))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith("Each fold's network")
                    .endsWith("Of the bundle: t" + FINAL.substring(1)));
    Material material = known.evaluation().material();
    assertThat(
            trained(with(protocol("validation", List.of(), 0), material), "", true, limits())
                .answer("selection"))
        .isEmpty();
    assertThat(
            trained(with(protocol("all", List.of(), 20), material), "", true, limits())
                .answer("selection"))
        .isEmpty();
  }

  @Test
  void outlinesThatWereLearnedFromAreNamed() {
    Facts facts = trained(known.evaluation(), "", true, limits());
    assertThat(facts.training())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains(
                        " Beside the labels it learned where readers outlined or boxed lesions (of a box alone the ellipse in it; a decoder of 12 channels, its loss weighted by 0.5; an image without an outline that is labelled normal has no lesion), and labels are told from the mean over the picture weighted by where it sees one. "));
    assertThat(facts.answer("marks"))
        .hasValue(
            "No reader's mark enters the model; readers' outlines or boxes of lesions were learned from, and are not asked for.");
  }

  @Test
  void trainingNamesTheAugmentation() {
    assertThat(trained(known.evaluation(), "", true, limits()).training())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .endsWith(
                        "Training images were augmented at random: left-right mirroring (probability 0.5), rotation by up to 10°, magnification 0.9 to 1.1, shifts by up to 0.05 of the side."));
    assertThat(AugmentationText.of(Augmentation.NONE))
        .isEqualTo("Training images were not augmented.");
    assertThat(
            AugmentationText.of(
                new Augmentation(
                    0, 0, 0, 1, 1, 0, 1, 1, 0, 0, false, new Acquisition(.2, .1, .25, 1.5))))
        .isEqualTo(
            "Training images were augmented at random: speckle of up to 0.2 of the brightness, gain over the depth by up to ±0.1 at the edges, acoustic shadows (probability 0.25), blur of up to 1.5 pixels.");
  }

  @Test
  void auditIsJoinedWithTheSourceOnlyWhereThatNamesPatientsOrGroups() {
    Material of = known.evaluation().material();
    Material audited =
        new Material(
            of.source(),
            Optional.of(new AuditFacts(30, 1, 2, 0, 0, Set.of(), List.of())),
            of.split(),
            of.flow());
    assertThat(known.evaluation().protocol().groupedBy()).contains("patient", "near-duplicates");
    assertThat(new Facts(with(known.evaluation().protocol(), audited), Background.NONE).audit())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .endsWith(
                        "and joined with what the source says belongs together into 30 groups."));
    assertThat(
            new Facts(
                    with(protocol("test", List.of("near-duplicates"), 0), audited), Background.NONE)
                .audit())
        .hasValueSatisfying(text -> assertThat(text).endsWith("and joined into 30 groups."));
  }

  @Test
  void exclusionsCountImagesAndNameRefusedEntriesApart() {
    Material of = known.evaluation().material();
    DataFlow flow =
        new DataFlow(
            List.of(new DataFlow.Tally("a mask of no image", 4)),
            60,
            List.of(new DataFlow.Tally("blurred", 10)),
            50,
            List.of(new DataFlow.Tally("in part train, not scored here", 30)),
            20,
            0,
            Map.of("benign", 20));
    assertThat(
            new Facts(
                    with(
                        known.evaluation().protocol(),
                        new Material(of.source(), of.audit(), of.split(), Optional.of(flow))),
                    Background.NONE)
                .exclusions())
        .contains(
            "Of 60 images imported, 20 were analysed. Left out: 10 (blurred); 30 (in part train, not scored here). Entries that the import refused (files, masks, table lines): 4 (a mask of no image).");
    assertThat(known.answer("data"))
        .hasValueSatisfying(text -> assertThat(text).endsWith("; whether it is to be had: open."));
  }
}
