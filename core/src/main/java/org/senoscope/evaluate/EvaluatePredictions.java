package org.senoscope.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.material.Material;
import org.senoscope.evaluate.material.Properties;
import org.senoscope.files.Hashes;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.model.Bundle;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.provenance.Provenance;
import org.senoscope.split.Parts;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * Evaluates predictions that were made before: those out of fold of a run with folds, which are
 * held against the fingerprints of the folds' models, or a file of which nothing is known.
 */
public final class EvaluatePredictions {
  private static final String FOLD = "fold\\d+";

  private EvaluatePredictions() {}

  /**
   * Evaluates a file of predictions.
   *
   * @param file {@code predictions.csv}, or what {@code predict --format csv} prints
   * @param dataset the images' data set; gives groups, subgroups, and labels that the file lacks.
   *     Without one, the file must hold labels, and its column {@code group} is trusted. Images
   *     that its split left out are left out of the figures
   * @throws InputException when there is no such file, or it holds no predictions of the data set
   */
  public static Evaluation run(Path file, Optional<Dataset> dataset) throws IOException {
    return run(file, dataset, Optional.empty(), true);
  }

  /**
   * Evaluates a file of predictions of a task that is known.
   *
   * @param task that the file scores
   */
  public static Evaluation run(Path file, Dataset dataset, Task task) throws IOException {
    return run(file, Optional.of(dataset), Optional.of(task), true);
  }

  /**
   * The predictions of an evaluation, whose look at a test part was counted when it was made.
   *
   * @param named the task that they score; empty to tell it by the labels
   */
  public static Evaluation again(Path file, Dataset dataset, Optional<Task> named)
      throws IOException {
    return run(file, Optional.of(dataset), named, false);
  }

  private static Evaluation run(
      Path file, Optional<Dataset> dataset, Optional<Task> named, boolean counts)
      throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "There is no file %s; name the predictions that a run or senoscope predict --format csv gave"
              .formatted(file));
    }
    Evaluation.Model model =
        new Evaluation.Model(String.valueOf(file.getFileName()), "", Hashes.sha256(file));
    if (dataset.isEmpty()) {
      PredictionsFile predictions = PredictionsFile.read(file);
      Task task = new Task(Task.CLASS, predictions.labels());
      boolean grouped =
          predictions.cases().stream().anyMatch(scored -> !scored.group().equals(scored.image()));
      Protocol protocol =
          protocol(
              predictions.cases(),
              OptionalLong.empty(),
              grouped ? List.of("column group of the file") : List.of(),
              false);
      return evaluation(
          model,
          new Evaluation.Images("", "", predictions.cases().size(), groups(predictions.cases())),
          protocol,
          List.of(
              TaskEvaluation.of(task, predictions.cases(), Properties.NONE, EvaluateModel.SEED)),
          Material.NONE);
    }
    Cohort cohort = Cohort.open(dataset.get());
    PredictionsFile predictions =
        PredictionsFile.read(
            file,
            labels -> {
              Task task = named.orElseGet(() -> taskOf(file, labels, cohort));
              return name ->
                  find(name, cohort)
                      .flatMap(
                          row ->
                              row.label(task.name())
                                  .map(label -> new PredictionsFile.Labelled(row.image(), label)));
            });
    Task task = named.orElseGet(() -> taskOf(file, predictions.labels(), cohort));
    List<ScoredCase> all = checked(file.toString(), task, predictions.cases(), cohort);
    // As with --split all: what the split left out, such as copies whose labels contradict each
    // other, makes no figure, whoever scored it.
    List<ScoredCase> cases =
        all.stream().filter(scored -> !cohort.partOf(scored.image()).isEmpty()).toList();
    if (cases.isEmpty()) {
      throw new InputException(
          "All %d images that %s scores are in no part of the split of %s; leftOut in split.json says why"
              .formatted(all.size(), file, cohort.dataset().name()));
    }
    List<String> notes = new ArrayList<>(cohort.notes());
    if (cases.size() < all.size()) {
      notes.add(Cohort.noteOnNoPart(all.size() - cases.size()));
    }
    TaskEvaluation scored =
        TaskEvaluation.of(task, cases, cohort.properties(task), EvaluateModel.SEED);
    Protocol plain =
        protocol(cases, cohort.seed(), cohort.groupedBy(), cohort.demonstratesLeakage());
    return evaluation(
        model,
        cohort.images(),
        plain.looked(counts ? looks(model, cases, plain, cohort) : 0).noting(notes),
        List.of(scored),
        cohort.material(scored));
  }

  /** Whether a run has folds; without, its predictions are of the images that it chose on. */
  public static boolean areOutOfFold(Path run) throws IOException {
    Path file = run.resolve(PredictionsFile.NAME);
    return Files.exists(file)
        && PredictionsFile.read(file).cases().stream()
            .allMatch(scored -> scored.part().matches(FOLD));
  }

  /**
   * What is known of the models that scored a training's images.
   *
   * @param seen by part, the images that the model that scored it has seen
   * @param origin of the weights that all of them started from
   * @param hashes for comparing pictures with those of another data set
   * @param demonstratesLeakage whether the training did
   * @param frozen by part, what the model decides by that scored it
   */
  public record Trained(
      Map<String, Fingerprint> seen,
      WeightsOrigin origin,
      Hashing hashes,
      boolean demonstratesLeakage,
      Map<String, Frozen> frozen) {
    public Trained {
      seen = Map.copyOf(seen);
      frozen = Map.copyOf(frozen);
    }

    /** Models that decide by nothing that was chosen. */
    public Trained(
        Map<String, Fingerprint> seen,
        WeightsOrigin origin,
        Hashing hashes,
        boolean demonstratesLeakage) {
      this(seen, origin, hashes, demonstratesLeakage, Map.of());
    }
  }

  /**
   * What a training scored for one task.
   *
   * @param cases each with the part that its model was not trained on
   * @param uncalibrated the same before calibration; empty where nothing was calibrated
   */
  public record Scores(Task task, List<ScoredCase> cases, List<ScoredCase> uncalibrated) {
    public Scores {
      cases = List.copyOf(cases);
      uncalibrated = List.copyOf(uncalibrated);
    }

    /** Scores that were not calibrated. */
    public Scores(Task task, List<ScoredCase> cases) {
      this(task, cases, List.of());
    }
  }

  /** Where a run keeps its predictions before calibration. */
  public static final String UNCALIBRATED = "uncalibrated";

  private static List<ScoredCase> eachImageOnce(List<Scores> scores) {
    Map<String, ScoredCase> images = new LinkedHashMap<>();
    scores.forEach(
        each -> each.cases().forEach(scored -> images.putIfAbsent(scored.image(), scored)));
    return List.copyOf(images.values());
  }

  /** Tells how images look. */
  @FunctionalInterface
  public interface Hashing {
    /** Each image is in one of the two. */
    Pictures of(Set<String> images) throws IOException;
  }

  /**
   * How images look.
   *
   * @param appearances by image that could be read
   * @param unread by image that could not, why
   */
  public record Pictures(Map<String, Appearance> appearances, Map<String, String> unread) {
    public Pictures {
      appearances = Map.copyOf(appearances);
      unread = Collections.unmodifiableMap(new TreeMap<>(unread));
    }
  }

  /**
   * Evaluates a run with folds by its predictions out of fold.
   *
   * @param hashes reads images, where some were seen before the run
   */
  static Evaluation ofRun(Path run, Dataset dataset, Hashing hashes) throws IOException {
    Bundle bundle = Bundle.open(run.resolve("bundle"));
    List<Evaluation> repeats = new ArrayList<>();
    for (Path repeat : RepeatFolders.in(run, bundle.description().tasks())) {
      repeats.add(ofFolds(repeat, bundle, dataset, hashes));
    }
    return ofFolds(run, bundle, dataset, hashes).beside(repeats).refusingOfItsOwn(run);
  }

  /** One cross-validation of a run: its own, or a repeat's. */
  private static Evaluation ofFolds(Path run, Bundle bundle, Dataset dataset, Hashing hashes)
      throws IOException {
    List<Scores> scores = written(run, bundle.description().tasks());
    Map<String, Fingerprint> trained = new TreeMap<>();
    Map<String, Frozen> frozen = new TreeMap<>();
    Set<String> parts = new TreeSet<>();
    scores.forEach(task -> task.cases().forEach(scored -> parts.add(scored.part())));
    for (String part : parts) {
      Path ofFold = run.resolve(part).resolve("bundle");
      if (part.matches(FOLD) && Files.exists(ofFold)) {
        Bundle scorer = Bundle.open(ofFold);
        trained.put(part, scorer.fingerprint());
        frozen.put(part, Frozen.in(scorer));
      }
    }
    WeightsOrigin origin = WeightsOrigin.in(bundle.description().provenance());
    return ofTraining(
            identity(bundle),
            scores,
            dataset,
            new Trained(
                trained, origin, hashes, bundle.description().demonstratesLeakage(), frozen))
        .preparedBy(bundle.description().preprocessing(), dataset);
  }

  /**
   * The predictions that a run or a report holds of its tasks, held against a data set.
   *
   * @param tasks the run's or the report's, the main one first
   * @return those of the tasks that it has predictions of
   * @throws InputException when they are not of the data set, or of other labels
   */
  public static List<Scores> in(Path folder, List<Task> tasks, Dataset dataset) throws IOException {
    Cohort cohort = Cohort.open(dataset);
    return written(folder, tasks).stream()
        .map(
            each ->
                new Scores(
                    each.task(),
                    checked(
                        PredictionsFile.in(folder, tasks, each.task()).toString(),
                        each.task(),
                        each.cases(),
                        cohort)))
        .toList();
  }

  /** The predictions of the tasks that a folder has any of. */
  private static List<Scores> written(Path folder, List<Task> tasks) throws IOException {
    List<Scores> scores = new ArrayList<>();
    for (Task task : tasks) {
      Path own = PredictionsFile.in(folder, tasks, task);
      if (Files.exists(own)) {
        PredictionsFile predictions = PredictionsFile.read(own);
        if (!predictions.labels().equals(task.labels())) {
          throw new InputException(
              "%s scores %s, task %s of %s has %s; has a file been replaced?"
                  .formatted(own, predictions.labels(), task.name(), folder, task.labels()));
        }
        Path before = PredictionsFile.in(folder.resolve(UNCALIBRATED), tasks, task);
        scores.add(
            new Scores(
                task,
                predictions.cases(),
                Files.exists(before) ? PredictionsFile.read(before).cases() : List.of()));
      }
    }
    return scores;
  }

  /**
   * Evaluates what a training scored itself, such as for a model card: all images out of fold, or
   * the validation part.
   *
   * @param model what the numbers are shown for
   * @param scores of each task that was scored, the main one first
   * @param dataset the images' data set
   * @param trained what the models had seen
   */
  public static Evaluation ofTraining(
      Evaluation.Model model, List<Scores> scores, Dataset dataset, Trained trained)
      throws IOException {
    Cohort cohort = Cohort.open(dataset);
    List<Scores> all =
        scores.stream()
            .map(
                each ->
                    new Scores(
                        each.task(),
                        checked("The training", each.task(), each.cases(), cohort),
                        checked("The training", each.task(), each.uncalibrated(), cohort)))
            .toList();
    Map<String, List<String>> images = imagesOf(all);
    List<String> notes = new ArrayList<>();
    boolean checked = true;
    Map<String, TrainingOverlap> overlaps = new TreeMap<>();
    for (String part : images.keySet()) {
      Fingerprint fingerprint = trained.seen().get(part);
      if (fingerprint == null || fingerprint.size() == 0) {
        checked = false;
        notes.add("Nothing tells what the model that scored %s was trained on.".formatted(part));
      } else {
        overlaps.put(part, new TrainingOverlap(fingerprint, cohort));
      }
    }
    Map<String, String> unread = comparePictures(overlaps, images, trained.hashes(), cohort);
    // Nothing clears an image that cannot be compared, so that no figure is made of it.
    List<Scores> checkedScores = without(unread, all);
    if (checkedScores.isEmpty()) {
      throw new InputException(
          "None of the %d scored images of %s can be read, to compare them with those of another training; name the folder that holds the images"
              .formatted(unread.size(), cohort.dataset().name()));
    }
    List<ScoredCase> known = eachImageOnce(checkedScores);
    images = imagesOf(checkedScores);
    Protocol plain =
        protocol(
            known,
            cohort.seed(),
            cohort.groupedBy(),
            cohort.demonstratesLeakage() || trained.demonstratesLeakage());
    boolean folds = plain.kind() == Protocol.Kind.CROSS_VALIDATION;
    // A run's folds need not be those of split.json: a repeat deals them anew. Of a hold-out the
    // scored cases are one part alone, and the split knows the others.
    Map<String, String> dealt = folds ? parts(all) : Map.of();
    int seen = 0;
    for (Map.Entry<String, TrainingOverlap> part : overlaps.entrySet()) {
      List<String> scored = images.getOrDefault(part.getKey(), List.of());
      seen += part.getValue().seen(scored);
      part.getValue().notes(scored).forEach(note -> notes.add(part.getKey() + ": " + note));
    }
    notes.addAll(Protocol.notesOn(trained.origin()));
    notes.addAll(cohort.notes(dealt));
    notes.addAll(Protocol.notesOnUnread(unread));
    if (folds) {
      notes.add("Each image was scored by the model of its fold, and none by the bundle itself.");
      long labelled =
          cohort.rows().values().stream()
              .filter(
                  row ->
                      scores.stream().anyMatch(each -> row.label(each.task().name()).isPresent()))
              .count();
      int inFolds = known.size() + unread.size();
      if (labelled > inFolds) {
        notes.add(
            "%d of %d labelled images are in no fold.".formatted(labelled - inFolds, labelled));
      }
    }
    Protocol protocol =
        new Protocol(
            plain.kind(),
            plain.part(),
            plain.groupedBy(),
            plain.folds(),
            plain.seed(),
            checked ? Protocol.Origin.of(trained.origin()) : Protocol.Origin.UNKNOWN,
            seen,
            plain.groupsCut() + cohort.copiesParted(dealt),
            0,
            plain.demonstratesLeakage(),
            notes);
    List<TaskEvaluation> tasks = new ArrayList<>();
    for (Scores each : checkedScores) {
      tasks.add(evaluation(each, cohort));
    }
    return evaluation(
            model, cohort.images(), protocol, tasks, cohort.material(tasks.getFirst(), unread))
        .decidedBy(part -> trained.frozen().getOrDefault(part, Frozen.NONE));
  }

  private static TaskEvaluation evaluation(Scores scores, Cohort cohort) throws IOException {
    TaskEvaluation evaluation =
        TaskEvaluation.of(
            scores.task(), scores.cases(), cohort.properties(scores.task()), EvaluateModel.SEED);
    return scores.uncalibrated().isEmpty()
        ? evaluation
        : evaluation.besideUncalibrated(scores.uncalibrated(), EvaluateModel.SEED);
  }

  /** By part, its images. */
  private static Map<String, List<String>> imagesOf(List<Scores> scores) {
    Map<String, List<String>> images = new TreeMap<>();
    eachImageOnce(scores)
        .forEach(
            scored ->
                images
                    .computeIfAbsent(scored.part(), part -> new ArrayList<>())
                    .add(scored.image()));
    return images;
  }

  /** By image, its part. */
  private static Map<String, String> parts(List<Scores> scores) {
    Map<String, String> parts = new HashMap<>();
    eachImageOnce(scores).forEach(scored -> parts.put(scored.image(), scored.part()));
    return parts;
  }

  /** The tasks that some image is left of. */
  private static List<Scores> without(Map<String, String> unread, List<Scores> scores) {
    return scores.stream()
        .map(
            each ->
                new Scores(
                    each.task(),
                    without(unread.keySet(), each.cases()),
                    without(unread.keySet(), each.uncalibrated())))
        .filter(each -> !each.cases().isEmpty())
        .toList();
  }

  private static List<ScoredCase> without(Set<String> unread, List<ScoredCase> cases) {
    return cases.stream().filter(scored -> !unread.contains(scored.image())).toList();
  }

  /**
   * Holds pictures against those from elsewhere, such as those that initial weights had seen.
   *
   * @return the images that could not be read, and why
   */
  private static Map<String, String> comparePictures(
      Map<String, TrainingOverlap> overlaps,
      Map<String, List<String>> images,
      Hashing hashing,
      Cohort cohort)
      throws IOException {
    Set<String> wanted = new TreeSet<>();
    overlaps.forEach(
        (part, overlap) -> {
          if (overlap.comparesPictures()) {
            wanted.addAll(images.getOrDefault(part, List.of()));
          }
        });
    if (wanted.isEmpty()) {
      return Map.of();
    }
    Pictures pictures = hashing.of(wanted);
    overlaps.forEach(
        (part, overlap) -> {
          if (overlap.comparesPictures()) {
            for (String image : images.getOrDefault(part, List.of())) {
              if (!pictures.unread().containsKey(image)) {
                overlap.compare(
                    Objects.requireNonNull(cohort.rows().get(image)),
                    Objects.requireNonNull(pictures.appearances().get(image)));
              }
            }
          }
        });
    return pictures.unread();
  }

  /** A bundle as an evaluation names it. */
  static Evaluation.Model identity(Bundle bundle) {
    return new Evaluation.Model(
        bundle.description().name(), bundle.description().version(), bundle.sha256());
  }

  private static Evaluation evaluation(
      Evaluation.Model model,
      Evaluation.Images images,
      Protocol protocol,
      List<TaskEvaluation> tasks,
      Material material) {
    return new Evaluation(
        model,
        images,
        protocol,
        tasks,
        material,
        Provenance.now("", images.manifestSha256(), EvaluateModel.SEED));
  }

  /**
   * Scoring predictions is a look at the test part as scoring a model is, whatever the file calls
   * the part; predictions out of fold are none.
   *
   * @return the looks at it so far, this one included; 0 where no image is of a test part
   */
  private static int looks(
      Evaluation.Model model, List<ScoredCase> cases, Protocol protocol, Cohort cohort)
      throws IOException {
    if (protocol.kind() == Protocol.Kind.CROSS_VALIDATION) {
      return 0;
    }
    List<String> parts =
        cases.stream()
            .map(scored -> cohort.partOf(scored.image()))
            .filter(part -> part.equals(Parts.TEST) || part.equals(Cohort.ALL))
            .toList();
    return parts.isEmpty()
        ? 0
        : new Ledger(cohort.dataset())
            .look(
                parts.getFirst(),
                model,
                cohort.manifestSha256(),
                cohort.splitSha256(),
                parts.size());
  }

  /** What the parts of the cases tell by themselves. */
  private static Protocol protocol(
      List<ScoredCase> cases,
      OptionalLong seed,
      List<String> groupedBy,
      boolean demonstratesLeakage) {
    Set<String> parts = new TreeSet<>();
    Map<String, Set<String>> partsOfGroup = new HashMap<>();
    for (ScoredCase scored : cases) {
      parts.add(scored.part());
      partsOfGroup.computeIfAbsent(scored.group(), group -> new HashSet<>()).add(scored.part());
    }
    boolean folds = parts.size() > 1 && parts.stream().allMatch(part -> part.matches(FOLD));
    return new Protocol(
        folds
            ? Protocol.Kind.CROSS_VALIDATION
            : parts.equals(Set.of(Cohort.ALL)) ? Protocol.Kind.EXTERNAL : Protocol.Kind.HOLDOUT,
        folds ? "folds" : String.join("+", parts),
        groupedBy,
        folds ? parts.size() : 0,
        seed,
        Protocol.Origin.UNKNOWN,
        0,
        (int) partsOfGroup.values().stream().filter(found -> found.size() > 1).count(),
        0,
        demonstratesLeakage,
        List.of());
  }

  private static int groups(List<ScoredCase> cases) {
    return (int) cases.stream().map(ScoredCase::group).distinct().count();
  }

  /** The cases with the data set's own groups, after holding their labels against its labels. */
  private static List<ScoredCase> checked(
      String file, Task task, List<ScoredCase> cases, Cohort cohort) {
    List<ScoredCase> checked = new ArrayList<>();
    for (ScoredCase scored : cases) {
      ManifestRow row =
          find(scored.image(), cohort)
              .orElseThrow(
                  () ->
                      new InputException(
                          "%s scores %s, which %s does not have; name the data set that was scored"
                              .formatted(file, scored.image(), cohort.dataset().name())));
      String said = task.labels().get(scored.truth());
      if (!row.label(task.name()).equals(Optional.of(said))) {
        throw new InputException(
            "%s says that %s is %s, %s says %s; name the data set that was scored"
                .formatted(
                    file,
                    scored.image(),
                    said,
                    cohort.dataset().name(),
                    row.label(task.name()).orElse("nothing")));
      }
      checked.add(
          new ScoredCase(
              row.image(),
              cohort.groupOf(row.image()),
              scored.truth(),
              scored.probabilities(),
              scored.part(),
              scored.referred()));
    }
    return checked;
  }

  /** A row by its key, or by a path that ends with it. */
  private static Optional<ManifestRow> find(String name, Cohort cohort) {
    ManifestRow exact = cohort.rows().get(name);
    if (exact != null) {
      return Optional.of(exact);
    }
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
      ManifestRow row = cohort.rows().get(name.substring(slash + 1));
      if (row != null) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  /** The data set's task, or two of them joined, of which most labels are scored. */
  private static Task taskOf(Path file, List<String> labels, Cohort cohort) {
    Map<String, Set<String>> tasks = new TreeMap<>();
    for (ManifestRow row : cohort.rows().values()) {
      row.labels()
          .forEach(
              (task, label) -> tasks.computeIfAbsent(task, name -> new TreeSet<>()).add(label));
    }
    Map<String, Set<String>> all = new TreeMap<>(tasks);
    for (String one : tasks.keySet()) {
      for (String other : tasks.keySet()) {
        String joined = Task.joinedName(List.of(one, other));
        if (!one.equals(other)) {
          Set<String> pairs = new TreeSet<>();
          cohort.rows().values().forEach(row -> row.label(joined).ifPresent(pairs::add));
          all.putIfAbsent(joined, pairs);
        }
      }
    }
    return all.entrySet().stream()
        .filter(task -> task.getValue().stream().anyMatch(labels::contains))
        .max(
            Comparator.comparingLong(
                task -> task.getValue().stream().filter(labels::contains).count()))
        .map(task -> new Task(task.getKey(), labels))
        .orElseThrow(
            () ->
                new InputException(
                    "%s scores %s, which is no task of %s: it has %s"
                        .formatted(file, labels, cohort.dataset().name(), tasks)));
  }
}
