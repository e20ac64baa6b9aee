package org.senoscope.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.senoscope.files.AtomicFiles;
import org.senoscope.model.Bundle;
import org.senoscope.model.Predictor;
import org.senoscope.server.http.Problem;
import org.senoscope.work.InputException;

/** The models that are served, each loaded and warmed up once. Safe for several threads. */
final class ModelShelf implements AutoCloseable {
  private final NavigableMap<String, ServedModel> models;

  private ModelShelf(NavigableMap<String, ServedModel> models) {
    this.models = Collections.unmodifiableNavigableMap(models);
  }

  /**
   * Loads every bundle of a folder: folders with a {@code model.json}, and zips.
   *
   * @param folder of bundles, or one bundle
   * @param threads that work on one inference
   * @throws InputException when there is none, or one of them is not whole
   */
  static ModelShelf open(Path folder, int threads) throws IOException {
    NavigableMap<String, ServedModel> models = new TreeMap<>();
    try {
      for (Path path : bundles(folder)) {
        Bundle bundle = Bundle.open(path);
        String name = nameOf(path);
        Predictor predictor = Predictor.open(bundle, threads);
        if (models.put(name, new ServedModel(name, predictor, bundle.readText(Bundle.README)))
            != null) {
          throw new InputException(
              "%s holds two models named %s, a folder and a zip: remove one"
                  .formatted(folder, name));
        }
        predictor.warmUp();
      }
    } catch (IOException | RuntimeException e) {
      models.values().forEach(model -> model.predictor().close());
      throw e;
    }
    return new ModelShelf(models);
  }

  /** All models, by name. */
  List<ServedModel> all() {
    return List.copyOf(models.values());
  }

  /**
   * The model of a name; without a name, the only one there is.
   *
   * @throws org.senoscope.server.http.ProblemException when there is none of that name, or no name
   *     and several models
   */
  ServedModel find(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      if (models.size() == 1) {
        return models.firstEntry().getValue();
      }
      throw Problem.BAD_PARAMETER.because("Say ?model=, one of: " + names());
    }
    ServedModel model = models.get(name);
    if (model == null) {
      String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
      throw Problem.UNKNOWN_MODEL.because(
          "No model is named \"%s\"; there is: %s".formatted(shown, names()));
    }
    return model;
  }

  @Override
  public void close() {
    models.values().forEach(model -> model.predictor().close());
  }

  private String names() {
    return String.join(", ", models.keySet());
  }

  private static List<Path> bundles(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new InputException(
          "No models at %s: name a folder of bundles with --models".formatted(folder));
    }
    if (isBundle(folder)) {
      return List.of(folder);
    }
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> entries = Files.list(folder)) {
        entries
            .filter(path -> isBundle(path) && !AtomicFiles.isPartial(path))
            .sorted()
            .forEach(found::add);
      }
    }
    if (found.isEmpty()) {
      throw new InputException(
          "%s holds no bundle (a folder with model.json, or a zip of one): name another with --models"
              .formatted(folder));
    }
    return found;
  }

  private static boolean isBundle(Path path) {
    return Files.isRegularFile(path.resolve(Bundle.MODEL_JSON))
        || (path.toString().toLowerCase(Locale.ROOT).endsWith(".zip") && Files.isRegularFile(path));
  }

  private static String nameOf(Path path) throws IOException {
    Path last = path.toRealPath().getFileName();
    String name = last == null ? "model" : last.toString();
    return name.toLowerCase(Locale.ROOT).endsWith(".zip")
        ? name.substring(0, name.length() - ".zip".length())
        : name;
  }
}
