package org.senoscope.server.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.senoscope.model.Bundle;
import org.senoscope.model.Predictor;
import org.senoscope.model.Variant;
import org.senoscope.server.http.Problem;
import org.senoscope.work.InputException;

/**
 * The models that are served, each loaded and warmed up once. A model may have several versions:
 * the highest is the one that answers unless a caller asks for another. Safe for several threads.
 */
public final class ModelShelf implements AutoCloseable {
  private final NavigableMap<String, NavigableMap<Long, ServedModel>> models;

  private ModelShelf(NavigableMap<String, NavigableMap<Long, ServedModel>> models) {
    this.models = Collections.unmodifiableNavigableMap(models);
  }

  /**
   * Loads every bundle of a folder, laid out as {@link ModelFolder} says.
   *
   * @param folder of bundles, or one bundle
   * @param threads that work on one inference
   * @param variant in which numbers models answer that carry it; the others answer in floats
   * @throws InputException when there is none, or one of them is not whole
   */
  public static ModelShelf open(Path folder, int threads, Variant variant) throws IOException {
    NavigableMap<String, NavigableMap<Long, ServedModel>> models = new TreeMap<>();
    ModelShelf shelf = new ModelShelf(models);
    try {
      for (ModelFolder.Entry entry : ModelFolder.entries(folder)) {
        Bundle bundle = Bundle.open(entry.path());
        long number = entry.number().orElse(ServedModel.ownNumber(bundle.description().version()));
        Predictor predictor =
            Predictor.open(
                bundle,
                bundle.has(variant) ? variant : Variant.FLOAT,
                threads,
                Runtime.getRuntime().availableProcessors());
        ServedModel model =
            new ServedModel(entry.name(), number, predictor, bundle.readText(Bundle.README));
        ServedModel other =
            models.computeIfAbsent(entry.name(), _ -> new TreeMap<>()).putIfAbsent(number, model);
        if (other != null) {
          predictor.close();
          throw new InputException(
              "%s holds model %s, version %d twice: %s and %s; remove one"
                  .formatted(
                      folder,
                      entry.name(),
                      number,
                      other.predictor().bundle().path().getFileName(),
                      entry.path().getFileName()));
        }
        predictor.warmUp();
      }
    } catch (IOException | RuntimeException e) {
      shelf.close();
      throw e;
    }
    return shelf;
  }

  /** The latest version of each model, by name. */
  public List<ServedModel> all() {
    return models.values().stream().map(versions -> versions.lastEntry().getValue()).toList();
  }

  /** A model's versions, ascending; empty where none has this name. */
  public NavigableMap<Long, ServedModel> versions(String name) {
    return Collections.unmodifiableNavigableMap(
        Objects.requireNonNullElse(models.get(name), Collections.emptyNavigableMap()));
  }

  /**
   * The latest version of the model of a name; without a name, of the only one there is.
   *
   * @throws org.senoscope.server.http.ProblemException when there is none of that name, or no name
   *     and several models
   */
  public ServedModel find(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      if (models.size() == 1) {
        return all().getFirst();
      }
      throw Problem.BAD_PARAMETER.because("Say ?model=, one of: " + names());
    }
    NavigableMap<Long, ServedModel> versions = models.get(name);
    if (versions == null) {
      String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
      throw Problem.UNKNOWN_MODEL.because(
          "No model is named \"%s\"; there is: %s".formatted(shown, names()));
    }
    return versions.lastEntry().getValue();
  }

  @Override
  public void close() {
    List<ServedModel> all = new ArrayList<>();
    models.values().forEach(versions -> all.addAll(versions.values()));
    all.forEach(model -> model.predictor().close());
  }

  private String names() {
    return String.join(", ", models.keySet());
  }
}
