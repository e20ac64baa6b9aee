package org.senoscope.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.importer.ImportDataset;
import org.senoscope.dataset.importer.ImportOptions;
import org.senoscope.dataset.importer.formats.Importers;
import org.senoscope.split.Parts;
import org.senoscope.split.Split;
import org.senoscope.split.SplitDataset;
import org.senoscope.study.Modality;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;
import org.senoscope.work.Suggestions;

/** The images that a recipe is trained on, imported and split where that was not done before. */
public final class RecipeImages {
  private static final List<String> OPTIONS =
      List.of("task", "modality", "patientPattern", "labels", "columns");

  private RecipeImages() {}

  /**
   * The data set that is named, or the recipe's own.
   *
   * @param named by the user
   * @param home what the recipe's own path is relative to
   * @param imported where the recipe's own data set is put, under the recipe's name
   */
  public static Dataset dataset(
      Recipe recipe, Optional<Path> named, Path home, Path imported, Progress progress)
      throws IOException {
    if (named.isPresent()) {
      return Dataset.open(named.get());
    }
    Recipe.Source source =
        recipe
            .data()
            .orElseThrow(
                () ->
                    new InputException(
                        "Recipe %s names no images of its own; name a data set with --data"
                            .formatted(recipe.name())));
    Path target = imported.resolve(recipe.name());
    if (!Files.exists(target)) {
      ImportDataset.run(
          Importers.of(source.importer(), home.resolve(source.path()), details(source.options())),
          target,
          ImportOptions.DEFAULT,
          progress);
    }
    return Dataset.open(target);
  }

  private static Importers.Details details(Map<String, String> options) {
    for (String key : options.keySet()) {
      if (!OPTIONS.contains(key)) {
        throw new InputException(
            "The recipe's data.options: " + Suggestions.unknown("option", key, OPTIONS));
      }
    }
    String modality = options.getOrDefault("modality", "");
    List<String> labels = new ArrayList<>();
    if (options.containsKey("labels")) {
      labels.addAll(List.of(options.getOrDefault("labels", "").split(",", -1)));
    }
    return new Importers.Details(
        options.getOrDefault("task", ""),
        modality.isEmpty()
            ? Optional.empty()
            : Optional.of(Modality.valueOf(modality.toUpperCase(Locale.ROOT))),
        options.getOrDefault("patientPattern", ""),
        labels,
        options.getOrDefault("columns", ""));
  }

  /** The data set's split; one by the recipe's rule is made where there is none. */
  public static Assignments assignments(Recipe recipe, Dataset dataset, Progress progress)
      throws IOException {
    if (!Files.exists(dataset.splitFile())) {
      Recipe.SplitRule rule = recipe.split();
      Parts parts =
          rule.folds() > 0
              ? Parts.folds(rule.folds())
              : Parts.holdout(
                  String.join("/", rule.holdout().stream().map(String::valueOf).toList()));
      SplitDataset.run(
          dataset, parts, Optional.of(recipe.tasks().getFirst()), rule.seed(), progress);
    }
    return Assignments.of(Split.read(dataset), Groups.read(dataset.groupsFile()));
  }
}
