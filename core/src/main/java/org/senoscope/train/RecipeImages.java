package org.senoscope.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.importer.ImportDataset;
import org.senoscope.dataset.importer.ImportOptions;
import org.senoscope.dataset.importer.formats.Importers;
import org.senoscope.split.Parts;
import org.senoscope.split.Split;
import org.senoscope.split.SplitDataset;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/** The images that a recipe is trained on, imported and split where that was not done before. */
public final class RecipeImages {
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
          Importers.of(source.importer(), home.resolve(source.path()), source.details()),
          target,
          ImportOptions.DEFAULT,
          progress);
    }
    return Dataset.open(target);
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
    return assignments(dataset);
  }

  /**
   * The split that a data set has, dealt anew with the seeds that follow its own.
   *
   * @param count of cross-validations in all, the split's own being the first
   * @throws InputException when the split has no folds to be dealt anew
   */
  public static List<Repeat> repeats(Dataset dataset, int count) throws IOException {
    List<Repeat> repeats = new ArrayList<>();
    if (count > 1) {
      Split first = Split.read(dataset);
      Groups groups = groups(dataset, first);
      for (int number = 2; number <= count; number++) {
        long seed = first.seed() + number - 1;
        Split again = SplitDataset.again(dataset, first, seed);
        repeats.add(new Repeat(number, seed, Assignments.of(again, groups)));
      }
    }
    return repeats;
  }

  /** The split that a data set has. */
  public static Assignments assignments(Dataset dataset) throws IOException {
    Split split = Split.read(dataset);
    return Assignments.of(split, groups(dataset, split));
  }

  private static Groups groups(Dataset dataset, Split split) throws IOException {
    return split.demonstratesLeakage() && !Files.exists(dataset.groupsFile())
        ? Groups.alone(split.assignments().keySet())
        : Groups.read(dataset.groupsFile());
  }
}
