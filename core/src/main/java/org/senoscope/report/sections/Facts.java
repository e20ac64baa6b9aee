package org.senoscope.report.sections;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.Protocol;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.evaluate.material.AuditFacts;
import org.senoscope.evaluate.material.DataFlow;
import org.senoscope.evaluate.material.Material;
import org.senoscope.evaluate.material.Source;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.model.BundleDescription;
import org.senoscope.refusal.Limits;
import org.senoscope.report.page.AugmentationText;
import org.senoscope.report.page.MetricNames;
import org.senoscope.report.page.Numbers;
import org.senoscope.report.page.StepText;
import org.senoscope.report.story.Background;
import org.senoscope.report.story.ModelFacts;
import org.senoscope.study.Task;
import org.senoscope.train.Recipe;

/**
 * What the program knows of a study, in sentences: what the methods and the checklists say. A fact
 * that is not known is empty, and never guessed.
 *
 * @param evaluation the figures and their protocol
 * @param background what is known beside them
 */
record Facts(Evaluation evaluation, Background background) {
  /** Whose spread over repeats a paper's method section has. */
  private static final List<String> HEADLINE =
      List.of("auc", "balancedAccuracy", "sensitivity", "specificity");

  /**
   * The answer to an item of a checklist.
   *
   * @param name of the fact
   * @throws IllegalArgumentException when there is no fact of the name
   */
  Optional<String> answer(String name) {
    return switch (name) {
      case "source" -> source();
      case "exclusions" -> exclusions();
      case "preprocessing" -> preprocessing();
      case "preparation" -> joined(audit(), preprocessing());
      case "subsets" -> subsets();
      case "missing" -> missing();
      case "partition" -> partition();
      case "disjoint" -> Optional.of(disjoint());
      case "model" -> model();
      case "input" -> input();
      case "labels" -> Optional.of(labels());
      case "marks" -> marks();
      case "software" -> Optional.of(software());
      case "initial" -> background.model().map(model -> model.initial().sentence());
      case "training" -> training();
      case "selection" -> selection();
      case "ensemble" -> ensemble();
      case "metrics" -> Optional.of(metrics());
      case "uncertainty" -> Optional.of(uncertainty());
      case "subgroups" -> subgroups();
      case "heatmaps" -> heatmaps();
      case "internal" -> kind(Protocol.Kind.CROSS_VALIDATION, Protocol.Kind.HOLDOUT);
      case "external" -> kind(Protocol.Kind.EXTERNAL);
      case "flow" ->
          evaluation.material().flow().map(flow -> "See the flow diagram: " + counts(flow));
      case "characteristics" -> characteristics();
      case "events" -> Optional.of(events());
      case "performance", "diagnostic" -> Optional.of(performance());
      case "failures" ->
          background.cases().worst().isEmpty()
              ? Optional.empty()
              : Optional.of("See the confusion matrix and the cases most wrong and most unsure.");
      case "limits" -> limits();
      case "protocol" ->
          evaluation.protocol().isTestResult() || !background.command().isEmpty()
              ? Optional.of(
                  "Protocol and the command that repeats it stand in this report; no protocol was registered that the program knows of.")
              : Optional.empty();
      case "availability" -> availability();
      case "data" -> source().map(source -> without(source) + "; whether it is to be had: open.");
      case "code" ->
          Optional.of(
              "Senoscope %s, commit %s, Apache-2.0.".formatted(version("senoscope"), commit()));
      case "scoring" -> Optional.of(scoring());
      case "imbalance" -> imbalance();
      case "output" -> Optional.of(output());
      case "input-quality" -> inputQuality();
      default -> throw new IllegalArgumentException("There is no fact " + name);
    };
  }

  private static Optional<String> joined(Optional<String> first, Optional<String> second) {
    List<String> known = new ArrayList<>();
    first.ifPresent(known::add);
    second.ifPresent(known::add);
    return known.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", known));
  }

  private TaskEvaluation task() {
    return evaluation.first();
  }

  private Protocol protocol() {
    return evaluation.protocol();
  }

  private Material material() {
    return evaluation.material();
  }

  private Optional<Recipe> recipe() {
    return background.model().flatMap(ModelFacts::recipe);
  }

  private static String counts(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .map(each -> "%d %s".formatted(each.getValue(), each.getKey()))
        .collect(Collectors.joining(", "));
  }

  private static String counts(DataFlow flow) {
    return "%d imported, %d that take part, %d analysed, %d referred."
        .formatted(flow.imported(), flow.eligible(), flow.analysed(), flow.referred());
  }

  /** Where the images came from. */
  Optional<String> source() {
    return material()
        .source()
        .map(
            (Source source) ->
                "The data set %s%s%s%s."
                    .formatted(
                        source.name(),
                        source.citation().isEmpty() ? "" : " (%s)".formatted(source.citation()),
                        source.licence().isEmpty() ? "" : ", licence: " + source.licence(),
                        ", manifest SHA-256 " + evaluation.dataset().manifestSha256()));
  }

  /** How many images were analysed. */
  String analysed() {
    int[] counts = task().sample().counts();
    Map<String, Integer> labels = new java.util.LinkedHashMap<>();
    for (int label = 0; label < counts.length; label++) {
      labels.put(task().task().labels().get(label), counts[label]);
    }
    return "%d images in %d groups were analysed (%s)."
        .formatted(task().n(), task().sample().groups(), counts(labels));
  }

  /** What was left out, and why. */
  Optional<String> exclusions() {
    return material()
        .flow()
        .map(
            flow -> {
              List<String> left = new ArrayList<>();
              flow.excluded().forEach(tally -> left.add(words(tally)));
              flow.elsewhere().forEach(tally -> left.add(words(tally)));
              String refused =
                  flow.refused().isEmpty()
                      ? ""
                      : " Entries that the import refused (files, masks, table lines): %s."
                          .formatted(
                              flow.refused().stream()
                                  .map(Facts::words)
                                  .collect(Collectors.joining("; ")));
              String images =
                  left.isEmpty()
                      ? "All %d imported images were analysed.".formatted(flow.imported())
                      : "Of %d images imported, %d were analysed. Left out: %s."
                          .formatted(flow.imported(), flow.analysed(), String.join("; ", left));
              return images + refused;
            });
  }

  private static String words(DataFlow.Tally tally) {
    return "%d (%s)".formatted(tally.count(), tally.reason());
  }

  private Optional<String> missing() {
    return material()
        .flow()
        .map(
            flow -> {
              int unlabelled =
                  java.util.stream.Stream.of(flow.excluded(), flow.elsewhere())
                      .flatMap(List::stream)
                      .filter(tally -> tally.reason().startsWith("no label"))
                      .mapToInt(DataFlow.Tally::count)
                      .sum();
              return "Nothing was imputed; %d images without a label for the task were left out."
                  .formatted(unlabelled);
            });
  }

  /** What the audit found. */
  Optional<String> audit() {
    return material()
        .audit()
        .map(
            (AuditFacts audit) ->
                "Images were audited for copies by perceptual hash, each candidate verified by aligned correlation (%s, %s, %s of copies with different labels), and joined%s into %d groups."
                    .formatted(
                        Numbers.count(audit.exactDuplicates(), "exact duplicate"),
                        Numbers.count(audit.nearDuplicatePairs(), "near-duplicate pair"),
                        Numbers.count(audit.labelConflicts(), "pair"),
                        protocol().groupedByTheSource()
                            ? " with what the source says belongs together"
                            : "",
                        audit.groups()));
  }

  private Optional<String> subsets() {
    return material()
        .split()
        .map(
            split ->
                split.parts().entrySet().stream()
                    .map(
                        part ->
                            "%s: %d images in %d groups"
                                .formatted(
                                    part.getKey(),
                                    part.getValue().images(),
                                    part.getValue().groups()))
                    .collect(Collectors.joining("; ", "", ".")));
  }

  /** How images came into parts. */
  Optional<String> partition() {
    if (protocol().kind() == Protocol.Kind.CROSS_VALIDATION) {
      return Optional.of(
          "Images were divided into %d folds%s, and each image was scored by the network that was trained without its fold."
              .formatted(protocol().folds(), seed()));
    }
    return material()
        .split()
        .map(
            split ->
                "The data set was divided by the rule \"%s\" (seed %d); part \"%s\" was scored."
                    .formatted(split.rule(), split.seed(), protocol().part()))
        .or(
            () ->
                protocol().part().equals("all")
                    ? Optional.of("All images of the data set were scored; it was not divided.")
                    : Optional.empty());
  }

  private String seed() {
    return protocol().seed().isPresent()
        ? " (seed %d)".formatted(protocol().seed().getAsLong())
        : "";
  }

  /** What parts have not in common. */
  String disjoint() {
    String level =
        protocol().groupedBy().isEmpty()
            ? "Each image was its own group"
            : "What belongs together (%s) was kept together"
                .formatted(String.join(", ", protocol().groupedBy()));
    return "%s, and %s; %s."
        .formatted(
            level,
            protocol().groupsCut() == 0
                ? "no group lies in two parts"
                : "%d groups lie in two parts".formatted(protocol().groupsCut()),
            seen());
  }

  private String seen() {
    return switch (protocol().origin()) {
      case CHECKED ->
          "held against the training images by SHA-256, group and perceptual hash, %d of the analysed images had been seen in training"
              .formatted(protocol().seenInTraining());
      case INITIAL_UNKNOWN -> "what the initial weights had learned from is not known";
      case UNNAMED, UNKNOWN -> "which images the model was trained on is not known";
    };
  }

  /** The model. */
  Optional<String> model() {
    return background
        .model()
        .map(
            facts -> {
              BundleDescription model = facts.description();
              String family =
                  facts
                      .recipe()
                      .map(recipe -> words(recipe.network().family()))
                      .orElse("a network that another program trained");
              return "%s: %s for %s, %s."
                  .formatted(
                      model.title(),
                      family,
                      model.tasks().stream().map(Facts::words).collect(Collectors.joining("; ")),
                      size(model));
            });
  }

  private static String words(Recipe.NetworkChoice.Family family) {
    return switch (family) {
      case CNN -> "a plain convolutional network";
      case RESNET18 -> "ResNet-18";
      case EFFICIENTNET_LITE0 -> "EfficientNet-Lite0";
    };
  }

  private static String words(Task task) {
    return "task %s (%s)".formatted(task.name(), String.join(", ", task.labels()));
  }

  private static String size(BundleDescription model) {
    return "input of %d × %d pixels, %d channel%s"
        .formatted(
            model.input().height(),
            model.input().width(),
            model.input().channels(),
            model.input().channels() == 1 ? "" : "s");
  }

  private Optional<String> input() {
    return background
        .model()
        .map(
            facts ->
                "The pixels of one image and nothing else: " + size(facts.description()) + ".");
  }

  private String labels() {
    return "The label \"%s\" of the manifest: %s. How it was had stands with the data's publisher, or where sets were joined under it, in the notes of dataset.json."
        .formatted(task().task().name(), String.join(", ", task().task().labels()));
  }

  private Optional<String> marks() {
    return background
        .model()
        .map(
            facts ->
                facts.description().preprocessing().needsMarks()
                    ? "Readers' marks decide where images are cropped: the figures do not hold where nobody marked."
                    : facts.recipe().flatMap(Recipe::masks).isPresent()
                        ? "No reader's mark enters the model; readers' outlines or boxes of lesions were learned from, and are not asked for."
                        : "No reader's mark enters the model.");
  }

  /** How images are prepared. */
  Optional<String> preprocessing() {
    return background
        .model()
        .map(
            facts ->
                "Images were read as grey and prepared by: %s; the same steps in training, evaluation and use."
                    .formatted(StepText.of(facts.description().preprocessing())));
  }

  /** How the model was trained. */
  Optional<String> training() {
    return recipe()
        .map(
            recipe -> {
              Recipe.Training training = recipe.training();
              return "It was trained for %s%d epochs in batches of %d by %s, learning rate %s (%s), weight decay %s, label smoothing %s, class weights %s, seed %d; recipe \"%s\", SHA-256 %s.%s%s %s"
                  .formatted(
                      training.patience().isPresent() ? "at most " : "",
                      training.epochs(),
                      training.batch(),
                      training.decoupledDecay() ? "AdamW" : "Adam",
                      Numbers.plain(training.rate()),
                      lower(training.schedule()),
                      Numbers.plain(training.weightDecay()),
                      Numbers.plain(training.labelSmoothing()),
                      weighed(training),
                      training.seed(),
                      recipe.name(),
                      background
                          .model()
                          .map(facts -> facts.provenance().path("recipeSha256").asText("unknown"))
                          .orElse("unknown"),
                      recipe.network().frozenStages() == 0
                          ? ""
                          : " The first %d stages of the network kept the weights that they started with."
                              .formatted(recipe.network().frozenStages()),
                      recipe.masks().map(Facts::words).orElse(""),
                      AugmentationText.of(recipe.augmentation()));
            });
  }

  private static String weighed(Recipe.Training training) {
    return training.classWeights().words()
        + (training.logitAdjustment() == 0
            ? ""
            : ", logits adjusted by %s of the logarithm of each label's frequency in the image's own data set (Menon et al. 2021)"
                .formatted(Numbers.plain(training.logitAdjustment())));
  }

  private static String words(Recipe.Masks masks) {
    return " Beside the labels it learned where readers outlined or boxed lesions (of a box alone the ellipse in it; a decoder of %d channels, its loss weighted by %s%s)%s."
        .formatted(
            masks.width(),
            Numbers.plain(masks.weight()),
            masks.none().isEmpty()
                ? ""
                : "; an image without an outline that is labelled %s has no lesion"
                    .formatted(String.join(" or ", masks.none())),
            masks.guides()
                ? ", and labels are told from the mean over the picture weighted by where it sees one"
                : "");
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private Optional<String> selection() {
    if (recipe().isEmpty()) {
      return Optional.empty();
    }
    if (!recipe().get().training().choosesOnValidation()) {
      return Optional.of("Weights of the last epoch; nothing was chosen.");
    }
    String last =
        background
            .model()
            .map(facts -> facts.provenance().path("finalTraining").asText())
            .orElse("");
    if (protocol().kind() == Protocol.Kind.CROSS_VALIDATION) {
      String folds =
          "Each fold's network has the weights of the epoch that was best on images that it was neither trained nor scored on.";
      return Optional.of(last.isEmpty() ? folds : folds + " Of the bundle: " + lowered(last));
    }
    if (!last.isEmpty()) {
      return Optional.of(last);
    }
    // An image that was seen in training may be one that chose the epoch.
    return protocol().part().equals("validation") || protocol().seenInTraining() > 0
        ? Optional.empty()
        : Optional.of(
            "Weights of the epoch that was best on images that were neither trained on nor scored.");
  }

  /** For the middle of a sentence. */
  static String lowered(String sentence) {
    return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
  }

  private static String without(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private Optional<String> ensemble() {
    return averaged()
        .or(
            () ->
                background
                    .model()
                    .map(
                        facts ->
                            facts.description().mirroredAveraging()
                                ? "One network; each answer is the mean over the image and its mirror image."
                                : "None: one network answers."));
  }

  /** Of which networks a model is the mean, and whose figures these are; empty for one alone. */
  Optional<String> averaged() {
    return background
        .model()
        .map(ModelFacts::description)
        .filter(model -> model.networks() > 1)
        .map(
            model ->
                "The bundle answers by the mean of the logits of %d networks, each trained without one fold%s%s."
                    .formatted(
                        model.networks(),
                        model.mirroredAveraging()
                            ? ", and over the image and its mirror image"
                            : "",
                        protocol().kind() == Protocol.Kind.CROSS_VALIDATION
                            ? "; the figures are of these networks one by one, and none is of their mean, to which every image was known"
                            : ""));
  }

  /** How probabilities were calibrated, and cases refused; of a mean, by whose answers. */
  Optional<String> calibration() {
    String by =
        background
            .model()
            .map(facts -> facts.description().provenance())
            .map(provenance -> provenance.path(BundleDescription.CALIBRATED_BY).asText())
            .filter(told -> !told.isEmpty())
            .map(
                told ->
                    (protocol().kind() == Protocol.Kind.CROSS_VALIDATION
                            ? " The bundle, the mean of the networks, is calibrated by itself. "
                            : " ")
                        + told)
            .orElse("");
    return calibrated().map(found -> found + by);
  }

  private Optional<String> calibrated() {
    if (background.model().isEmpty()) {
      return Optional.empty();
    }
    ModelFacts facts = background.model().get();
    var rule = facts.description().heads().getFirst().rule();
    boolean folds = protocol().kind() == Protocol.Kind.CROSS_VALIDATION;
    boolean nested = recipe().filter(recipe -> recipe.calibration().nested()).isPresent();
    if (rule.isEmpty() || (folds && !nested)) {
      return Optional.of(
          "Probabilities are not calibrated here, and %s."
              .formatted(refused().orElse("no readable image is refused")));
    }
    String level = Numbers.percent(rule.get().sets().level());
    String last = refused().map(found -> "; " + found).orElse("");
    return Optional.of(
        folds
            ? "Each fold's probabilities were calibrated, by the method that proper scoring chose, and its conformal sets of %s limited by label, on predictions of the other folds by networks that saw neither; an image whose set is not one label is referred%s."
                .formatted(level, last)
            : "Probabilities were calibrated (%s), and conformal sets of %s limited by label, on %d images of %d groups, by networks that had not seen them; an image whose set is not one label is referred%s."
                .formatted(
                    rule.get().calibration().calibrator().method().text(),
                    level,
                    rule.get().calibration().cases(),
                    rule.get().calibration().groups(),
                    last));
  }

  private Optional<Limits> bounds() {
    return background.model().flatMap(facts -> facts.description().limits());
  }

  /** Which readable images the bundle does not answer; empty where there are none. */
  private Optional<String> refused() {
    List<String> kinds = bounds().map(Facts::refusedKinds).orElse(List.of());
    return kinds.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the bundle refuses images that %s, whatever the network makes of them"
                .formatted(String.join(", or ", kinds)));
  }

  private static List<String> refusedKinds(Limits limits) {
    List<String> kinds = new ArrayList<>();
    if (limits.atSight()) {
      kinds.add("are blank or noise");
    }
    limits
        .modality()
        .ifPresent(
            reads ->
                kinds.add(
                    switch (reads) {
                      case MG -> "look like ultrasound rather than mammograms";
                      case US -> "look like mammograms rather than ultrasound";
                    }));
    if (measured(limits)) {
      kinds.add(
          "are less like its training images than limits allow, which were found on %d images by networks that had not seen them"
              .formatted(limits.cases()));
    }
    return kinds;
  }

  private static boolean measured(Limits limits) {
    return limits.picture().isPresent()
        || limits.texture().isPresent()
        || limits.content().isPresent()
        || limits.together().isPresent();
  }

  /** With which reasons images are handed to a person before any label. */
  private Optional<String> inputQuality() {
    if (background.model().isEmpty()) {
      return Optional.empty();
    }
    List<String> reasons = new ArrayList<>();
    reasons.add("one that cannot be read with \"unreadable:\"");
    bounds()
        .ifPresent(
            limits -> {
              List<String> poor = new ArrayList<>();
              if (limits.atSight()) {
                poor.add("is blank or noise");
              }
              if (limits.picture().isPresent()) {
                poor.add("looks inverted");
              }
              if (!poor.isEmpty()) {
                reasons.add("one that %s with \"quality:\"".formatted(String.join(" or ", poor)));
              }
              if (limits.modality().isPresent() || measured(limits)) {
                reasons.add(
                    "one that is unlike what the model learned from with \"out-of-distribution:\"");
              }
            });
    return Optional.of(
        "An image that is not answered is referred with its reason: %s."
            .formatted(String.join("; ", reasons)));
  }

  private String scoring() {
    return evaluation.sentence();
  }

  private Optional<String> imbalance() {
    return recipe()
        .map(
            recipe ->
                "Class weights in the loss: %s. Figures that do not depend on the labels' shares are given beside accuracy, and calibration was measured after."
                    .formatted(weighed(recipe.training())));
  }

  private String output() {
    return "A probability for each of %s; the label of the highest is the answer%s."
        .formatted(
            String.join(", ", task().task().labels()),
            thresholds().map(found -> "; " + found).orElse(""));
  }

  /** Where thresholds were frozen. */
  Optional<String> thresholds() {
    return task().operatingPoints().isEmpty()
        ? Optional.empty()
        : Optional.of(
            "thresholds for %s (%s) were frozen on %s"
                .formatted(
                    task().task().labels().get(task().operatingPoints().getFirst().at().label()),
                    task().operatingPoints().stream()
                        .map(point -> point.rule())
                        .collect(Collectors.joining(", ")),
                    task().operatingPoints().getFirst().chosenOn()));
  }

  /** The metrics that are given. */
  String metrics() {
    return "%s; ROC, precision-recall, reliability, decision and risk-coverage curves; confusion."
        .formatted(
            task().assessment().metrics().entrySet().stream()
                .filter(each -> each.getValue().known())
                .map(each -> MetricNames.of(each.getKey(), task()))
                .collect(Collectors.joining(", ")));
  }

  /** How the intervals were found. */
  String uncertainty() {
    Map<String, List<String>> byMethod = new java.util.LinkedHashMap<>();
    task()
        .assessment()
        .metrics()
        .forEach(
            (name, estimate) -> {
              if (estimate.hasInterval()) {
                byMethod
                    .computeIfAbsent(estimate.method(), method -> new ArrayList<>())
                    .add(MetricNames.of(name, task()));
              }
            });
    return byMethod.isEmpty()
        ? "No interval could be found."
        : byMethod.entrySet().stream()
            .map(each -> "%s by %s".formatted(String.join(", ", each.getValue()), each.getKey()))
            .collect(
                Collectors.joining(
                    "; ",
                    "95% intervals: ",
                    " (bootstrap seed %d).".formatted(evaluation.provenance().seed())));
  }

  /** How far the figures spread over repeats; empty where there were none. */
  Optional<String> repeated() {
    return evaluation
        .repeats(task())
        .map(
            repeats ->
                "Cross-validation was run %d times in all, each with other folds and seeds: %s; this spread over the same images is no confidence interval, and the figures are those of the first."
                    .formatted(
                        repeats.each().size(),
                        repeats.spread().entrySet().stream()
                            .filter(each -> HEADLINE.contains(each.getKey()))
                            .map(
                                each ->
                                    "%s %s in the mean (standard deviation %s, from %s to %s)"
                                        .formatted(
                                            MetricNames.of(each.getKey(), task()),
                                            Numbers.share(each.getValue().mean()),
                                            Numbers.share(each.getValue().deviation()),
                                            Numbers.share(each.getValue().least()),
                                            Numbers.share(each.getValue().most())))
                            .collect(Collectors.joining("; "))));
  }

  private Optional<String> subgroups() {
    String by =
        task().subgroups().stream()
            .map(subgroup -> subgroup.by())
            .distinct()
            .collect(Collectors.joining(", "));
    return by.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Metrics by %s%s."
                .formatted(
                    by,
                    task().referral().parts().isEmpty()
                        ? ""
                        : "; the share referred by label and by the same properties"));
  }

  private Optional<String> heatmaps() {
    boolean shown =
        background.cases().worst().stream().anyMatch(seen -> seen.heatmap().isPresent());
    return shown
        ? Optional.of(
            "Heatmaps of the label given are shown for the cases most wrong and most unsure.")
        : Optional.empty();
  }

  private Optional<String> kind(Protocol.Kind... kinds) {
    return List.of(kinds).contains(protocol().kind()) && protocol().isTestResult()
        ? Optional.of(evaluation.result() + ".")
        : Optional.empty();
  }

  private Optional<String> characteristics() {
    return material()
        .split()
        .map(
            split ->
                split.parts().entrySet().stream()
                    .map(
                        part ->
                            "%s: %s"
                                .formatted(
                                    part.getKey(), counts(new TreeMap<>(part.getValue().labels()))))
                    .collect(
                        Collectors.joining(
                            "; ", "Labels by part: ", ". Age and other traits: open.")));
  }

  private String events() {
    return analysed();
  }

  private String performance() {
    return List.of("auc", "balancedAccuracy", "sensitivity", "specificity").stream()
        .filter(name -> task().assessment().metric(name).known())
        .map(
            name -> {
              Estimate estimate = task().assessment().metric(name);
              return "%s %s".formatted(MetricNames.of(name, task()), estimate.text());
            })
        .collect(Collectors.joining("; ", "", "; all in this report."));
  }

  private Optional<String> limits() {
    List<String> known = new ArrayList<>();
    material().source().ifPresent(source -> known.addAll(source.notes()));
    material().audit().ifPresent(audit -> audit.warnings().forEach(each -> known.add(each + ".")));
    known.addAll(protocol().notes());
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of("Known from the files: " + String.join(" ", known));
  }

  private Optional<String> availability() {
    return background
        .model()
        .map(
            facts ->
                "The bundle (SHA-256 of its description: %s) holds network, weights, preprocessing and recipe; whether it is published: open."
                    .formatted(evaluation.model().sha256()));
  }

  /** Program and libraries. */
  String software() {
    return "Senoscope %s (commit %s), Java %s, libtorch %s, ONNX Runtime %s."
        .formatted(
            version("senoscope"),
            commit(),
            version("java"),
            version("libtorch"),
            version("onnxruntime"));
  }

  private String version(String of) {
    return evaluation.provenance().versions().getOrDefault(of, "unknown");
  }

  private String commit() {
    return evaluation.provenance().commit();
  }
}
