package org.senoscope.server.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.senoscope.files.AtomicFiles;
import org.senoscope.model.Bundle;
import org.senoscope.train.RunProgress;
import org.senoscope.work.InputException;

/**
 * Finds the bundles of a folder. A bundle is a folder with a {@code model.json}, or a zip of one.
 * {@code NAME} or {@code NAME.zip} is a model of that name; {@code NAME/1}, {@code NAME/2.zip} and
 * so on are its versions, as TensorFlow Serving has them. A training's run counts as the bundle
 * that it holds. The folder may also be one bundle, or hold the versions of one model and nothing
 * else.
 */
public final class ModelFolder {
  private static final String ZIP = ".zip";

  /** Eighteen digits always fit a {@code long}. */
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  private ModelFolder() {}

  /**
   * A bundle that was found.
   *
   * @param name of the model
   * @param number of the version; empty where the folders do not tell
   * @param path of the bundle
   */
  public record Entry(String name, Optional<Long> number, Path path) {}

  /**
   * The bundles of a folder, by name and version.
   *
   * @throws InputException when there is none
   */
  public static List<Entry> entries(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new InputException(
          "No models at %s: name a folder of bundles with --models".formatted(folder));
    }
    if (isBundle(folder)) {
      return List.of(entry(folder));
    }
    if (RunProgress.isRun(folder)) {
      throw new InputException(
          "Run %s has no bundle yet: train --resume goes on with it".formatted(folder));
    }
    List<Path> bundles = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    for (Path path : list(folder)) {
      if (isBundle(path)) {
        bundles.add(path);
      } else {
        entries.addAll(versions(path, list(path).stream().filter(ModelFolder::isBundle).toList()));
      }
    }
    List<Entry> own = entries.isEmpty() ? versions(folder, bundles) : List.of();
    if (!own.isEmpty() && own.size() == bundles.size()) {
      return own;
    }
    for (Path bundle : bundles) {
      entries.add(entry(bundle));
    }
    if (entries.isEmpty()) {
      throw new InputException(
          "%s holds no bundle (a folder with model.json, or a zip of one): name another with --models"
              .formatted(folder));
    }
    return entries;
  }

  /** Those bundles of a model's folder whose names are numbers. */
  private static List<Entry> versions(Path folder, List<Path> bundles) throws IOException {
    List<Entry> versions = new ArrayList<>();
    for (Path bundle : bundles) {
      String name = nameOf(bundle);
      if (NUMBER.matcher(name).matches()) {
        versions.add(new Entry(nameOf(folder), Optional.of(Long.parseLong(name)), bundle));
      }
    }
    return versions;
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder) || !Files.isReadable(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(path -> !AtomicFiles.isPartial(path)).sorted().toList();
    }
  }

  /** A model without a version's number, named as its folder is; a run's bundle as the run. */
  private static Entry entry(Path path) throws IOException {
    return new Entry(nameOf(path), Optional.empty(), Bundle.at(path));
  }

  private static boolean isBundle(Path path) {
    return Files.isRegularFile(Bundle.at(path).resolve(Bundle.MODEL_JSON))
        || (path.toString().toLowerCase(Locale.ROOT).endsWith(ZIP) && Files.isRegularFile(path));
  }

  private static String nameOf(Path path) throws IOException {
    Path last = path.toRealPath().getFileName();
    String name = last == null ? "model" : last.toString();
    return name.toLowerCase(Locale.ROOT).endsWith(ZIP)
        ? name.substring(0, name.length() - ZIP.length())
        : name;
  }
}
