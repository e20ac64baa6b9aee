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
 * with predictions out of fold, and then on all folds for the final bundle.
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
   */
  public record Request(
      Recipe recipe,
      Dataset dataset,
      Assignments assignments,
      Path out,
      Optional<Path> init,
      boolean resume) {}

  /**
   * Runs, or goes on.
   *
   * @throws InputException when the data set lacks what the recipe asks for, or the folder holds
   *     another run
   */
  public TrainReport run(Request request, Progress progress) throws IOException {
    long begun = System.nanoTime();
    Recipe recipe = request.recipe();
    List<ManifestRow> all = request.dataset().rows();
    List<ManifestRow> rows = assigned(all, request.assignments());
    List<Task> tasks = tasks(recipe, rows, request.dataset());
    List<ManifestRow> labelled =
        rows.stream()
            .filter(row -> tasks.stream().anyMatch(task -> row.label(task.name()).isPresent()))
            .toList();
    Network network = Networks.of(recipe.network(), recipe.input(), tasks);
    String manifestSha256 = Hashes.sha256(request.dataset().manifestFile());
    if (request.assignments().folds().isEmpty()) {
      HoldOut.check(request, tasks.getFirst(), labelled);
    } else {
      CrossValidation.check(request, tasks.getFirst(), labelled);
    }
    InitialWeights weights = InitialWeights.find(recipe, request.init(), weightFolders);
    weights.weights().ifPresent(source -> Weights.checkFit(source, network, network::inHead));
    try (RunLock _ = RunLock.take(request.out())) {
      RunFolder folder = new RunFolder(request.out());
      folder.prepare(request, tasks, manifestSha256, weights.origin());
      TrainReport report =
          run(request, tasks, network, labelled, weights, manifestSha256, begun, progress);
      folder.mark(RunFolder.DONE);
      return report;
    }
  }

  private TrainReport run(
      Request request,
      List<Task> tasks,
      Network network,
      List<ManifestRow> rows,
      InitialWeights weights,
      String manifestSha256,
      long begun,
      Progress progress)
      throws IOException {
    Recipe recipe = request.recipe();
    Torch.threads(Runtime.getRuntime().availableProcessors());
    long preparing = System.nanoTime();
    try (PixelCache cache =
        PixelCache.open(
            request.out(),
            request.dataset(),
            rows,
            recipe.preprocessing(),
            recipe.input(),
            progress)) {
      double prepared = (System.nanoTime() - preparing) / 1e9;
      Precision precision = precision(request, network, progress);
      Fold.Context context =
          new Fold.Context(
              request,
              tasks,
              network,
              rows,
              cache,
              precision,
              weights,
              manifestSha256,
              new BundleMaker(recipe, tasks, cards));
      Fold.Done done =
          request.assignments().folds().isEmpty()
              ? new HoldOut(context).run(progress)
              : new CrossValidation(context).run(progress);
      return new TrainReport(
          request.out(),
          done.bundle(),
          done.epochs(),
          done.bestEpoch(),
          done.imagesPerSecond(),
          prepared,
          PeakMemory.bytes(),
          (System.nanoTime() - begun) / 1e9,
          done.validation());
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
