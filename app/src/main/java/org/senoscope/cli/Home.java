package org.senoscope.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.senoscope.train.Recipe;
import org.senoscope.train.RecipeReader;
import org.senoscope.work.InputException;
import org.senoscope.work.Suggestions;

/** What comes with this checkout: recipes, samples, models. The launcher says where it lies. */
final class Home {
  private Home() {}

  /** The checkout's folder. */
  static Path folder() {
    return Path.of(System.getProperty("senoscope.home", "."));
  }

  /** The models that come with it. */
  static Path models() {
    return folder().resolve("models");
  }

  /** The sample images that come with it, one folder per label. */
  static Path samples() {
    return folder().resolve("samples").resolve("ultrasound");
  }

  /** The names of the recipes that come with it. */
  static List<String> recipes() throws IOException {
    Path recipes = folder().resolve("recipes");
    if (!Files.isDirectory(recipes)) {
      return List.of();
    }
    try (var files = Files.list(recipes)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.length() - ".yaml".length()))
          .sorted()
          .toList();
    }
  }

  /** The file of a recipe that comes with it. */
  static Path recipeFile(String name) throws IOException {
    Path file = folder().resolve("recipes").resolve(name + ".yaml");
    if (!name.matches("[A-Za-z0-9._-]+") || !Files.isRegularFile(file)) {
      throw new InputException(Suggestions.unknown("recipe", name, recipes()));
    }
    return file;
  }

  /** Reads a recipe's file, or the one of that name that comes with it. */
  static Recipe recipe(String fileOrName) throws IOException {
    Path file = Path.of(fileOrName);
    if (Files.isRegularFile(file)) {
      return RecipeReader.read(file);
    }
    Path inHome = folder().resolve(fileOrName);
    if (Files.isRegularFile(inHome)) {
      return RecipeReader.read(inHome);
    }
    return RecipeReader.read(recipeFile(fileOrName));
  }

  /** Where initial weights are looked for, in order. */
  static List<Path> weightFolders() {
    List<Path> folders = new ArrayList<>();
    String weights = System.getenv("SENOSCOPE_WEIGHTS");
    if (weights != null && !weights.isBlank()) {
      folders.add(Path.of(weights));
    }
    String data = System.getenv("SENOSCOPE_DATA");
    if (data != null && !data.isBlank()) {
      folders.add(Path.of(data).resolveSibling("weights"));
    }
    folders.add(folder().resolve("weights"));
    folders.add(folder().resolveSibling("shared").resolve("weights"));
    return folders;
  }
}
