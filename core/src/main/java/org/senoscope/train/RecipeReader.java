package org.senoscope.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.calibration.ConformalSets;
import org.senoscope.dataset.importer.formats.Importers;
import org.senoscope.evaluate.metrics.OperatingPoint;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.steps.CropRoi;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.Resize;
import org.senoscope.image.steps.Step;
import org.senoscope.model.InputDescription;
import org.senoscope.model.OutputForm;
import org.senoscope.nn.Precision;
import org.senoscope.study.Marks;
import org.senoscope.study.Modality;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Suggestions;

/** Reads recipes. All faults of one are reported at once; nothing in a recipe is ignored. */
public final class RecipeReader {
  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

  /** Name and version stand in the addresses of a server. */
  private static final String PLAIN = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  /** The most pixels of an input: a mammogram's, in full. */
  private static final long LARGEST_INPUT = 4096L * 4096;

  /** What thresholds are chosen by where a recipe does not say. */
  private static final List<String> USUAL_POINTS = List.of("sensitivity>=0.9", "youden");

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
    String version = top.text("version", "1");
    plain("name", name);
    plain("version", version);
    String description = top.text("description", "");
    Optional<Recipe.Source> source = source(top);
    List<String> tasks = new ArrayList<>(top.texts("tasks"));
    top.text("task").ifPresent(task -> tasks.add(0, task));
    if (tasks.isEmpty()) {
      faults.add("task must name the label to learn, such as task: pathology");
    }
    // Each has a file of predictions that is named after it.
    if (tasks.stream()
            .map(task -> task.toLowerCase(java.util.Locale.ROOT).replaceAll("\\W", "_"))
            .distinct()
            .count()
        < tasks.size()) {
      faults.add("tasks must differ by more than case and punctuation, was " + tasks);
    }
    Map<String, List<String>> labels = labels(top, tasks);
    Recipe.Training training = training(top.section("training"));
    boolean mirrored = top.flag("mirroredAveraging", false);
    Recipe.SplitRule split = split(top.section("split"), training);
    boolean calibrates = top.has("calibration");
    Recipe.Calibration calibration = calibration(top.section("calibration"), calibrates);
    boolean learnsMasks = top.has("masks");
    Optional<Recipe.Masks> masks = masks(top.section("masks"), learnsMasks);
    int before = faults.size();
    Preprocessing preprocessing = preprocessing(top);
    InputDescription input = input(top, preprocessing);
    Recipe.NetworkChoice network = network(top.section("network"));
    if (faults.size() == before) {
      checkFit(network, input, masks);
    }
    Augmentation augmentation = augmentation(top.section("augmentation"), input);
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
        calibration,
        masks,
        text);
  }

  private void plain(String key, String text) {
    if (!text.matches(PLAIN)) {
      faults.add(
          "%s must be 1 to 64 letters, digits, dots, dashes or underscores and begin with a letter or digit, was \"%s\""
              .formatted(key, text));
    }
  }

  /** Whether the network can be built for the input, whatever the labels. */
  private void checkFit(
      Recipe.NetworkChoice choice, InputDescription input, Optional<Recipe.Masks> masks) {
    try {
      var _ = Networks.of(choice, input, List.of(new Task("any", List.of("0", "1"))), masks);
    } catch (IllegalArgumentException e) {
      faults.add("network: " + e.getMessage());
    }
  }

  private Optional<Recipe.Source> source(Settings top) {
    if (!top.has("data")) {
      return Optional.empty();
    }
    Settings section = top.section("data");
    String importer = section.text("importer", "");
    String path = section.text("path", "");
    if (importer.isEmpty() || path.isEmpty()) {
      faults.add("data must name its importer and path");
    }
    Importers.Details details = details(section.section("options"));
    section.end();
    if (Importers.NAMES.contains(importer)) {
      faults.addAll(Importers.faults(importer, details, RecipeReader::option));
    } else if (!importer.isEmpty()) {
      faults.add(Suggestions.unknown("data.importer", importer, Importers.NAMES));
    }
    return Optional.of(new Recipe.Source(importer, path, details));
  }

  private Importers.Details details(Settings options) {
    String modality = options.text("modality", "");
    Optional<Modality> known = Modality.of(modality);
    if (known.isEmpty() && !modality.isEmpty()) {
      faults.add(
          Suggestions.unknown(
              "data.options.modality",
              modality,
              Arrays.stream(Modality.values()).map(Modality::name).toList()));
    }
    JsonNode labels = options.raw("labels");
    Importers.Details details =
        new Importers.Details(
            options.text("task", ""),
            known,
            options.text("patientPattern", ""),
            labels.isTextual()
                ? List.of(labels.textValue().split(",", -1))
                : options.texts("labels"),
            options.text("columns", ""));
    options.end();
    return details;
  }

  /** What the command line calls {@code --patient-pattern} is {@code patientPattern} here. */
  private static String option(String name) {
    return "data.options." + (name.equals("patient-pattern") ? "patientPattern" : name);
  }

  private Map<String, List<String>> labels(Settings top, List<String> tasks) {
    Map<String, List<String>> labels = new LinkedHashMap<>();
    int before = faults.size();
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
    } else if (!given.isMissingNode() && !given.isNull()) {
      top.fault("labels", "must be a list, or lists by task", given);
    }
    if (faults.size() == before) {
      labels.forEach(
          (task, words) -> {
            if (new HashSet<>(words).size() < Math.max(2, words.size())) {
              faults.add(
                  "labels of task %s must be two or more different words, was %s"
                      .formatted(task, words));
            }
          });
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
    for (Step step : preprocessing.steps()) {
      if (pixels(step) > LARGEST_INPUT) {
        faults.add(
            "preprocessing: step %s makes %d pixels, more than the %d that are trained on"
                .formatted(step.name(), pixels(step), LARGEST_INPUT));
        return new InputDescription(channels, 1, 1, floats(mean), floats(std));
      }
    }
    GreyImage tried = prepared(preprocessing, 16, 24);
    GreyImage other = prepared(preprocessing, 31, 17);
    if (tried.height() != other.height() || tried.width() != other.width()) {
      faults.add(
          "preprocessing must give every image one size: end it with a step such as"
              + " {step: resize, height: 224, width: 224, fit: pad}");
    }
    return new InputDescription(channels, tried.height(), tried.width(), floats(mean), floats(std));
  }

  /** Of what a step makes of any image, however small; 0 where that depends on the image. */
  private static long pixels(Step step) {
    return switch (step) {
      case Resize to -> (long) to.height() * to.width();
      case CropRoi cut -> (long) cut.window().orElse(0) * cut.window().orElse(0);
      default -> 0;
    };
  }

  private static GreyImage prepared(Preprocessing preprocessing, int height, int width) {
    GreyImage black = new GreyImage(height, width, new float[height * width]);
    return preprocessing.prepare(black, Marks.NONE).image();
  }

  private static float[] floats(List<Double> numbers) {
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).floatValue();
    }
    return values;
  }

  private Augmentation augmentation(Settings section, InputDescription input) {
    double flip = section.real("flip", 0, 0, 1);
    double flipVertical = section.real("flipVertical", 0, 0, 1);
    double rotation = section.real("rotation", 0, 0, 180);
    List<Double> scale = range(section, "scale");
    double shift = section.real("shift", 0, 0, 1);
    List<Double> gamma = range(section, "gamma");
    double brightness = section.real("brightness", 0, 0, 1);
    double contrast = section.real("contrast", 0, 0, 1);
    boolean quarterTurns = section.flag("quarterTurns", false);
    Acquisition acquisition =
        new Acquisition(
            section.real("speckle", 0, 0, 1),
            section.real("depthGain", 0, 0, 1),
            section.real("shadow", 0, 0, 1),
            section.real("blur", 0, 0, 10));
    section.end();
    if (quarterTurns && input.height() != input.width()) {
      faults.add(
          "augmentation.quarterTurns needs a square input, was %d × %d: resize to a square, or leave it out"
              .formatted(input.height(), input.width()));
    }
    boolean fromAbove = acquisition.depthGain() > 0 || acquisition.shadow() > 0;
    if (fromAbove && (quarterTurns || flipVertical > 0)) {
      faults.add(
          "augmentation.depthGain and shadow take the sound to come from above, which flipVertical and quarterTurns change: leave out the one or the other");
    }
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
        contrast,
        quarterTurns,
        acquisition);
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
    boolean activationFirst = cnn && section.flag("activationFirst", false);
    double blockDropout = cnn ? section.real("blockDropout", 0, 0, 0.95) : 0;
    List<Integer> dense = cnn ? section.wholes("dense", List.of(), 1, 65536) : List.of();
    double dropout = section.real("dropout", lite ? 0.2 : 0, 0, 0.95);
    double dropPath = lite ? section.real("dropPath", 0.2, 0, 0.95) : 0;
    OutputForm output =
        section.choice(
            "output",
            OutputForm.SOFTMAX,
            Settings.choices(
                Map.entry("softmax", OutputForm.SOFTMAX),
                Map.entry("sigmoid", OutputForm.SIGMOID)));
    Optional<String> weights = section.text("weights");
    int frozenStages = section.whole("frozenStages", 0, 0, 100);
    section.end();
    return new Recipe.NetworkChoice(
        family,
        blocks,
        convolutions,
        batchNorm,
        activationFirst,
        blockDropout,
        dense,
        dropout,
        dropPath,
        output,
        weights,
        frozenStages);
  }

  private Recipe.Training training(Settings section) {
    double rate = section.real("rate", 1e-3, 0, 10);
    Map<String, Optional<Precision>> precisions = new LinkedHashMap<>();
    precisions.put("auto", Optional.empty());
    for (Precision precision : Precision.values()) {
      precisions.put(precision.label(), Optional.of(precision));
    }
    Map<String, Recipe.FinalModel> finals = new LinkedHashMap<>();
    for (Recipe.FinalModel each : Recipe.FinalModel.values()) {
      finals.put(each.text(), each);
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
            classWeights(section),
            section.real("logitAdjustment", 0, 0, 2),
            section.has("perClass")
                ? Optional.of(section.whole("perClass", 1, 1, 1_000_000))
                : Optional.empty(),
            section.real("labelSmoothing", 0, 0, 0.9),
            section.choice("precision", Optional.empty(), precisions),
            section.seed("seed", 1),
            section.choice("final", Recipe.FinalModel.ONE_NETWORK, finals));
    section.end();
    if (training.logitAdjustment() > 0
        && (training.classWeights().power() > 0 || training.perClass().isPresent())) {
      faults.add(
          "training.logitAdjustment takes out how frequent labels are, and so does training.%s: leave out the one or the other"
              .formatted(training.perClass().isPresent() ? "perClass" : "classWeights"));
    }
    return training;
  }

  /** A word, or the power itself. */
  private static Recipe.ClassWeights classWeights(Settings section) {
    if (section.isNumber("classWeights")) {
      return new Recipe.ClassWeights(section.real("classWeights", 0, 0, 1));
    }
    return section.choice(
        "classWeights",
        Recipe.ClassWeights.NONE,
        Settings.choices(
            Map.entry("none", Recipe.ClassWeights.NONE),
            Map.entry("inverse", Recipe.ClassWeights.INVERSE),
            Map.entry("sqrt", Recipe.ClassWeights.SQUARE_ROOT)));
  }

  private Recipe.Calibration calibration(Settings section, boolean wanted) {
    double level = section.real("level", ConformalSets.USUAL_LEVEL, 0.5, 0.999);
    boolean nested = section.flag("nested", false);
    List<String> texts =
        section.has("operatingPoints") ? section.texts("operatingPoints") : USUAL_POINTS;
    section.end();
    List<OperatingPoint.Rule> rules = new ArrayList<>();
    for (String text : texts) {
      try {
        rules.add(OperatingPoint.Rule.parse(text));
      } catch (InputException e) {
        faults.add("calibration.operatingPoints: " + e.getMessage());
      }
    }
    return new Recipe.Calibration(wanted, level, nested, rules);
  }

  private static Optional<Recipe.Masks> masks(Settings section, boolean wanted) {
    Recipe.Masks masks =
        new Recipe.Masks(
            section.real("weight", 1, 1e-6, 100),
            section.whole("width", 64, 1, 1024),
            section.flag("guides", false),
            section.texts("none"));
    section.end();
    return wanted ? Optional.of(masks) : Optional.empty();
  }

  private Recipe.SplitRule split(Settings section, Recipe.Training training) {
    int folds = section.whole("folds", 0, 0, 100);
    List<Integer> holdout = section.wholes("holdout", List.of(70, 15, 15), 0, 100);
    if (folds == 1) {
      faults.add("split.folds must be 2 or more, or left out for a hold-out, was 1");
    }
    if (holdout.size() != 3 || holdout.stream().mapToInt(part -> part).sum() != 100) {
      faults.add("split.holdout must be three percentages that make 100, was " + holdout);
    } else if (holdout.getFirst() == 0 || holdout.getFirst() == 100) {
      faults.add(
          "split.holdout must leave some for training and some for another part, was " + holdout);
    } else if (folds == 0 && training.choosesOnValidation() && holdout.get(1) == 0) {
      faults.add(
          "split.holdout must leave some for validation, on which training.patience or the schedule"
              + " plateau choose, was "
              + holdout);
    }
    if (folds == 2 && training.choosesOnValidation()) {
      faults.add(
          "split.folds must be 3 or more (one to score, one on which training.patience or the"
              + " schedule plateau choose, the rest to learn from), was 2");
    }
    long seed = section.seed("seed", 1);
    section.end();
    return new Recipe.SplitRule(folds, holdout, seed);
  }
}
