package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.senoscope.work.InputException;

class RecipeReaderTest {
  @Test
  void readsWhatIsWrittenAndDefaultsTheRest() {
    Recipe recipe = RecipeReader.parse(MadeDataset.recipe(7, "labelSmoothing: 0.05"), "test");
    assertThat(recipe.training().epochs()).isEqualTo(7);
    assertThat(recipe.training().rate()).isEqualTo(0.01);
    assertThat(recipe.training().labelSmoothing()).isEqualTo(0.05);
    assertThat(recipe.training().schedule()).isEqualTo(Recipe.Schedule.COSINE);
    assertThat(recipe.input().channels()).isEqualTo(1);
    assertThat(recipe.input().height()).isEqualTo(32);
    assertThat(recipe.mirroredAveraging()).isFalse();
  }

  @Test
  void reportsAllFaultsAtOnceWithTheNearestKnownKey() {
    String text =
        MadeDataset.recipe(0, "lableSmoothing: 0.05")
            .replace("flip: 0.5", "flip: 1.5")
            .replace("name: made", "nmae: made");
    assertThatThrownBy(() -> RecipeReader.parse(text, "test.yaml"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("test.yaml has 5 faults")
        .hasMessageContaining("training.epochs must be a whole number in 1..100000, was 0")
        .hasMessageContaining("\"labelSmoothing\"")
        .hasMessageContaining("augmentation.flip must be a number in 0..1, was 1.5")
        .hasMessageContaining("nearest is \"name\"");
  }

  @Test
  void refusesAKeyOfAnotherFamily() {
    String text = MadeDataset.recipe(1, "").replace("family: cnn", "family: resnet18");
    assertThatThrownBy(() -> RecipeReader.parse(text, "test"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("blocks");
  }

  @Test
  void namesThePlaceOfBrokenYaml() {
    assertThatThrownBy(() -> RecipeReader.parse("name: [made", "broken.yaml"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("broken.yaml cannot be read at line");
  }
}
