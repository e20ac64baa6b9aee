package org.senoscope.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.Frozen;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.model.Bundle;
import org.senoscope.model.Fingerprint;
import org.senoscope.nn.Net;
import org.senoscope.nn.Network;
import org.senoscope.nn.Precision;
import org.senoscope.nn.Weights;
import org.senoscope.provenance.Provenance;
import org.senoscope.refusal.Distances;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/** One training of a run, in a folder of its own, from its images to its bundle. */
final class Fold {
  static final String BUNDLE = Bundle.IN_RUN;
  static final String RESULT = "result.json";

  /** Holds predictions as they were before calibration. */
  static final String UNCALIBRATED = EvaluatePredictions.UNCALIBRATED;

  private static final String OUT_OF_FOLD =
      "predictions out of fold: each image scored by a network that was trained on the other folds;"
          + " this network was trained on all of them";
  private static final String ON_VALIDATION =
      "the validation part, on which this training was watched: no test result";

  private final Context context;
  private final Path folder;
  private final long number;

  /**
   * What all trainings of a run share.
   *
   * @param firstNumber what the numbers of trainings, from which seeds follow, are counted from: 0
   *     but for repeats
   */
  record Context(
      TrainRun.Request request,
      long firstNumber,
      List<Task> tasks,
      Network network,
      List<ManifestRow> rows,
      PixelCache cache,
      Precision precision,
      InitialWeights weights,
      String manifestSha256,
      BundleMaker bundles) {
    /** How many trainings a repeat may have, one within another. */
    private static final long MOST_TRAININGS = 1_000_000_000;

    /** The same for a repeat: its folds, its folder, its seeds. */
    Context of(Repeat repeat) {
      return new Context(
          request.of(repeat),
          MOST_TRAININGS * repeat.number(),
          tasks,
          network,
          rows,
          cache,
          precision,
          weights,
          manifestSha256,
          bundles);
    }

    /**
     * What is known of models that were trained here.
     *
     * @param seen by the part that each scored, the images that it has seen
     */
    EvaluatePredictions.Trained trained(Map<String, Fingerprint> seen) {
      return trained(seen, Map.of());
    }

    /**
     * The same of models with thresholds and limits.
     *
     * @param frozen by the part that each model scored
     */
    EvaluatePredictions.Trained trained(Map<String, Fingerprint> seen, Map<String, Frozen> frozen) {
      return new EvaluatePredictions.Trained(
          seen, weights.origin(), this::appearances, request.demonstrateLeakage(), frozen);
    }

    private EvaluatePredictions.Pictures appearances(Set<String> images) {
      Map<String, Appearance> appearances = new HashMap<>();
      for (int place = 0; place < rows.size(); place++) {
        if (images.contains(rows.get(place).image())) {
          appearances.put(rows.get(place).image(), cache.appearance(place));
        }
      }
      return new EvaluatePredictions.Pictures(appearances, Map.of());
    }
  }

  /**
   * What a training gave.
   *
   * @param bundle its folder
   * @param epochs that were run
   * @param bestEpoch whose weights were kept
   * @param imagesPerSecond in training
   * @param validation what the bundle's card says of its metrics
   */
  record Done(
      Path bundle, int epochs, int bestEpoch, double imagesPerSecond, ObjectNode validation) {}

  /**
   * How a bundle's answers are calibrated and limited, as other networks have told.
   *
   * @param rules of calibration, and operating points; a task that is left out is not calibrated
   * @param unseen how far images that such networks had not seen lay from those that they had; none
   *     for no limits
   */
  record Judgement(Map<Task, Answering> rules, List<Distances> unseen) {
    /** Neither calibrated nor limited. */
    static final Judgement NONE = new Judgement(Map.of(), List.of());

    Judgement {
      rules = Map.copyOf(rules);
      unseen = List.copyOf(unseen);
    }
  }

  /**
   * A training of a run.
   *
   * @param number within its cross-validation: 0 for a run's only or final one, else the fold's
   */
  Fold(Context context, Path folder, long number) {
    this.context = context;
    this.folder = folder;
    this.number = context.firstNumber() + number;
  }

  /**
   * Trains, unless that was done before.
   *
   * @param training places of the images to learn from
   * @param validation places of the images to choose on
   * @param epochs instead of the recipe's; empty for the recipe's own
   * @param outOfFold what such a training is worth, where folds have told; else the validation
   *     images tell
   * @param judgement how the bundle's answers are calibrated and limited; empty where the
   *     validation images are to tell
   */
  Done train(
      int[] training,
      int[] validation,
      Optional<Integer> epochs,
      Optional<Evaluation> outOfFold,
      Optional<Judgement> judgement,
      Progress progress)
      throws IOException {
    Optional<Done> before = done();
    if (before.isPresent()) {
      return before.get();
    }
    Recipe recipe = context.request().recipe();
    if (recipe.masks().isPresent()
        && Arrays.stream(training).noneMatch(place -> Examples.marked(context.rows().get(place)))) {
      throw new InputException(
          "Recipe %s learns readers' lesion masks, and none of the %d training images of %s has one"
              .formatted(recipe.name(), training.length, folder.getFileName()));
    }
    Files.createDirectories(folder);
    Recipe used = epochs.isPresent() ? recipe.withEpochs(epochs.get()) : recipe;
    long seed = Seeds.mix(recipe.training().seed(), number, 0, Seeds.WEIGHTS);
    Examples examples =
        new Examples(
            context.cache(),
            context.rows(),
            context.request().dataset().setsOf(context.rows()),
            context.tasks(),
            recipe.masks(),
            training,
            validation);
    try (Net net = new Net(context.network(), seed)) {
      if (context.weights().weights().isPresent()) {
        var _ = Weights.read(context.weights().weights().get(), net, context.network()::inHead);
      }
      Trainer.Outcome outcome =
          new Trainer(used, context.tasks(), examples, context.precision(), seed, folder, progress)
              .run(net);
      Optional<Evaluation> evaluation =
          outOfFold.isPresent() ? outOfFold : onValidation(outcome, training);
      Optional<String> unmeasured =
          context.request().recipe().calibration().nested()
              ? Optional.empty()
              : unmeasured(outOfFold.isPresent());
      ObjectNode facts =
          evaluation
              .map(
                  found ->
                      facts(found, outOfFold.isPresent() ? OUT_OF_FOLD : ON_VALIDATION, unmeasured))
              .orElseGet(Json::object);
      Path bundle =
          write(
              Ensemble.of(net),
              judgement.map(Judgement::rules).orElseGet(() -> onValidation(outcome)),
              new GateMaker(
                      context, training, validation, judgement.map(Judgement::unseen), progress)
                  ::of,
              seen(training, validation),
              provenance(
                  training.length,
                  outcome.epochs(),
                  outcome.bestEpoch(),
                  epochs.isPresent() ? Optional.of(finalTraining(recipe)) : Optional.empty()),
              facts,
              training,
              evaluation);
      Done done =
          new Done(bundle, outcome.epochs(), outcome.bestEpoch(), outcome.imagesPerSecond(), facts);
      keep(done);
      return done;
    }
  }

  /** What was made here before; empty where that is not whole. */
  Optional<Done> done() throws IOException {
    Path bundle = folder.resolve(BUNDLE);
    Path result = folder.resolve(RESULT);
    if (!Files.exists(result) || !Files.isDirectory(bundle)) {
      return Optional.empty();
    }
    var found = Json.read(result, "training");
    return Optional.of(
        new Done(
            bundle,
            found.path("epochs").asInt(),
            found.path("bestEpoch").asInt(),
            found.path("imagesPerSecond").asDouble(),
            found.path("validation").deepCopy()));
  }

  /** Keeps what was made, for {@link #done}. */
  void keep(Done done) throws IOException {
    ObjectNode json = Json.object("training");
    json.put("epochs", done.epochs()).put("bestEpoch", done.bestEpoch());
    json.put("imagesPerSecond", done.imagesPerSecond());
    json.set("validation", done.validation());
    Json.write(folder.resolve(RESULT), json);
  }

  /**
   * Writes the bundle, unless it is there.
   *
   * @param training places of the images that it was trained on
   * @return its folder
   */
  Path write(
      Ensemble ensemble,
      Map<Task, Answering> rules,
      BundleMaker.Gating gating,
      Fingerprint seen,
      ObjectNode provenance,
      ObjectNode facts,
      int[] training,
      Optional<Evaluation> evaluation)
      throws IOException {
    Path bundle = folder.resolve(BUNDLE);
    if (!Files.isDirectory(bundle)) {
      context
          .bundles()
          .write(
              bundle,
              ensemble,
              rules,
              gating,
              seen,
              provenance,
              facts,
              images(training),
              evaluation);
    }
    return bundle;
  }

  /**
   * What a bundle says of its figures.
   *
   * @param of what they belong to
   * @param before what of the bundle's answers they do not tell
   */
  static ObjectNode facts(Evaluation evaluation, String of, Optional<String> before) {
    ObjectNode facts = Json.object().put("of", of);
    before.ifPresent(what -> facts.put("before", what));
    facts.setAll(evaluation.figuresJson());
    return facts;
  }

  /** What of a bundle's answers its figures do not tell, since they are of other networks. */
  private Optional<String> unmeasured(boolean folds) {
    boolean calibrated = context.request().recipe().calibration().wanted();
    if (folds) {
      return Optional.of(
          calibrated
              ? "calibration and limits: how good the calibrated answers are, and how often an image is refused, was not measured"
              : "limits: how often an image is refused was not measured");
    }
    return calibrated
        ? Optional.of("calibration: how good the calibrated answers are was not measured")
        : Optional.empty();
  }

  /** What the validation images say of calibration, where the recipe asks for one. */
  private Map<Task, Answering> onValidation(Trainer.Outcome outcome) {
    Recipe.Calibration wanted = context.request().recipe().calibration();
    if (!wanted.wanted()) {
      return Map.of();
    }
    return AnswerRules.fit(
        List.of(new EvaluatePredictions.Scores(context.tasks().getFirst(), cases(outcome))),
        wanted,
        "validation");
  }

  /** What the validation images say; the part chose the weights, and the evaluation says so. */
  private Optional<Evaluation> onValidation(Trainer.Outcome outcome, int[] training)
      throws IOException {
    if (outcome.validation().isEmpty()) {
      return Optional.empty();
    }
    Task main = context.tasks().getFirst();
    List<ScoredCase> cases = cases(outcome);
    Map<String, Fingerprint> learned = new java.util.TreeMap<>();
    Fingerprint own = seen(training, new int[0]);
    cases.forEach(scored -> learned.put(scored.part(), own));
    Recipe recipe = context.request().recipe();
    return Optional.of(
        EvaluatePredictions.ofTraining(
                new Evaluation.Model(recipe.name(), recipe.version(), ""),
                List.of(new EvaluatePredictions.Scores(main, cases)),
                context.request().dataset(),
                context.trained(learned))
            .preparedBy(recipe.preprocessing(), context.request().dataset()));
  }

  private List<ScoredCase> cases(Trainer.Outcome outcome) {
    Assignments assignments = context.request().assignments();
    List<ScoredCase> cases = new ArrayList<>();
    for (Trainer.ScoredImage scored : outcome.validation()) {
      String image = context.rows().get(scored.place()).image();
      cases.add(
          ScoredCase.of(
              image,
              assignments.groupOf(image),
              scored.truth(),
              scored.probabilities(),
              java.util.Objects.requireNonNull(assignments.part().get(image))));
    }
    return cases;
  }

  private CardWriter.Images images(int[] training) throws IOException {
    Task main = context.tasks().getFirst();
    Map<String, Integer> labels = new LinkedHashMap<>();
    main.labels().forEach(label -> labels.put(label, 0));
    Set<String> groups = new HashSet<>();
    for (int place : training) {
      ManifestRow row = context.rows().get(place);
      row.label(main.name()).ifPresent(label -> labels.merge(label, 1, Integer::sum));
      groups.add(context.request().assignments().groupOf(row.image()));
    }
    var description = Json.read(context.request().dataset().root().resolve("dataset.json"));
    List<String> credit = new ArrayList<>();
    for (String field : List.of("citation", "licence")) {
      if (!description.path(field).asText().isEmpty()) {
        credit.add(description.path(field).asText());
      }
    }
    return new CardWriter.Images(
        context.request().dataset().name(),
        String.join(". Licence: ", credit),
        training.length,
        groups.size(),
        labels);
  }

  /** This training's bundle, once it is written. */
  Bundle bundle() throws IOException {
    return Bundle.open(folder.resolve(BUNDLE));
  }

  /** The fingerprint of this training's bundle, once it is written. */
  Fingerprint fingerprint() throws IOException {
    return bundle().fingerprint();
  }

  /** What this training's bundle decides by, once it is written. */
  Frozen frozen() throws IOException {
    return Frozen.in(bundle());
  }

  private Fingerprint seen(int[] training, int[] validation) {
    List<Fingerprint.Image> images = new ArrayList<>();
    for (int[] places : List.of(training, validation)) {
      for (int place : places) {
        images.add(
            Fingerprint.Image.of(
                context.rows().get(place).sha256(), context.cache().appearance(place)));
      }
    }
    context.weights().seen().ifPresent(before -> images.addAll(before.images()));
    return Fingerprint.of(images);
  }

  /**
   * Who made a bundle, from what.
   *
   * @param images that it was trained on
   * @param finalTraining how a run's bundle came about, where otherwise than by its recipe alone
   */
  ObjectNode provenance(int images, int epochs, int bestEpoch, Optional<String> finalTraining) {
    Recipe recipe = context.request().recipe();
    ObjectNode json =
        Provenance.now(
                Hashes.sha256(recipe.text()), context.manifestSha256(), recipe.training().seed())
            .toJson();
    json.put("dataset", context.request().dataset().name());
    json.put("splitSha256", context.request().assignments().sha256());
    json.put("trainingImages", images);
    json.put("epochs", epochs).put("bestEpoch", bestEpoch);
    json.put("precision", context.precision().label());
    json.put("network", context.network().name());
    if (context.request().demonstrateLeakage()) {
      json.put(Provenance.DEMONSTRATES_LEAKAGE, true);
    }
    context.weights().origin().addTo(json);
    finalTraining.ifPresent(told -> json.put("finalTraining", told));
    return json;
  }

  /** Why a final training went otherwise than its recipe says. */
  private static String finalTraining(Recipe recipe) {
    return "The median of the folds' best epochs was trained, since no image was left to choose an epoch on"
        + (recipe.training().schedule() == Recipe.Schedule.PLATEAU
            ? "; for the same reason the rate stayed constant and did not fall on a plateau."
            : ".");
  }

  /**
   * Scores images with the bundle itself, by the very code that predicts for users; once.
   *
   * @param byPart places of the images by the part that they are in; the bundle has seen none
   */
  FoldScores.Answers score(Map<String, int[]> byPart, Progress progress) throws IOException {
    return new FoldScores(context, folder).of(byPart, progress);
  }

  static int[] places(Map<String, List<Integer>> byPart, List<String> parts) {
    return parts.stream()
        .flatMap(part -> byPart.getOrDefault(part, List.of()).stream())
        .mapToInt(place -> place)
        .sorted()
        .toArray();
  }
}
