package org.senoscope.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.dataset.Dataset;
import org.senoscope.files.Json;
import org.senoscope.train.DefaultRecipe;
import org.senoscope.train.Recipe;
import org.senoscope.train.RecipeReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code senoscope recipes [NAME]}. */
@Command(
    name = "recipes",
    description = "List the recipes that come with Senoscope, or show one with its comments.",
    mixinStandardHelpOptions = true)
final class RecipesCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The recipe to show; save it, change it, and train it as a file.")
  private @Nullable String name;

  @Option(
      names = "--for",
      paramLabel = "DATASET",
      description = "Print a sensible recipe for a data set of your own, to be saved and changed.")
  private @Nullable Path dataset;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    if (dataset != null) {
      String text = DefaultRecipe.text(Dataset.open(dataset), Home.weightFolders());
      output.result(Json.object("recipe").put("name", "default").put("text", text), text);
      return 0;
    }
    if (name != null) {
      String text = Files.readString(Home.recipeFile(name));
      output.result(Json.object("recipe").put("name", name).put("text", text), text);
      return 0;
    }
    ObjectNode json = Json.object("recipes");
    var list = json.putArray("recipes");
    StringBuilder text = new StringBuilder();
    for (String each : Home.recipes()) {
      Recipe recipe = RecipeReader.read(Home.recipeFile(each));
      list.addObject().put("name", each).put("description", recipe.description());
      text.append("%-24s %s%n".formatted(each, recipe.description()));
    }
    output.result(json, text.toString());
    return 0;
  }
}
