package org.senoscope.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.arrays.Copies;
import org.senoscope.arrays.ExportArrays;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.split.Split;
import org.senoscope.study.Task;
import org.senoscope.train.Recipe;
import org.senoscope.train.RecipeImages;
import org.senoscope.work.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code senoscope arrays DATASET --recipe R --out DIR}. */
@Command(
    name = "arrays",
    mixinStandardHelpOptions = true,
    description =
        "Write a data set's prepared images as NumPy arrays: images, labels, names, parts, groups.",
    footer = {
      "",
      "Copies are made after the split, of the training part alone: turns by 90 degrees and",
      "mirrorings (8), and each again with another brightness or contrast (16).",
      "",
      "  senoscope arrays data/mias --recipe mias.yaml --out arrays",
      "  senoscope arrays data/mias --recipe mias.yaml --variants 16 --per-class 528 --out a.npz"
    })
final class ArraysCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DATASET", description = "A data set's folder, made by import.")
  private Path folder;

  @Option(
      names = "--recipe",
      required = true,
      paramLabel = "RECIPE",
      description = "Whose preprocessing, task and (where there is no split yet) split to take.")
  private String recipe;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR|FILE.npz",
      description = "A new folder for .npy files, or one .npz file.")
  private Path out;

  @Option(
      names = "--variants",
      paramLabel = "N",
      description = "Of each training image, itself included: 1 (by default) to 16.")
  private int variants = 1;

  @Option(
      names = "--per-class",
      paramLabel = "N",
      description = "So many training images for each label, repeating or leaving out.")
  private @Nullable Integer perClass;

  @Option(
      names = "--fold",
      paramLabel = "FOLD",
      description = "Of a split with folds: the one that becomes the test part, such as fold1.")
  private @Nullable String fold;

  @Option(
      names = "--type",
      description = "One of ${COMPLETION-CANDIDATES}: 0 to 255 (by default) or 0 to 1.")
  private ExportArrays.Type type = ExportArrays.Type.UINT8;

  @Option(
      names = "--channels",
      paramLabel = "N",
      description = "1 (by default), or 3 for the grey image three times.")
  private int channels = 1;

  @Option(names = "--seed", paramLabel = "N", description = "Of the choice with --per-class; 1.")
  private long seed = 1;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    Recipe read = Home.recipe(recipe);
    Copies copies =
        new Copies(
            variants, perClass == null ? OptionalInt.empty() : OptionalInt.of(perClass), seed);
    Dataset dataset = Dataset.open(folder);
    // Splits by the recipe's rule where there is no split yet.
    var _ = RecipeImages.assignments(read, dataset, output.progress());
    ObjectNode json =
        new ExportArrays(dataset, Split.read(dataset), Groups.read(dataset.groupsFile()))
            .run(
                new ExportArrays.Request(
                    read.preprocessing(),
                    task(read, dataset),
                    Optional.ofNullable(fold),
                    copies,
                    type,
                    channels),
                out,
                output.progress());
    output.result(json, text(json));
    return 0;
  }

  /** The recipe's first task, with its labels or those that the data set has. */
  private static Task task(Recipe recipe, Dataset dataset) throws IOException {
    String name = recipe.tasks().getFirst();
    List<String> listed = recipe.labels().get(name);
    if (listed != null) {
      return new Task(name, listed);
    }
    TreeSet<String> found = new TreeSet<>();
    for (ManifestRow row : dataset.rows()) {
      row.label(name).ifPresent(found::add);
    }
    if (found.size() < 2) {
      throw new InputException(
          "Task %s of data set %s has the labels %s; arrays need two or more"
              .formatted(name, dataset.name(), found));
    }
    return new Task(name, Task.order(name, found));
  }

  private String text(JsonNode json) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, JsonNode> part : json.path("parts").properties()) {
      text.append(
          "%-10s %d images of %d"
              .formatted(
                  part.getKey(),
                  part.getValue().path("images").asInt(),
                  part.getValue().path("sources").asInt()));
      for (Map.Entry<String, JsonNode> label : part.getValue().path("labels").properties()) {
        text.append(", %s %d".formatted(label.getKey(), label.getValue().asInt()));
      }
      text.append('\n');
    }
    return text + "written to " + out;
  }
}
