package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.senoscope.files.Json;

/** {@code docs/recipes.md} is what the reader reads: its example, its keys and its list. */
class RecipesDocumentTest {
  private static final Path RECIPES = Path.of("..", "recipes");

  private static String document() throws IOException {
    return Files.readString(Path.of("..", "docs", "recipes.md"));
  }

  private static String example() throws IOException {
    Matcher block = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(document());
    assertThat(block.find()).isTrue();
    return block.group(1);
  }

  @Test
  void theExampleIsARecipe() throws IOException {
    Recipe recipe = RecipeReader.parse(example(), "docs/recipes.md");
    assertThat(recipe.training().perClass()).contains(100);
  }

  @Test
  void everyKeyOfARecipeThatComesAlongIsDescribed() throws IOException {
    Set<String> known = keys(Json.parseYaml(example(), "example"));
    String text = document();
    try (var files = Files.list(RECIPES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
        for (String key : keys(Json.parseYaml(Files.readString(file), file.toString()))) {
          String last = key.substring(key.lastIndexOf('.') + 1);
          assertThat(known.contains(key) || text.contains(last + ":") || text.contains("`" + key))
              .as("%s of %s", key, file.getFileName())
              .isTrue();
        }
        String name = file.getFileName().toString().replace(".yaml", "");
        assertThat(text).contains("`" + name + "`");
      }
    }
  }

  /** Sections' keys as {@code training.rate}. */
  private static Set<String> keys(JsonNode yaml) {
    Set<String> keys = new TreeSet<>();
    yaml.properties()
        .forEach(
            entry -> {
              keys.add(entry.getKey());
              if (entry.getValue().isObject() && !entry.getKey().equals("labels")) {
                entry
                    .getValue()
                    .propertyStream()
                    .forEach(e -> keys.add(entry.getKey() + "." + e.getKey()));
              }
            });
    return keys;
  }
}
