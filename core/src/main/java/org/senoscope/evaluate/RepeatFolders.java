package org.senoscope.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.senoscope.study.Task;

/**
 * Where a run keeps its repeats: {@code repeat2}, {@code repeat3} …, each with folds and
 * predictions as the run itself has them.
 */
public final class RepeatFolders {
  private static final String REPEAT = "repeat";

  private RepeatFolders() {}

  /** The folder of a repeat within its run; the run's own cross-validation is number 1. */
  public static String name(int number) {
    return REPEAT + number;
  }

  /**
   * The repeats of a run that have all their predictions, up to the first that has not: of each
   * task that the run itself has scored, since a training may end between two tasks' files.
   *
   * @param tasks the run's, the main one first
   */
  static List<Path> in(Path run, List<Task> tasks) {
    List<Path> scored =
        tasks.stream()
            .map(task -> run.relativize(PredictionsFile.in(run, tasks, task)))
            .filter(file -> Files.exists(run.resolve(file)))
            .toList();
    List<Path> folders = new ArrayList<>();
    for (Path next = run.resolve(name(2));
        scored.stream().map(next::resolve).allMatch(Files::exists) && Files.isDirectory(next);
        next = run.resolve(name(folders.size() + 2))) {
      folders.add(next);
    }
    return folders;
  }
}
