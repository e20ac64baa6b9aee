package org.senoscope.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.senoscope.files.Json;
import org.senoscope.provenance.Provenance;
import org.senoscope.work.InputException;

/**
 * How far a run is, read from its folder by whoever watches, while another process may be training
 * in it. Reading changes nothing there and holds nothing up.
 *
 * @param recipe the recipe's name
 * @param dataset the data set's name
 * @param tasks the names of its tasks, the main one first
 * @param status whether it goes on
 * @param demonstratesLeakage whether nothing that comes of it is a result
 * @param updated when something was last written
 * @param trainings in the order in which they are run
 */
public record RunProgress(
    String recipe,
    String dataset,
    List<String> tasks,
    Status status,
    boolean demonstratesLeakage,
    Instant updated,
    List<Training> trainings) {
  /** The name of a hold-out's only training. */
  public static final String ONLY = "training";

  /** The name of the training on all folds, which a mean of the folds' networks needs not. */
  public static final String FINAL = "final";

  private static final Pattern FOLD = Pattern.compile("fold[0-9]{1,4}");
  private static final Pattern INNER = Pattern.compile("without-fold[0-9]{1,4}-fold[0-9]{1,4}");
  private static final Pattern REPEAT = Pattern.compile("repeat[0-9]{1,4}");

  /** A run's description has some hundred bytes; what is much longer is none. */
  private static final long LONGEST_DESCRIPTION = 1_000_000;

  /** Whether a run goes on. */
  public enum Status {
    /** A process is at it. */
    RUNNING,
    /** It is not done and no process is at it; {@code train --resume} goes on with it. */
    STOPPED,
    /** It has its bundle. */
    DONE
  }

  /**
   * One training of a run.
   *
   * @param name of the fold or folds left out, of a repeat after its name and a dash, {@link
   *     #FINAL} or {@link #ONLY}
   * @param folder where it writes
   * @param done whether it has its bundle
   * @param bestEpoch whose weights were kept; 0 while it is not done
   */
  public record Training(String name, Path folder, boolean done, int bestEpoch) {
    /** Whether it only serves to calibrate others (see {@code calibration.nested} of recipes). */
    public boolean inner() {
      return INNER.matcher(name.replaceFirst("^" + REPEAT + "-", "")).matches();
    }

    /** Whether it is of a repeat, and not of the run's own cross-validation. */
    public boolean repeated() {
      return name.matches(REPEAT + "-.*");
    }
  }

  public RunProgress {
    tasks = List.copyOf(tasks);
    trainings = List.copyOf(trainings);
  }

  /** Whether a folder has the file that makes it a run's. */
  public static boolean isRun(Path folder) {
    return Files.isRegularFile(folder.resolve(RunFolder.RUN));
  }

  /**
   * Reads a folder.
   *
   * @return empty when it holds no run, or none that can be read
   */
  public static Optional<RunProgress> read(Path folder) throws IOException {
    Optional<JsonNode> found = small(folder.resolve(RunFolder.RUN), "run");
    if (found.isEmpty()) {
      return Optional.empty();
    }
    JsonNode run = found.get();
    List<String> folds = folds(folder, run);
    List<Training> trainings = new ArrayList<>();
    List<String> each = new ArrayList<>(named(run.path("inner"), INNER));
    each.addAll(folds);
    for (String fold : each) {
      trainings.add(training(fold, folder.resolve(fold)));
    }
    if (folds.isEmpty()) {
      trainings.add(training(ONLY, folder));
    } else if (!run.path(RunFolder.FINAL).asText().equals(Recipe.FinalModel.MEAN_OF_FOLDS.text())) {
      trainings.add(training(FINAL, folder));
    }
    for (String repeat : repeats(run)) {
      for (String fold : each) {
        trainings.add(training(repeat + "-" + fold, folder.resolve(repeat).resolve(fold)));
      }
    }
    return Optional.of(
        new RunProgress(
            run.path("name").asText(),
            run.path("dataset").asText(),
            run.path("tasks").findValuesAsText("name"),
            status(folder, run),
            run.path(Provenance.DEMONSTRATES_LEAKAGE).asBoolean(),
            updated(folder, trainings),
            trainings));
  }

  private static List<String> repeats(JsonNode run) {
    return run.path(RunFolder.REPEATS)
        .valueStream()
        .map(repeat -> repeat.path("name").asText())
        .filter(name -> REPEAT.matcher(name).matches())
        .toList();
  }

  /**
   * How often a run cross-validates in all, as it was begun or last gone on with.
   *
   * @return 1 where it has no repeats, or the folder holds no run
   */
  public static int crossValidations(Path folder) throws IOException {
    return small(folder.resolve(RunFolder.RUN), "run").map(run -> repeats(run).size()).orElse(0)
        + 1;
  }

  private static Status status(Path folder, JsonNode run) throws IOException {
    if (run.path("status").asText().equals(RunFolder.DONE)) {
      return Status.DONE;
    }
    return RunLock.isHeld(folder) ? Status.RUNNING : Status.STOPPED;
  }

  /** As the description names them; of runs older than that, those whose folders are there. */
  private static List<String> folds(Path folder, JsonNode run) throws IOException {
    JsonNode told = run.path("folds");
    if (told.isArray()) {
      return named(told, FOLD);
    }
    try (Stream<Path> inside = Files.list(folder)) {
      return inside
          .filter(Files::isDirectory)
          .map(path -> String.valueOf(path.getFileName()))
          .filter(name -> FOLD.matcher(name).matches())
          .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
          .toList();
    } catch (NoSuchFileException | UncheckedIOException goneMeanwhile) {
      return List.of();
    }
  }

  /** What a file says becomes a path: so it must be a training's name and nothing else. */
  private static List<String> named(JsonNode names, Pattern allowed) {
    return names
        .valueStream()
        .map(JsonNode::asText)
        .filter(name -> allowed.matcher(name).matches())
        .toList();
  }

  private static Training training(String name, Path folder) throws IOException {
    Optional<JsonNode> result = small(folder.resolve(Fold.RESULT), "training");
    return new Training(
        name,
        folder,
        result.isPresent(),
        result.map(json -> json.path("bestEpoch").asInt()).orElse(0));
  }

  private static Instant updated(Path folder, List<Training> trainings) throws IOException {
    Instant last = modified(folder.resolve(RunFolder.RUN));
    for (Training training : trainings) {
      Instant log = modified(training.folder().resolve(LearningCurves.LOG));
      last = log.isAfter(last) ? log : last;
    }
    return last;
  }

  private static Instant modified(Path file) throws IOException {
    try {
      FileTime time = Files.getLastModifiedTime(file);
      return time.toInstant();
    } catch (NoSuchFileException absent) {
      return Instant.EPOCH;
    }
  }

  /** A small JSON file of a kind; empty where it is absent or something else. */
  private static Optional<JsonNode> small(Path file, String kind) throws IOException {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_DESCRIPTION) {
        return Optional.empty();
      }
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      JsonNode json = Json.parse(text, String.valueOf(file.getFileName()));
      return json.path("schema").asText().equals(Json.schema(kind))
          ? Optional.of(json)
          : Optional.empty();
    } catch (NoSuchFileException | InputException foreign) {
      return Optional.empty();
    }
  }
}
