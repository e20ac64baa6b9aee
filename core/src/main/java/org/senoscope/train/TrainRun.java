package org.senoscope.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.model.OutputForm;
import org.senoscope.nn.Network;
import org.senoscope.nn.Precision;
import org.senoscope.nn.Torch;
import org.senoscope.nn.Weights;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Trains a recipe on a split data set: on a hold-out's training part, or on each K−1 folds in turn
 * with predictions out of fold, and then on all folds for the final bundle, if that is not to be
 * the mean of the folds' networks.
 *
 * <p>The run's folder holds everything; a run that was stopped at any moment goes on from its last
 * checkpoint. What is done is not done again.
 */
public final class TrainRun {
  private final CardWriter cards;
  private final List<Path> weightFolders;

  /**
   * A trainer for any run.
   *
   * @param cards writes the model cards
   * @param weightFolders where initial weights are looked for, in this order
   */
  public TrainRun(CardWriter cards, List<Path> weightFolders) {
    this.cards = cards;
    this.weightFolders = List.copyOf(weightFolders);
  }

  /**
   * What to train on what.
   *
   * @param recipe how
   * @param dataset the images
   * @param assignments their split
   * @param out the run's folder
   * @param init a bundle's folder or zip, or a run, whose weights training starts from
   * @param resume whether a run in that folder goes on
   * @param demonstrateLeakage whether a split that cuts groups is trained on, for a demonstration
   * @param repeats further cross-validations of the same images, after the run's own
   */
  public record Request(
      Recipe recipe,
      Dataset dataset,
      Assignments assignments,
      Path out,
      Optional<Path> init,
      boolean resume,
      boolean demonstrateLeakage,
      List<Repeat> repeats) {
    public Request {
      repeats = List.copyOf(repeats);
    }

    /** Without repeats. */
    public Request(
        Recipe recipe,
        Dataset dataset,
        Assignments assignments,
        Path out,
        Optional<Path> init,
        boolean resume,
        boolean demonstrateLeakage) {
      this(recipe, dataset, assignments, out, init, resume, demonstrateLeakage, List.of());
    }

    /** For results. */
    public Request(
        Recipe recipe,
        Dataset dataset,
        Assignments assignments,
        Path out,
        Optional<Path> init,
        boolean resume) {
      this(recipe, dataset, assignments, out, init, resume, false);
    }

    /** With another name and description wherever the recipe's appear, if it demonstrates. */
    private Request marked() {
      return demonstrateLeakage
          ? new Request(
              recipe.demonstratingLeakage(), dataset, assignments, out, init, resume, true, repeats)
          : this;
    }

    /** One of the repeats, as a cross-validation of its own. */
    Request of(Repeat repeat) {
      return new Request(
          recipe,
          dataset,
          repeat.assignments(),
          out.resolve(repeat.name()),
          init,
          resume,
          demonstrateLeakage);
    }
  }

  /**
   * Runs, or goes on.
   *
   * @throws InputException when the data set lacks what the recipe asks for, or the folder holds
   *     another run
   */
  public TrainReport run(Request request, Progress progress) throws IOException {
    long begun = System.nanoTime();
    return in(
        request,
        progress,
        (context, prepared) -> {
          Fold.Done done =
              context.request().assignments().folds().isEmpty()
                  ? new HoldOut(context).run(progress)
                  : new CrossValidation(context).run(progress);
          for (Repeat repeat : context.request().repeats()) {
            Progress named = (title, total) -> progress.stage(repeat.name() + ": " + title, total);
            var _ = new CrossValidation(context.of(repeat)).outOfFold(named);
          }
          new RunFolder(request.out()).mark(RunFolder.DONE);
          return new TrainReport(
              request.out(),
              done.bundle(),
              context.request().recipe().training().averagesFolds()
                  ? context.request().assignments().folds().size()
                  : 1,
              done.epochs(),
              done.bestEpoch(),
              done.imagesPerSecond(),
              prepared,
              PeakMemory.bytes(),
              (System.nanoTime() - begun) / 1e9,
              done.validation());
        });
  }

  /**
   * Trains on each K−1 folds alone, or goes on: for what such a training is worth, without a bundle
   * of all folds. The run is not done by that: {@link #run} goes on with it.
   *
   * @return each image scored by the network that never saw it
   * @throws InputException as {@link #run}, and when the split has no folds
   */
  public Evaluation outOfFold(Request request, Progress progress) throws IOException {
    if (request.assignments().folds().isEmpty()) {
      throw new InputException(
          "The split of %s has no folds; split it with --folds 5"
              .formatted(request.dataset().name()));
    }
    return in(
        request,
        progress,
        (context, _) -> new CrossValidation(context).outOfFold(progress).evaluation());
  }

  /** What is done with a run's folder once it is held. */
  @FunctionalInterface
  private interface Work<T> {
    T in(Fold.Context context, double secondsOfPreparing) throws IOException;
  }

  private <T> T in(Request asked, Progress progress, Work<T> work) throws IOException {
    requireMeant(asked);
    Request request = asked.marked();
    Recipe recipe = request.recipe();
    List<ManifestRow> all = request.dataset().rows();
    List<ManifestRow> rows = assigned(all, request.assignments());
    List<Task> tasks = tasks(recipe, rows, request.dataset());
    List<ManifestRow> labelled =
        rows.stream()
            .filter(row -> tasks.stream().anyMatch(task -> row.label(task.name()).isPresent()))
            .toList();
    if (recipe.preprocessing().needsMarks()
        && labelled.stream().allMatch(row -> row.roi().isEmpty())) {
      throw new InputException(
          "Recipe %s crops around readers' marks, and data set %s has none (column roi): import it with marks, or take a recipe that crops all images alike"
              .formatted(recipe.name(), request.dataset().name()));
    }
    if (recipe.masks().isPresent() && labelled.stream().noneMatch(Examples::marked)) {
      throw new InputException(
          "Recipe %s learns readers' lesion masks, and data set %s has none (columns mask and roi): import it with masks, or leave the recipe's section masks out"
              .formatted(recipe.name(), request.dataset().name()));
    }
    recipe
        .masks()
        .ifPresent(
            masks ->
                masks.none().stream()
                    .filter(none -> !known(none, tasks.getFirst(), labelled))
                    .findFirst()
                    .ifPresent(
                        none -> {
                          throw new InputException(
                              "Recipe %s: masks.none names the label \"%s\" of task %s, which has %s"
                                  .formatted(
                                      recipe.name(),
                                      Recipe.Masks.labelOf(none),
                                      Recipe.Masks.taskOf(none, tasks.getFirst()),
                                      labels(
                                          Recipe.Masks.taskOf(none, tasks.getFirst()), labelled)));
                        }));
    Network network = Networks.of(recipe.network(), recipe.input(), tasks, recipe.masks());
    String manifestSha256 = Hashes.sha256(request.dataset().manifestFile());
    if (request.assignments().folds().isEmpty()) {
      HoldOut.check(request, tasks.getFirst(), labelled);
    } else {
      CrossValidation.check(request, tasks.getFirst(), labelled);
    }
    for (Repeat repeat : request.repeats()) {
      requireSameImages(request, repeat);
      CrossValidation.check(request.of(repeat), tasks.getFirst(), labelled);
    }
    InitialWeights weights = InitialWeights.find(recipe, request.init(), weightFolders);
    if (recipe.network().frozenStages() > 0 && weights.weights().isEmpty()) {
      throw new InputException(
          "Recipe %s keeps the weights of %d stages as they start, and they would start at random: name network.weights, start from a bundle with --init, or set network.frozenStages: 0"
              .formatted(recipe.name(), recipe.network().frozenStages()));
    }
    weights.weights().ifPresent(source -> Weights.checkFit(source, network, network::inHead));
    try (RunLock _ = RunLock.take(request.out())) {
      RunFolder folder = new RunFolder(request.out());
      folder.prepare(request, tasks, manifestSha256, weights.origin());
      Torch.threads(Runtime.getRuntime().availableProcessors());
      long preparing = System.nanoTime();
      try (PixelCache cache =
          PixelCache.open(
              request.out(),
              request.dataset(),
              labelled,
              recipe.preprocessing(),
              recipe.input(),
              recipe.masks().isPresent(),
              progress)) {
        double prepared = (System.nanoTime() - preparing) / 1e9;
        Precision precision = precision(request, network, progress);
        T done =
            work.in(
                new Fold.Context(
                    request,
                    0,
                    tasks,
                    network,
                    labelled,
                    cache,
                    precision,
                    weights,
                    manifestSha256,
                    new BundleMaker(recipe, tasks, cards)),
                prepared);
        return done;
      }
    }
  }

  private static java.util.Set<String> labels(String task, List<ManifestRow> rows) {
    TreeSet<String> found = new TreeSet<>();
    rows.forEach(row -> row.label(task).ifPresent(found::add));
    return found;
  }

  private static boolean known(String none, Task main, List<ManifestRow> rows) {
    String task = Recipe.Masks.taskOf(none, main);
    String label = Recipe.Masks.labelOf(none);
    return task.equals(main.name())
        ? main.labels().contains(label)
        : rows.stream().anyMatch(row -> row.label(task).filter(label::equals).isPresent());
  }

  /** Nobody trains on a leaky split, nor takes an honest one for a demonstration, unawares. */
  private static void requireMeant(Request request) {
    boolean leaks = request.assignments().demonstratesLeakage();
    if (leaks && !request.demonstrateLeakage()) {
      throw new InputException(
          "The split of %s deals images one by one to demonstrate leakage, so no result can come of it; run senoscope split again, or add --demonstrate-leakage to train for the demonstration"
              .formatted(request.dataset().name()));
    }
    if (!leaks && request.demonstrateLeakage()) {
      throw new InputException(
          "The split of %s keeps groups together, so it demonstrates no leakage; leave --demonstrate-leakage out, or split with it"
              .formatted(request.dataset().name()));
    }
  }

  /** A repeat of other images, or without folds, would be no repeat. */
  private static void requireSameImages(Request request, Repeat repeat) {
    if (request.assignments().folds().isEmpty()
        || !repeat.assignments().folds().equals(request.assignments().folds())
        || !repeat.assignments().part().keySet().equals(request.assignments().part().keySet())) {
      throw new IllegalArgumentException(
          "%s must deal the run's images into folds as many as the run's".formatted(repeat.name()));
    }
  }

  private static List<ManifestRow> assigned(List<ManifestRow> all, Assignments parts) {
    List<ManifestRow> rows =
        all.stream()
            .filter(row -> row.excluded().isEmpty() && parts.part().containsKey(row.image()))
            .toList();
    if (rows.isEmpty()) {
      throw new InputException("The split assigns no image of the data set; split it anew");
    }
    return rows;
  }

  /** The recipe's tasks with the labels that the data set has. */
  private static List<Task> tasks(Recipe recipe, List<ManifestRow> rows, Dataset dataset) {
    List<Task> tasks = new ArrayList<>();
    for (String name : recipe.tasks()) {
      TreeSet<String> found = new TreeSet<>();
      rows.forEach(row -> row.label(name).ifPresent(found::add));
      if (found.isEmpty()) {
        TreeSet<String> known = new TreeSet<>();
        rows.forEach(row -> known.addAll(row.labels().keySet()));
        throw new InputException(
            "Data set %s has no labels of task %s; it has %s: name one of these as the recipe's task"
                .formatted(dataset.name(), name, known));
      }
      List<String> wanted = recipe.labels().get(name);
      if (wanted == null) {
        wanted = Task.order(name, found);
      }
      TreeSet<String> missing = new TreeSet<>(found);
      wanted.forEach(missing::remove);
      if (!missing.isEmpty()) {
        throw new InputException(
            "Task %s of data set %s has labels %s that the recipe does not list (%s); add them to labels"
                .formatted(name, dataset.name(), missing, wanted));
      }
      if (found.size() < 2) {
        throw new InputException(
            "Task %s of data set %s has one label alone (%s); there is nothing to tell apart"
                .formatted(name, dataset.name(), found));
      }
      if (recipe.network().output() == OutputForm.SIGMOID && wanted.size() != 2) {
        throw new InputException(
            "Task %s has %d labels (%s), and one sigmoid output tells two apart: set network.output: softmax"
                .formatted(name, wanted.size(), wanted));
      }
      tasks.add(new Task(name, wanted));
    }
    return List.copyOf(tasks);
  }

  /** The recipe's precision; else the run's; else what a trial finds, kept with the run. */
  private static Precision precision(Request request, Network network, Progress progress)
      throws IOException {
    if (request.recipe().training().precision().isPresent()) {
      return request.recipe().training().precision().get();
    }
    Path file = request.out().resolve("precision.json");
    if (Files.exists(file)) {
      String chosen = Json.read(file, "precision").path("precision").asText();
      for (Precision precision : Precision.values()) {
        if (precision.label().equals(chosen)) {
          return precision;
        }
      }
    }
    PrecisionTrial.Outcome outcome =
        PrecisionTrial.run(network, request.recipe().training().batch(), progress);
    Json.write(file, outcome.toJson());
    return outcome.precision();
  }

  /**
   * Refuses a part that could not be scored.
   *
   * @throws InputException when none of its images has a label of the task
   */
  static void requireLabels(
      String part, Task task, List<ManifestRow> rows, Map<String, List<Integer>> byPart) {
    if (byPart.getOrDefault(part, List.of()).stream()
        .noneMatch(place -> rows.get(place).label(task.name()).isPresent())) {
      throw new InputException(
          "Part %s of the split has no image with a label of task %s to be scored; split by that task: senoscope split --task %s"
              .formatted(part, task.name(), task.name()));
    }
  }

  /** Images by what becomes of them in one training. */
  static Map<String, List<Integer>> byPart(List<ManifestRow> rows, Assignments parts) {
    Map<String, List<Integer>> byPart = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      byPart
          .computeIfAbsent(
              java.util.Objects.requireNonNull(parts.part().get(rows.get(i).image())),
              part -> new ArrayList<>())
          .add(i);
    }
    return byPart;
  }
}
