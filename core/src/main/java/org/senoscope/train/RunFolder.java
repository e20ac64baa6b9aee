package org.senoscope.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.provenance.Provenance;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/** A run's folder: what {@code run.json} says it is a run of, and what must not lie in it. */
final class RunFolder {
  /** The file that makes a folder a run's. */
  static final String RUN = "run.json";

  /** The status of a run that has its bundle. */
  static final String DONE = "done";

  private static final String RUNNING = "running";

  /** What a run of folds gives as its bundle, as recipes call it. */
  static final String FINAL = "final";

  /** Names, seeds and splits of the run's repeats, where it has some. */
  static final String REPEATS = "repeats";

  private static final String RECIPE = "recipe.yaml";

  /** Folders within a run: of trainings, and of the predictions beside a training's. */
  private static final Pattern OWN =
      Pattern.compile("repeat[0-9]+|(without-fold[0-9]+-)?fold[0-9]+|inner|" + Fold.UNCALIBRATED);

  private static final int DEEPEST = 3;

  /** What a training writes: by these names its unfinished files are known from others'. */
  private static final List<String> WRITTEN =
      List.of(
          RUN,
          RECIPE,
          "bundle",
          ".ungated-bundle",
          "cache-",
          "checkpoint.safetensors",
          "log.jsonl",
          "distances.csv",
          "precision.json",
          "predictions",
          "result.json");

  private final Path folder;

  RunFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder a run's, or finds it to be this run's. Its lock must be held.
   *
   * @throws InputException when it holds another run, or something else
   */
  void prepare(
      TrainRun.Request request, List<Task> tasks, String manifestSha256, WeightsOrigin initial)
      throws IOException {
    ObjectNode wanted = Json.object("run");
    wanted.put("name", request.recipe().name());
    wanted.put("dataset", request.dataset().name());
    wanted.put("datasetFolder", request.dataset().root().toAbsolutePath().normalize().toString());
    wanted.put("recipeSha256", Hashes.sha256(request.recipe().text()));
    wanted.put("manifestSha256", manifestSha256);
    wanted.put("splitSha256", request.assignments().sha256());
    if (request.demonstrateLeakage()) {
      wanted.put(Provenance.DEMONSTRATES_LEAKAGE, true);
    }
    initial.addTo(wanted);
    Path description = folder.resolve(RUN);
    if (Files.exists(description)) {
      if (!request.resume()) {
        throw new InputException(
            "%s already holds a run; add --resume to go on with it, or name another --out"
                .formatted(folder));
      }
      ObjectNode found = Json.read(description, "run").deepCopy();
      requireSame(found, wanted, initial);
      repeat(found, request.repeats());
    } else {
      requireEmpty();
      wanted.set(
          "tasks",
          Json.tree(
              tasks.stream()
                  .map(task -> Map.of("name", task.name(), "labels", task.labels()))
                  .toList()));
      List<String> folds = request.assignments().folds();
      wanted.set("folds", Json.tree(folds));
      if (!folds.isEmpty()) {
        wanted.put(FINAL, request.recipe().training().finalModel().text());
      }
      if (request.recipe().calibration().nested()) {
        wanted.set("inner", Json.tree(NestedValidation.names(folds)));
      }
      if (!request.repeats().isEmpty()) {
        wanted.set(REPEATS, told(request.repeats()));
      }
      wanted.put("status", RUNNING);
      Json.write(description, wanted);
    }
    removeUnfinished();
    AtomicFiles.writeString(folder.resolve(RECIPE), request.recipe().text());
  }

  /** Adds repeats that a run was begun without; those that it has stay as they are. */
  private void repeat(ObjectNode found, List<Repeat> repeats) throws IOException {
    ArrayNode wanted = told(repeats);
    JsonNode before = found.path(REPEATS);
    for (int i = 0; i < before.size(); i++) {
      if (i >= wanted.size() || !before.get(i).toString().equals(wanted.get(i).toString())) {
        throw new InputException(
            "%s was begun with %d repeats of other folds; go on with --repeats %d on the data set's split of then, or name another --out"
                .formatted(folder, before.size() + 1, before.size() + 1));
      }
    }
    if (wanted.size() > before.size()) {
      found.set(REPEATS, wanted);
      found.put("status", RUNNING);
      Json.write(folder.resolve(RUN), found);
    }
  }

  private static ArrayNode told(List<Repeat> repeats) {
    ArrayNode all = Json.object().arrayNode();
    for (Repeat repeat : repeats) {
      all.addObject()
          .put("name", repeat.name())
          .put("seed", repeat.seed())
          .put("splitSha256", repeat.assignments().sha256());
    }
    return all;
  }

  private void requireSame(JsonNode found, JsonNode wanted, WeightsOrigin initial) {
    for (String key : List.of("recipeSha256", "manifestSha256", "splitSha256")) {
      if (!found.path(key).asText().equals(wanted.path(key).asText())) {
        throw new InputException(
            "%s was begun with another %s; name another --out, or bring the old one back"
                .formatted(folder, key.replace("Sha256", "")));
      }
    }
    WeightsOrigin before = WeightsOrigin.in(found);
    if (before.kind() != initial.kind() || !before.sha256().equals(initial.sha256())) {
      throw new InputException(
          "%s was begun with other initial weights: %s then, %s now; bring the old ones back, or name another --out"
              .formatted(folder, before.text(), initial.text()));
    }
  }

  private void requireEmpty() throws IOException {
    try (Stream<Path> inside = Files.list(folder)) {
      if (inside.anyMatch(path -> !path.endsWith(RunLock.FILE) && !isUnfinished(path))) {
        throw new InputException(
            "%s is not empty and holds no run; name another --out".formatted(folder));
      }
    }
  }

  /** Removes what a killed training left half written, here and in the folders of its folds. */
  private void removeUnfinished() throws IOException {
    List<Path> folders;
    try (Stream<Path> inside = Files.walk(folder, DEEPEST)) {
      folders =
          inside
              .filter(Files::isDirectory)
              .filter(path -> path.equals(folder) || isOurs(folder.relativize(path)))
              .toList();
    }
    for (Path each : folders) {
      List<Path> unfinished;
      try (Stream<Path> inside = Files.list(each)) {
        unfinished = inside.filter(RunFolder::isUnfinished).toList();
      }
      for (Path path : unfinished) {
        AtomicFiles.deleteTree(path);
      }
    }
  }

  /** Whether a path within a run is of folders that trainings write to. */
  private static boolean isOurs(Path path) {
    for (Path name : path) {
      if (!OWN.matcher(name.toString()).matches()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUnfinished(Path path) {
    String name = path.getFileName().toString();
    return AtomicFiles.isPartial(path)
        && WRITTEN.stream().anyMatch(written -> name.startsWith(".partial-" + written));
  }

  /** Says how far the run is. */
  void mark(String status) throws IOException {
    ObjectNode description = Json.read(folder.resolve(RUN), "run").deepCopy();
    description.put("status", status);
    Json.write(folder.resolve(RUN), description);
  }
}
