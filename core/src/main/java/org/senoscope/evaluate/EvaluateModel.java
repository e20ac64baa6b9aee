package org.senoscope.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.ReadImages;
import org.senoscope.image.GreyImage;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.model.Bundle;
import org.senoscope.model.Head;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.model.Variant;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.provenance.Provenance;
import org.senoscope.study.Marks;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Scores a model on one part of a data set, and says what the numbers are worth: the split is held
 * against the groups, and the images against those that the model was trained on. Each look at a
 * test part is counted in the data set's ledger before it is taken: what ends between the two may
 * have shown a figure, so that it is counted whatever becomes of it. An image that cannot be read
 * ends nothing; it is left out, and named.
 */
public final class EvaluateModel {
  /** Of every bootstrap and simulation, so that the same predictions give the same intervals. */
  public static final long SEED = 1;

  /** Bytes of a pixel while pictures are compared: the image and its smaller copies. */
  private static final int COMPARING = 8;

  private final ToLongFunction<GreyImage> perceptualHash;

  /** With the plain hash that the fingerprints of bundles of before were made with. */
  public EvaluateModel(ToLongFunction<GreyImage> perceptualHash) {
    this.perceptualHash = perceptualHash;
  }

  /**
   * Evaluates a bundle, or the run of a training: one with folds by its predictions out of fold,
   * any other by its bundle.
   *
   * @param bundleOrRun a bundle's folder or zip, or a run's folder
   * @param part as in the split, or {@code all}; empty for the test part, or for all images where
   *     there is no split
   * @throws InputException when the data set has no such part, or no label that the model knows
   */
  public Evaluation run(Path bundleOrRun, Dataset dataset, Optional<String> part, Progress progress)
      throws IOException {
    return run(bundleOrRun, Variant.FLOAT, dataset, part, progress);
  }

  /**
   * The same, in other numbers: a run then by its bundle in any case, since what it predicted out
   * of fold it predicted in floats.
   *
   * @throws InputException also when the bundle does not carry the variant
   */
  public Evaluation run(
      Path bundleOrRun, Variant variant, Dataset dataset, Optional<String> part, Progress progress)
      throws IOException {
    boolean isRun = Files.exists(bundleOrRun.resolve("run.json")) && variant == Variant.FLOAT;
    if (isRun && part.isEmpty() && EvaluatePredictions.areOutOfFold(bundleOrRun)) {
      return EvaluatePredictions.ofRun(
          bundleOrRun, dataset, images -> appearances(dataset, images, progress));
    }
    Bundle bundle = Bundle.open(bundleOrRun);
    // Several images at once on one thread each: faster than one image on several threads.
    try (Predictor predictor =
        Predictor.open(bundle, variant, 1, Runtime.getRuntime().availableProcessors())) {
      Candidate candidate =
          new Candidate(
              identity(bundle, variant),
              bundle.description().tasks(),
              bundle.fingerprint(),
              WeightsOrigin.in(bundle.description().provenance()),
              new ByPredictor(predictor),
              bundle.description().demonstratesLeakage());
      Frozen frozen = Frozen.in(bundle);
      Evaluation evaluation = run(candidate, dataset, part, progress);
      // What chose a threshold or a limit is in the fingerprint, so images that it has not seen
      // chose nothing.
      boolean fresh = evaluation.protocol().seenInTraining() == 0;
      return evaluation
          .decidedBy(scored -> fresh ? frozen : Frozen.NONE)
          .preparedBy(bundle.description().preprocessing(), dataset);
    }
  }

  private static Evaluation.Model identity(Bundle bundle, Variant variant) {
    Evaluation.Model model = EvaluatePredictions.identity(bundle);
    return switch (variant) {
      case FLOAT -> model;
      case INT8 -> new Evaluation.Model(model.name() + "-int8", model.version(), model.sha256());
    };
  }

  /** Scores as users are answered. */
  private record ByPredictor(Predictor predictor) implements Scorer {
    @Override
    public Scored score(GreyImage image, Marks marks) {
      Inference inference = predictor.infer(image, marks);
      return new Scored(
          inference.probabilities(),
          uncalibrated(inference),
          predictor.answer("", inference).refers(),
          inference.isRefused());
    }

    private Map<String, double[]> uncalibrated(Inference inference) {
      Map<String, double[]> before = new HashMap<>();
      for (Head head : predictor.bundle().description().heads()) {
        String task = head.task().name();
        if (head.rule().isPresent()) {
          before.put(task, head.form().probabilities(inference.logits(task)));
        }
      }
      return before;
    }

    @Override
    public int bytesPerPixel() {
      return predictor.bundle().description().preprocessing().bytesPerPixel();
    }
  }

  /**
   * Evaluates a model of any kind.
   *
   * @param part as in the split, or {@code all}; empty for the test part, or for all images where
   *     there is no split
   * @throws InputException when the data set has no such part, or no label that the model knows
   */
  public Evaluation run(
      Candidate candidate, Dataset dataset, Optional<String> part, Progress progress)
      throws IOException {
    Cohort cohort = Cohort.open(dataset);
    String chosen = part.orElse(cohort.hasSplit() ? "test" : Cohort.ALL);
    Selection selection = Selection.of(candidate.tasks(), cohort, chosen);
    TrainingOverlap overlap = new TrainingOverlap(candidate.fingerprint(), cohort);
    int looks =
        !chosen.equals("train") && !chosen.equals("validation")
            ? new Ledger(dataset)
                .look(
                    chosen,
                    candidate.model(),
                    cohort.manifestSha256(),
                    cohort.splitSha256(),
                    selection.rows().size())
            : 0;
    Map<String, Scored> scored = new ConcurrentHashMap<>();
    Map<String, String> unread =
        score(candidate, dataset, selection.rows(), overlap, scored, progress);
    Selection read = selection.without(unread);
    List<TaskEvaluation> tasks = new ArrayList<>();
    for (Task task : read.tasks()) {
      TaskEvaluation evaluation =
          TaskEvaluation.of(
              task,
              read.cases(task, candidate.tasks().getFirst(), scored, said -> said.of(task.name())),
              cohort.properties(task),
              SEED);
      boolean calibrated =
          scored.values().stream().allMatch(said -> said.uncalibrated().containsKey(task.name()));
      tasks.add(
          calibrated
              ? evaluation.besideUncalibrated(
                  read.cases(
                      task,
                      candidate.tasks().getFirst(),
                      scored,
                      said -> Objects.requireNonNull(said.uncalibrated().get(task.name()))),
                  SEED)
              : evaluation);
    }
    List<String> images = read.rows().stream().map(ManifestRow::image).toList();
    List<String> notes = new ArrayList<>(overlap.notes(images));
    notes.addAll(Protocol.notesOn(candidate.initial()));
    notes.addAll(cohort.notes());
    notes.addAll(read.notes());
    notes.addAll(Protocol.notesOnUnread(unread));
    Protocol protocol =
        new Protocol(
            overlap.trainedHere() ? Protocol.Kind.HOLDOUT : Protocol.Kind.EXTERNAL,
            chosen,
            cohort.groupedBy(),
            0,
            cohort.seed(),
            overlap.origin(candidate.initial()),
            overlap.seen(images),
            cohort.groupsCut(),
            looks,
            cohort.demonstratesLeakage() || candidate.demonstratesLeakage(),
            notes);
    return new Evaluation(
        candidate.model(),
        cohort.images(),
        protocol,
        tasks,
        cohort.material(tasks.getFirst(), unread),
        Provenance.now("", cohort.manifestSha256(), SEED));
  }

  /** Returns the images that cannot be read, and why. */
  private Map<String, String> score(
      Candidate candidate,
      Dataset dataset,
      List<ManifestRow> rows,
      TrainingOverlap overlap,
      Map<String, Scored> scored,
      Progress progress) {
    try (Progress.Stage stage = progress.stage("scoring images", rows.size())) {
      return new ReadImages(dataset, candidate.scorer().bytesPerPixel())
          .each(
              rows.stream().map(ManifestRow::image).toList(),
              stage,
              (place, pixels) -> {
                ManifestRow row = rows.get(place);
                if (overlap.comparesPictures()) {
                  overlap.compare(row, Appearance.of(pixels, perceptualHash));
                }
                scored.put(row.image(), candidate.scorer().score(pixels, Marks.of(row.roi())));
              });
    }
  }

  private EvaluatePredictions.Pictures appearances(
      Dataset dataset, Set<String> images, Progress progress) {
    List<String> places = List.copyOf(images);
    Map<String, Appearance> appearances = new ConcurrentHashMap<>();
    try (Progress.Stage stage = progress.stage("comparing pictures", places.size())) {
      Map<String, String> unread =
          new ReadImages(dataset, COMPARING)
              .each(
                  places,
                  stage,
                  (place, pixels) ->
                      appearances.put(places.get(place), Appearance.of(pixels, perceptualHash)));
      return new EvaluatePredictions.Pictures(appearances, unread);
    }
  }

  /**
   * The images that can be scored, and for which tasks.
   *
   * @param cohort that they are of
   * @param part that was asked for
   * @param asked the model's tasks
   * @param chosen the part's images, with a label or without
   * @param rows of these, with a label that the model knows, for one task or more
   */
  private record Selection(
      Cohort cohort,
      String part,
      List<Task> asked,
      List<ManifestRow> chosen,
      List<ManifestRow> rows) {
    static Selection of(List<Task> tasks, Cohort cohort, String part) {
      List<ManifestRow> chosen = cohort.part(part);
      List<ManifestRow> rows =
          chosen.stream().filter(row -> tasks.stream().anyMatch(task -> knows(task, row))).toList();
      if (rows.isEmpty()) {
        throw new InputException(
            "No image of part \"%s\" of %s has a label that the model knows (%s); the data set has %s"
                .formatted(
                    part,
                    cohort.dataset().name(),
                    String.join(
                        "; ", tasks.stream().map(t -> t.name() + " " + t.labels()).toList()),
                    labelsOf(chosen)));
      }
      return new Selection(cohort, part, tasks, chosen, rows);
    }

    /**
     * Those that could be read.
     *
     * @throws InputException when there is none
     */
    Selection without(Map<String, String> unread) {
      List<ManifestRow> read =
          rows.stream().filter(row -> !unread.containsKey(row.image())).toList();
      if (read.isEmpty()) {
        throw new InputException(
            "None of the %d images of part \"%s\" of %s can be read, such as %s: %s; name the folder that holds the images"
                .formatted(
                    rows.size(),
                    part,
                    cohort.dataset().name(),
                    rows.getFirst().image(),
                    unread.get(rows.getFirst().image())));
      }
      return new Selection(cohort, part, asked, chosen, read);
    }

    private static boolean knows(Task task, ManifestRow row) {
      return row.label(task.name()).filter(task.labels()::contains).isPresent();
    }

    private static String labelsOf(List<ManifestRow> rows) {
      return rows.stream()
          .flatMap(row -> row.labels().entrySet().stream())
          .map(label -> label.getKey() + " " + label.getValue())
          .distinct()
          .sorted()
          .toList()
          .toString();
    }

    /** Tasks that some row is labelled for, in the model's order. */
    List<Task> tasks() {
      return asked.stream()
          .filter(task -> rows.stream().anyMatch(row -> knows(task, row)))
          .toList();
    }

    /** What was left out, in sentences. */
    List<String> notes() {
      List<String> notes = new ArrayList<>();
      if (part.equals(Cohort.ALL) && cohort.inNoPart() > 0) {
        notes.add(Cohort.noteOnNoPart(cohort.inNoPart()));
      }
      Map<String, Integer> unknown = new LinkedHashMap<>();
      for (ManifestRow row : chosen) {
        for (Task task : asked) {
          row.label(task.name())
              .filter(name -> !task.labels().contains(name))
              .ifPresent(name -> unknown.merge(task.name() + " " + name, 1, Integer::sum));
        }
      }
      unknown.forEach(
          (label, count) ->
              notes.add(
                  "%d images with the label %s are left out: the model does not know it."
                      .formatted(count, label)));
      long unlabelled =
          chosen.stream()
              .filter(row -> asked.stream().allMatch(task -> row.label(task.name()).isEmpty()))
              .count();
      if (unlabelled > 0) {
        notes.add("%d images have no label and are left out.".formatted(unlabelled));
      }
      List<Task> labelled = tasks();
      for (Task task : asked) {
        if (!labelled.contains(task)) {
          notes.add(
              "Task %s cannot be evaluated: no image is labelled for it.".formatted(task.name()));
        } else {
          for (String label : task.labels()) {
            if (rows.stream().noneMatch(row -> row.label(task.name()).equals(Optional.of(label)))) {
              notes.add(
                  "No image has the %s label %s: means over labels leave it out."
                      .formatted(task.name(), label));
            }
          }
        }
      }
      return notes;
    }

    List<ScoredCase> cases(
        Task task,
        Task main,
        Map<String, Scored> scored,
        Function<Scored, double[]> probabilities) {
      List<ScoredCase> cases = new ArrayList<>();
      for (ManifestRow row : rows) {
        if (knows(task, row)) {
          String label = row.label(task.name()).orElseThrow();
          Scored said = Objects.requireNonNull(scored.get(row.image()));
          cases.add(
              new ScoredCase(
                  row.image(),
                  cohort.groupOf(row.image()),
                  task.indexOf(label),
                  Arrays.stream(probabilities.apply(said)).boxed().toList(),
                  cohort.partOf(row.image()),
                  task.equals(main) ? said.referred() : said.refused()));
        }
      }
      return cases;
    }
  }
}
