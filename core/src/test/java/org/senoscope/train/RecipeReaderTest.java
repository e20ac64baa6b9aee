package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.dataset.importer.formats.Importers;
import org.senoscope.study.Modality;
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
  void quarterTurnsNeedASquareInput() {
    String square = MadeDataset.recipe(1, "").replace("flip: 0.5", "flip: 0.5, quarterTurns: true");
    assertThat(RecipeReader.parse(square, "test").augmentation().quarterTurns()).isTrue();
    assertThatThrownBy(() -> RecipeReader.parse(square.replace("width: 32", "width: 24"), "test"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("quarterTurns needs a square input, was 32 × 24");
  }

  @Test
  void soundThatComesFromAboveAllowsNoTurns() {
    String shadows = MadeDataset.recipe(1, "").replace("flip: 0.5", "flip: 0.5, shadow: 0.3");
    assertThat(RecipeReader.parse(shadows, "test").augmentation().acquisition().shadow())
        .isEqualTo(.3);
    for (String turn : new String[] {"quarterTurns: true", "flipVertical: 0.5"}) {
      assertThatThrownBy(
              () -> RecipeReader.parse(shadows.replace("shadow", turn + ", shadow"), "test"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("leave out the one or the other");
    }
  }

  @Test
  void windowsLargerThanWhatIsTrainedOnAreFaultsBeforeOneIsMade() {
    String text =
        MadeDataset.recipe(1, "")
            .replace("preprocessing:", "preprocessing:\n  - {step: crop-roi, window: 16384}");
    assertThatThrownBy(() -> RecipeReader.parse(text, "test"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("step crop-roi makes 268435456 pixels, more than the 16777216");
  }

  @Test
  void whatCannotBeTrainedIsSaidBeforeAnyImageIsReadAndAllAtOnce() {
    String text =
        MadeDataset.recipe(1, "patience: 2")
                .replace("blocks: [8, 16]", "blocks: [8, 8, 8, 8, 8, 8]")
            + """
            version: 1 of 2
            labels: [benign, malignant, benign]
            data: {importer: folder, path: x, options: {modality: xray, task: [a]}}
            split: {folds: 2}
            """;
    assertThatThrownBy(() -> RecipeReader.parse(text, "test.yaml"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("test.yaml has 7 faults")
        .hasMessageContaining("An input of 32×32 is halved away before block 6 of 6")
        .hasMessageContaining("version must be 1 to 64 letters")
        .hasMessageContaining(
            "labels of task pathology must be two or more different words, was [benign, malignant,"
                + " benign]")
        .hasMessageContaining("data.importer \"folder\" is not known, nearest is \"folders\"")
        .hasMessageContaining("data.options.modality \"xray\" is not known")
        .hasMessageContaining("data.options.task must be text")
        .hasMessageContaining("split.folds must be 3 or more");
  }

  static Stream<Arguments> uselessOptions() {
    return Stream.of(
        arguments("busi", "{modality: US}", "data.options.modality is for folders, npz, npy, csv"),
        arguments(
            "folders",
            "{patientPattern: '([)'}",
            "data.options.patientPattern \"([)\" is not a regular expression"),
        arguments("folders", "{patientPattern: abc}", "must mark the patient by a group"),
        arguments("npz", "{labels: 'a,b,a'}", "data.options.labels must be different words"),
        arguments("npz", "{labels: [a, [b]]}", "data.options.labels must be a list of words"),
        arguments("npz", "{lables: 'a,b'}", "nearest is \"labels\""));
  }

  @ParameterizedTest
  @MethodSource("uselessOptions")
  void optionsThatTheImporterHasNoUseForAreFaults(String importer, String options, String fault) {
    String text =
        MadeDataset.recipe(1, "")
            + "data: {importer: %s, path: x, options: %s}\n".formatted(importer, options);
    assertThatThrownBy(() -> RecipeReader.parse(text, "test"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cnn, blocks: [8, 8, 8, 8], dense: [4]                   | 8   | halved away before block 4",
        "efficientnet-lite0                                     | 2   | too small for efficientnet",
        "cnn, blocks: [4096], dense: [4]                        | 512 | use more blocks",
        "resnet18                                               | 9000 | more than the 16777216",
      })
  void networksThatDoNotFitTheInputAreFaults(String network, int side, String fault) {
    String text =
        MadeDataset.recipe(1, "")
            .replace("family: cnn, blocks: [8, 16], dropout: 0.1", "family: " + network)
            .replace("height: 32, width: 32", "height: %d, width: %d".formatted(side, side));
    assertThatThrownBy(() -> RecipeReader.parse(text, "test"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(fault);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[100, 0, 0]", "[0, 50, 50]", "[80, 0, 20]"})
  void holdOutsWithoutAPartThatIsNeededAreFaults(String holdout) {
    String text =
        MadeDataset.recipe(1, "patience: 2") + "split: {holdout: %s}\n".formatted(holdout);
    assertThatThrownBy(() -> RecipeReader.parse(text, "test"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("split.holdout must leave some for");
  }

  @Test
  void readsTheOptionsOfItsImporter() {
    String text =
        MadeDataset.recipe(1, "")
            + "data: {importer: npz, path: x, options: {labels: 'a,b', task: class, modality: us}}\n";
    assertThat(RecipeReader.parse(text, "test").data().orElseThrow().details())
        .isEqualTo(
            new Importers.Details("class", Optional.of(Modality.US), "", List.of("a", "b"), ""));
  }

  @Test
  void classWeightsAreAWordOrAPower() {
    assertThat(weights("sqrt")).isEqualTo(weights("0.5")).isEqualTo(new Recipe.ClassWeights(0.5));
    assertThat(weights("25e-2")).isEqualTo(new Recipe.ClassWeights(0.25)); // text to YAML
    assertThat(weights("none")).isEqualTo(weights("0"));
    assertThat(weights("inverse")).isEqualTo(weights("1"));
    assertThat(weights("0.25").words()).endsWith("to the power 0.25");
    assertThatThrownBy(() -> weights("1.5"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("training.classWeights must be a number in 0..1, was 1.5");
    assertThatThrownBy(() -> weights("sqr"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("sqrt");
  }

  @Test
  void frequenciesAreTakenOutOnce() {
    for (String other : List.of("classWeights: sqrt", "perClass: 20")) {
      assertThatThrownBy(
              () ->
                  RecipeReader.parse(
                      MadeDataset.recipe(1, "logitAdjustment: 1\n  " + other), "test"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("training.logitAdjustment")
          .hasMessageContaining(other.substring(0, other.indexOf(':')));
    }
  }

  private static Recipe.ClassWeights weights(String value) {
    return RecipeReader.parse(MadeDataset.recipe(1, "classWeights: " + value), "test")
        .training()
        .classWeights();
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
