package org.senoscope.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.server.http.Answers;
import org.senoscope.server.http.Problem;
import org.senoscope.train.LearningCurves;
import org.senoscope.train.RunProgress;
import org.senoscope.work.InputException;

/**
 * The runs in a folder, as they stand on disk at the moment of asking: this server trains nothing,
 * it watches what the command line trains. Folders come and go meanwhile; what holds no run, or
 * none that can be read, is passed over.
 */
final class RunApi {
  /** The runs that are told, the last written first. */
  private static final int LISTED = 200;

  private final Optional<Path> folder;

  private record Found(String name, RunProgress progress) {}

  private RunApi(Optional<Path> folder) {
    this.folder = folder;
  }

  /**
   * Watches a folder of runs, or one run; it may come into being later.
   *
   * @param folder empty to watch nothing
   * @throws InputException when it is a file
   */
  static RunApi open(Optional<Path> folder) {
    if (folder.isPresent() && Files.exists(folder.get()) && !Files.isDirectory(folder.get())) {
      throw new InputException(
          "%s is no folder: name the folder of your runs with --runs".formatted(folder.get()));
    }
    return new RunApi(folder);
  }

  /** {@code GET /api/v1/runs}. */
  void list(Context context) throws IOException {
    ObjectNode json = Json.object("runs").put("follows", folder.isPresent());
    ArrayNode runs = json.putArray("runs");
    folders().entrySet().stream()
        .flatMap(entry -> read(entry.getKey(), entry.getValue()).stream())
        .sorted(
            Comparator.comparing((Found found) -> found.progress().updated())
                .reversed()
                .thenComparing(Found::name))
        .limit(LISTED)
        .forEach(found -> runs.add(summary(found)));
    Answers.json(context, 200, json);
  }

  /** {@code GET /api/v1/runs/NAME}. */
  void show(Context context) throws IOException {
    // Looked up among what is there, and never made a path: so no name leads elsewhere.
    String name = context.pathParam("name");
    Found found =
        Optional.ofNullable(folders().get(name))
            .flatMap(path -> read(name, path))
            .orElseThrow(
                () -> Problem.UNKNOWN_RUN.because("No run has this name; see /api/v1/runs"));
    ObjectNode json = summary(found);
    ArrayNode trainings = json.putArray("trainings");
    boolean begun = true; // whether all trainings before are done
    for (RunProgress.Training training : found.progress().trainings()) {
      trainings.add(training(training, found.progress().status(), begun));
      begun &= training.done();
    }
    Answers.json(context, 200, json);
  }

  /** The folders that may hold runs, by name. */
  private Map<String, Path> folders() throws IOException {
    if (folder.isEmpty()) {
      return Map.of();
    }
    Path all = folder.get();
    Map<String, Path> folders = new TreeMap<>();
    if (RunProgress.isRun(all)) {
      folders.put(String.valueOf(all.toRealPath().getFileName()), all);
      return folders;
    }
    try (Stream<Path> inside = Files.list(all)) {
      inside
          .filter(path -> !AtomicFiles.isPartial(path) && RunProgress.isRun(path))
          .forEach(path -> folders.put(String.valueOf(path.getFileName()), path));
    } catch (NoSuchFileException | NotDirectoryException notThereNow) {
      return Map.of();
    } catch (UncheckedIOException changing) {
      return folders;
    }
    return folders;
  }

  private static Optional<Found> read(String name, Path path) {
    try {
      return RunProgress.read(path).map(progress -> new Found(name, progress));
    } catch (IOException | UncheckedIOException unreadable) {
      return Optional.empty();
    }
  }

  private static ObjectNode summary(Found found) {
    RunProgress progress = found.progress();
    ObjectNode json = Json.object("run-progress").put("name", found.name());
    json.put("recipe", progress.recipe()).put("dataset", progress.dataset());
    json.put("status", worded(progress.status())).put("updated", progress.updated().toString());
    json.put("demonstratesLeakage", progress.demonstratesLeakage());
    json.set("tasks", Json.tree(progress.tasks()));
    List<RunProgress.Training> trainings = progress.trainings();
    json.put("trainingsDone", trainings.stream().filter(RunProgress.Training::done).count());
    return json.put("trainingsInAll", trainings.size());
  }

  private static ObjectNode training(
      RunProgress.Training training, RunProgress.Status run, boolean begun) throws IOException {
    LearningCurves curves = LearningCurves.read(training.folder());
    List<LearningCurves.Epoch> epochs = curves.epochs();
    ObjectNode json = Json.object().put("name", training.name());
    json.put(
        "status",
        status(training, run, begun && (!epochs.isEmpty() || run == RunProgress.Status.RUNNING)));
    json.put("epoch", epochs.isEmpty() ? 0 : epochs.getLast().epoch());
    json.put("epochs", epochs.isEmpty() ? 0 : epochs.getLast().planned());
    json.put("bestEpoch", training.bestEpoch());
    json.put("gap", curves.gap().orElse(null));
    ArrayNode list = json.putArray("curves");
    for (LearningCurves.Epoch epoch : epochs) {
      ObjectNode point = list.addObject().put("epoch", epoch.epoch());
      put(point, "trainingObjective", epoch.trainingObjective());
      put(point, "trainingLoss", epoch.trainingLoss());
      put(point, "trainingAccuracy", epoch.trainingAccuracy());
      put(point, "validationLoss", epoch.validationLoss());
      put(point, "validationAccuracy", epoch.validationAccuracy());
      put(point, "validationBalancedAccuracy", epoch.validationBalancedAccuracy());
      put(point, "validationAuc", epoch.validationAuc());
      put(point, "seconds", epoch.seconds());
      point.put("validationImages", epoch.validationImages());
    }
    return json;
  }

  private static String status(
      RunProgress.Training training, RunProgress.Status run, boolean begun) {
    if (training.done()) {
      return worded(RunProgress.Status.DONE);
    }
    return begun ? worded(run) : "waiting";
  }

  private static String worded(RunProgress.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static void put(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.putNull(name);
    }
  }
}
