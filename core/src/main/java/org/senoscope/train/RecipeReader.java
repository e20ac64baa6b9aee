package org.senoscope.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.files.Json;
import org.senoscope.image.Preprocessing;
import org.senoscope.model.InputDescription;
import org.senoscope.nn.Precision;
import org.senoscope.work.InputException;

/** Reads recipes. All faults of one are reported at once; nothing in a recipe is ignored. */
public final class RecipeReader {
  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

  private final List<String> faults = new ArrayList<>();

  private RecipeReader() {}

  /**
   * Reads a recipe's file.
   *
   * @throws InputException with every fault, each on a line of its own where there are several
   */
  public static Recipe read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "There is no recipe %s; senoscope recipes lists those at hand".formatted(file));
    }
    return parse(Files.readString(file), file.toString());
  }

  /** Reads a recipe's text; {@code what} names it in errors. */
  public static Recipe parse(String text, String what) {
    return new RecipeReader().recipe(Json.parseYaml(text, what), text, what);
  }

  private Recipe recipe(JsonNode yaml, String text, String what) {
    Settings top = new Settings("", yaml, faults);
    String name = top.text("name", "");
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
      faults.add("name must be 1 to 64 letters, digits, dots or dashes, was \"" + name + "\"");
    }
    String version = top.text("version", "1");
    String description = top.text("description", "");
    Optional<Recipe.Source> source = source(top);
    List<String> tasks = new ArrayList<>(top.texts("tasks"));
    top.text("task").ifPresent(task -> tasks.add(0, task));
    if (tasks.isEmpty()) {
      faults.add("task must name the label to learn, such as task: pathology");
    }
    if (tasks.stream().map(task -> task.toLowerCase(java.util.Locale.ROOT)).distinct().count()
        < tasks.size()) {
      faults.add("tasks must differ by more than case, was " + tasks);
    }
    Map<String, List<String>> labels = labels(top, tasks);
    Preprocessing preprocessing = preprocessing(top);
    InputDescription input = input(top, preprocessing);
    Augmentation augmentation = augmentation(top.section("augmentation"));
    Recipe.NetworkChoice network = network(top.section("network"));
    Recipe.Training training = training(top.section("training"));
    boolean mirrored = top.flag("mirroredAveraging", false);
    Recipe.SplitRule split = split(top.section("split"));
    top.end();
    if (!faults.isEmpty()) {
      throw new InputException(
          faults.size() == 1
              ? what + ": " + faults.getFirst()
              : "%s has %d faults:\n  %s"
                  .formatted(what, faults.size(), String.join("\n  ", faults)));
    }
    return new Recipe(
        name,
        version,
        description,
        source,
        tasks,
        labels,
        preprocessing,
        input,
        augmentation,
        network,
        training,
        mirrored,
        split,
        text);
  }

  private Optional<Recipe.Source> source(Settings top) {
    if (!top.has("data")) {
      return Optional.empty();
    }
    Settings section = top.section("data");
    Map<String, String> options = new LinkedHashMap<>();
    JsonNode given = section.raw("options");
    given.fieldNames().forEachRemaining(key -> options.put(key, given.path(key).asText()));
    String importer = section.text("importer", "");
    String path = section.text("path", "");
    if (importer.isEmpty() || path.isEmpty()) {
      faults.add("data must name its importer and path");
    }
    section.end();
    return Optional.of(new Recipe.Source(importer, path, options));
  }

  private Map<String, List<String>> labels(Settings top, List<String> tasks) {
    Map<String, List<String>> labels = new LinkedHashMap<>();
    JsonNode given = top.raw("labels");
    if (given.isArray()) {
      if (tasks.size() == 1) {
        labels.put(tasks.getFirst(), top.texts("labels"));
      } else {
        faults.add(
            "labels of several tasks must be given by task, such as labels: {density: [1, 2]}");
      }
    } else if (given.isObject()) {
      Settings section = top.section("labels");
      for (String task : tasks) {
        if (section.has(task)) {
          labels.put(task, section.texts(task));
        }
      }
      section.end();
    }
    return labels;
  }

  private Preprocessing preprocessing(Settings top) {
    JsonNode steps = top.raw("preprocessing");
    if (steps.isMissingNode() || steps.isEmpty()) {
      faults.add(
          "preprocessing must be a list of steps that ends at the input's size, such as"
              + " - {step: resize, height: 224, width: 224, fit: pad}");
      return new Preprocessing(List.of());
    }
    try {
      return Preprocessing.parse(steps);
    } catch (InputException e) {
      faults.add(String.valueOf(e.getMessage()));
      return new Preprocessing(List.of());
    }
  }

  private InputDescription input(Settings top, Preprocessing preprocessing) {
    Settings section = top.section("input");
    int channels = section.whole("channels", 3, 1, 3);
    if (channels == 2) {
      faults.add("input.channels must be 1 or 3, was 2");
      channels = 1;
    }
    List<Double> mean =
        section.reals("mean", channels == 3 ? IMAGENET_MEAN : List.of(0.5), channels, -10, 10);
    List<Double> std =
        section.reals("std", channels == 3 ? IMAGENET_STD : List.of(0.25), channels, 1e-6, 1e6);
    section.end();
    var tried = preprocessing.apply(new org.senoscope.image.GreyImage(16, 24, new float[16 * 24]));
    var other = preprocessing.apply(new org.senoscope.image.GreyImage(31, 17, new float[31 * 17]));
    if (tried.height() != other.height() || tried.width() != other.width()) {
      faults.add(
          "preprocessing must give every image one size: end it with a step such as"
              + " {step: resize, height: 224, width: 224, fit: pad}");
    }
    return new InputDescription(channels, tried.height(), tried.width(), floats(mean), floats(std));
  }

  private static float[] floats(List<Double> numbers) {
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).floatValue();
    }
    return values;
  }

  private Augmentation augmentation(Settings section) {
    double flip = section.real("flip", 0, 0, 1);
    double flipVertical = section.real("flipVertical", 0, 0, 1);
    double rotation = section.real("rotation", 0, 0, 180);
    List<Double> scale = range(section, "scale");
    double shift = section.real("shift", 0, 0, 1);
    List<Double> gamma = range(section, "gamma");
    double brightness = section.real("brightness", 0, 0, 1);
    double contrast = section.real("contrast", 0, 0, 1);
    section.end();
    return new Augmentation(
        flip,
        flipVertical,
        rotation,
        scale.get(0),
        scale.get(1),
        shift,
        gamma.get(0),
        gamma.get(1),
        brightness,
        contrast);
  }

  private static List<Double> range(Settings section, String key) {
    List<Double> none = List.of(1.0, 1.0);
    List<Double> range = section.reals(key, none, 2, 0.1, 10);
    if (range.get(0) > range.get(1)) {
      section.fault(key, "must rise", section.raw(key));
      return none;
    }
    return range;
  }

  private static Recipe.NetworkChoice network(Settings section) {
    Recipe.NetworkChoice.Family family =
        section.choice(
            "family",
            Recipe.NetworkChoice.Family.EFFICIENTNET_LITE0,
            Settings.choices(
                Map.entry("cnn", Recipe.NetworkChoice.Family.CNN),
                Map.entry("resnet18", Recipe.NetworkChoice.Family.RESNET18),
                Map.entry("efficientnet-lite0", Recipe.NetworkChoice.Family.EFFICIENTNET_LITE0)));
    boolean cnn = family == Recipe.NetworkChoice.Family.CNN;
    boolean lite = family == Recipe.NetworkChoice.Family.EFFICIENTNET_LITE0;
    // Each family asks only for its own keys, so that a key of another family is a fault.
    List<Integer> blocks =
        cnn ? section.wholes("blocks", List.of(32, 64, 128), 1, 4096) : List.of();
    int convolutions = cnn ? section.whole("convolutions", 1, 1, 8) : 1;
    boolean batchNorm = !cnn || section.flag("batchNorm", true);
    double blockDropout = cnn ? section.real("blockDropout", 0, 0, 0.95) : 0;
    List<Integer> dense = cnn ? section.wholes("dense", List.of(), 1, 65536) : List.of();
    double dropout = section.real("dropout", lite ? 0.2 : 0, 0, 0.95);
    double dropPath = lite ? section.real("dropPath", 0.2, 0, 0.95) : 0;
    Optional<String> weights = section.text("weights");
    section.end();
    return new Recipe.NetworkChoice(
        family, blocks, convolutions, batchNorm, blockDropout, dense, dropout, dropPath, weights);
  }

  private static Recipe.Training training(Settings section) {
    double rate = section.real("rate", 1e-3, 0, 10);
    Map<String, Optional<Precision>> precisions = new LinkedHashMap<>();
    precisions.put("auto", Optional.empty());
    for (Precision precision : Precision.values()) {
      precisions.put(precision.label(), Optional.of(precision));
    }
    Recipe.Training training =
        new Recipe.Training(
            section.whole("epochs", 15, 1, 100_000),
            section.whole("batch", 32, 1, 65_536),
            section.choice(
                "optimizer",
                true,
                Settings.choices(Map.entry("adamw", true), Map.entry("adam", false))),
            rate,
            section.real("headRate", rate, 0, 10),
            section.real("weightDecay", 0, 0, 10),
            section.choice(
                "schedule",
                Recipe.Schedule.COSINE,
                Settings.choices(
                    Map.entry("constant", Recipe.Schedule.CONSTANT),
                    Map.entry("cosine", Recipe.Schedule.COSINE),
                    Map.entry("plateau", Recipe.Schedule.PLATEAU))),
            section.real("warmup", 0, 0, 1),
            section.whole("plateauPatience", 3, 1, 100_000),
            section.real("plateauFactor", 0.3, 0, 1),
            section.has("patience")
                ? Optional.of(section.whole("patience", 10, 1, 100_000))
                : Optional.empty(),
            section.real("movingAverage", 0, 0, 0.999999),
            section.choice(
                "classWeights",
                Recipe.ClassWeights.NONE,
                Settings.choices(
                    Map.entry("none", Recipe.ClassWeights.NONE),
                    Map.entry("inverse", Recipe.ClassWeights.INVERSE),
                    Map.entry("sqrt", Recipe.ClassWeights.SQUARE_ROOT))),
            section.real("labelSmoothing", 0, 0, 0.9),
            section.choice("precision", Optional.empty(), precisions),
            section.seed("seed", 1));
    section.end();
    return training;
  }

  private Recipe.SplitRule split(Settings section) {
    int folds = section.whole("folds", 0, 0, 100);
    List<Integer> holdout = section.wholes("holdout", List.of(70, 15, 15), 0, 100);
    if (folds == 1) {
      faults.add("split.folds must be 2 or more, or left out for a hold-out, was 1");
    }
    if (holdout.size() != 3 || holdout.stream().mapToInt(part -> part).sum() != 100) {
      faults.add("split.holdout must be three percentages that make 100, was " + holdout);
    }
    long seed = section.seed("seed", 1);
    section.end();
    return new Recipe.SplitRule(folds, holdout, seed);
  }
}
