package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Manifest;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.files.Json;
import org.senoscope.study.Modality;
import org.senoscope.work.InputException;

class DefaultRecipeTest {
  @TempDir private Path folder;

  private Dataset dataset(
      Optional<Modality> modality, int side, int images, List<String> labels, String name)
      throws IOException {
    try (Writer out = Files.newBufferedWriter(folder.resolve("manifest.csv"));
        Manifest.Output manifest = new Manifest.Output(out, List.of("class"))) {
      for (int i = 0; i < images; i++) {
        manifest.write(
            new ManifestRow(
                "images/%05d.png".formatted(i),
                "0".repeat(64),
                modality,
                "",
                "",
                Optional.empty(),
                Optional.empty(),
                side,
                side / 2,
                Map.of("class", labels.get(i % labels.size())),
                "",
                List.of(),
                "",
                "",
                ""));
      }
    }
    Json.write(folder.resolve("dataset.json"), Json.object("dataset").put("name", name));
    return Dataset.open(folder);
  }

  /** Whatever the set, the reader takes the recipe, and its network can be built. */
  @ParameterizedTest
  @CsvSource({
    "US,28,100",
    "US,500,100",
    "US,500,6000",
    "MG,64,40",
    "MG,1024,300",
    "MG,4000,9",
    "-,20,100",
    "-,700,12",
    "-,8,30"
  })
  void everyDefaultIsARecipe(String modality, int side, int images) throws IOException {
    Dataset dataset =
        dataset(
            modality.equals("-") ? Optional.empty() : Optional.of(Modality.valueOf(modality)),
            side,
            images,
            List.of("no: tumour", "\"tumour\" #1", "3"),
            "Mein Ordner: #1");
    for (List<Path> weights : List.of(List.<Path>of(), List.of(weights()))) {
      Recipe recipe = RecipeReader.parse(DefaultRecipe.text(dataset, weights), "default");
      assertThat(recipe.tasks()).containsExactly("class");
      assertThat(recipe.labels().get("class"))
          .containsExactlyInAnyOrder("no: tumour", "\"tumour\" #1", "3");
      assertThat(recipe.name()).isEqualTo("mein-ordner-1");
      assertThat(recipe.network().weights().isPresent())
          .isEqualTo(!weights.isEmpty() && side >= 96);
    }
  }

  private Path weights() throws IOException {
    Path weights = Files.createDirectories(folder.resolve("weights"));
    Path file = weights.resolve("efficientnet-lite0-imagenet.safetensors");
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    return weights;
  }

  @Test
  void filmsAreCleanedAndOrientedAndNotMirroredLeftAndRight() throws IOException {
    Recipe recipe =
        RecipeReader.parse(
            DefaultRecipe.text(
                dataset(Optional.of(Modality.MG), 1024, 60, List.of("0", "1"), "films"), List.of()),
            "default");
    assertThat(recipe.preprocessing().toJson().findValuesAsText("step"))
        .containsExactly("invert-if-bright", "remove-labels", "orient", "crop-breast", "resize");
    assertThat(recipe.augmentation().flip()).isZero();
    assertThat(recipe.mirroredAveraging()).isFalse();
    assertThat(recipe.split().folds()).isEqualTo(5);
  }

  @Test
  void aLargeSetIsHeldOutOnceAndAnUnequalOneWeighed() throws IOException {
    Recipe recipe =
        RecipeReader.parse(
            DefaultRecipe.text(
                dataset(Optional.of(Modality.US), 300, 5100, List.of("a", "a", "b"), "large"),
                List.of()),
            "default");
    assertThat(recipe.split().folds()).isZero();
    assertThat(recipe.training().classWeights()).isEqualTo(Recipe.ClassWeights.SQUARE_ROOT);
  }

  @Test
  void oneLabelAloneIsRefused() throws IOException {
    Dataset dataset = dataset(Optional.empty(), 100, 5, List.of("a"), "one");
    assertThatThrownBy(() -> DefaultRecipe.text(dataset, List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("two labels");
  }
}
