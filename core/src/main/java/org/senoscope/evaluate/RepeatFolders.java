package org.senoscope.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

  /** The repeats of a run that have all their predictions, up to the first that has not. */
  static List<Path> in(Path run) throws IOException {
    List<Path> folders = new ArrayList<>();
    for (Path next = run.resolve(name(2));
        Files.exists(next.resolve(PredictionsFile.NAME));
        next = run.resolve(name(folders.size() + 2))) {
      folders.add(next);
    }
    return folders;
  }
}
