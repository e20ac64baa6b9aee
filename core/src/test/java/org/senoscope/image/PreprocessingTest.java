package org.senoscope.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.files.Json;
import org.senoscope.image.Resize.Fit;
import org.senoscope.work.InputException;

class PreprocessingTest {
  static List<Step> steps() {
    return List.of(
        new Resize(16, 12, Fit.STRETCH),
        new Resize(16, 12, Fit.PAD),
        new Resize(5, 70, Fit.CROP),
        new InvertIfBright());
  }

  @ParameterizedTest
  @MethodSource("steps")
  void everyStepComesBackFromItsJson(Step step) {
    Preprocessing one = new Preprocessing(List.of(step));
    assertThat(Preprocessing.parse(one.toJson())).isEqualTo(one);
    assertThat(step.toJson().path("step").asText()).isEqualTo(step.name());
  }

  @ParameterizedTest
  @MethodSource("steps")
  void noStepChangesTheImageItIsGiven(Step step) {
    GreyImage image = GoldenImages.noise(20, 30, 4);
    float[] before = image.pixels().clone();
    step.apply(image);
    assertThat(image.pixels()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("steps")
  void everyStepTakesAnImageOfOnePixel(Step step) {
    step.apply(new GreyImage(1, 1, new float[] {.5f}));
  }

  @Test
  void stepsAreAppliedInOrder() {
    Step inversion = new InvertIfBright();
    Step resize = new Resize(4, 8, Fit.PAD);
    float[] white = new float[16];
    java.util.Arrays.fill(white, 1);
    GreyImage image = new GreyImage(4, 4, white);
    assertThat(new Preprocessing(List.of(inversion, resize)).apply(image).pixels())
        .isEqualTo(resize.apply(inversion.apply(image)).pixels())
        .containsOnly(0);
    assertThat(new Preprocessing(List.of(resize, inversion)).apply(image).pixels()).contains(1);
    assertThat(new Preprocessing(List.of()).apply(image)).isSameAs(image);
  }

  @Test
  void everyFaultIsNamedWithTheNearestKnownName() {
    assertThatThrownBy(
            () ->
                Preprocessing.parse(
                    Json.parse(
                        """
                        [{"step": "risize", "height": 5, "width": 5},
                         {"step": "resize", "hieght": 5, "width": "7", "fit": "padd"},
                         {"step": "resize", "height": 0, "width": 7},
                         {"step": "invert-if-bright", "limit": 1},
                         7]""",
                        "test")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("step \"risize\" is not known, nearest is \"resize\"")
        .hasMessageContaining("parameter \"hieght\" is not known, nearest is \"height\"")
        .hasMessageContaining("\"height\" must be a whole number, was missing")
        .hasMessageContaining("\"width\" must be a whole number, was \"7\"")
        .hasMessageContaining("fit \"padd\" is not known, nearest is \"pad\"")
        .hasMessageContaining("was 0 × 7")
        .hasMessageContaining("parameter \"limit\" is not known")
        .hasMessageContaining("needs its name under \"step\", was 7")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void whatIsNoListIsRefused() {
    assertThatThrownBy(() -> Preprocessing.parse(Json.object()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("must be a list of steps");
  }
}
