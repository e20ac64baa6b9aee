package org.senoscope.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.nn.Network;
import org.senoscope.nn.Precision;
import org.senoscope.nn.Torch;
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
  private static final String RUN = "run.json";
  private static final String RECIPE = "recipe.yaml";

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
   * @param init a bundle whose weights training starts from
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
    InitialWeights weights = InitialWeights.find(recipe, request.init(), weightFolders);
    try (RunLock _ = RunLock.take(request.out())) {
      prepareFolder(request, tasks, manifestSha256);
      return run(request, tasks, network, labelled, weights, manifestSha256, begun, progress);
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
      mark(request.out(), "done");
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
      tasks.add(new Task(name, wanted));
    }
    return List.copyOf(tasks);
  }

  private static void prepareFolder(Request request, List<Task> tasks, String manifestSha256)
      throws IOException {
    Path out = request.out();
    Path description = out.resolve(RUN);
    ObjectNode wanted = Json.object("run");
    wanted.put("name", request.recipe().name());
    wanted.put("dataset", request.dataset().name());
    wanted.put("datasetFolder", request.dataset().root().toAbsolutePath().normalize().toString());
    wanted.put("recipeSha256", Hashes.sha256(request.recipe().text()));
    wanted.put("manifestSha256", manifestSha256);
    wanted.put("splitSha256", request.assignments().sha256());
    wanted.put("init", request.init().map(Path::toString).orElse(""));
    if (Files.exists(description)) {
      if (!request.resume()) {
        throw new InputException(
            "%s already holds a run; add --resume to go on with it, or name another --out"
                .formatted(out));
      }
      JsonNode found = Json.read(description, "run");
      for (String key : List.of("recipeSha256", "manifestSha256", "splitSha256", "init")) {
        if (!found.path(key).asText().equals(wanted.path(key).asText())) {
          throw new InputException(
              "%s was begun with another %s; name another --out, or bring the old one back"
                  .formatted(out, key.replace("Sha256", "")));
        }
      }
      AtomicFiles.writeString(out.resolve(RECIPE), request.recipe().text());
      return;
    }
    if (Files.isDirectory(out)) {
      try (var inside = Files.list(out)) {
        if (inside.anyMatch(path -> !AtomicFiles.isPartial(path) && !path.endsWith(RunLock.FILE))) {
          throw new InputException(
              "%s is not empty and holds no run; name another --out".formatted(out));
        }
      }
    }
    Files.createDirectories(out);
    wanted.set(
        "tasks",
        Json.tree(
            tasks.stream()
                .map(task -> Map.of("name", task.name(), "labels", task.labels()))
                .toList()));
    wanted.put("status", "running");
    Json.write(description, wanted);
    AtomicFiles.writeString(out.resolve(RECIPE), request.recipe().text());
  }

  private static void mark(Path out, String status) throws IOException {
    ObjectNode description = Json.read(out.resolve(RUN), "run").deepCopy();
    description.put("status", status);
    Json.write(out.resolve(RUN), description);
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
