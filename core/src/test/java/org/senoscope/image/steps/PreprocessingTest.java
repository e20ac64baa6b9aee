package org.senoscope.image.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.SyntheticFilm;
import org.senoscope.image.steps.Resize.Fit;
import org.senoscope.study.Marks;
import org.senoscope.study.Roi;
import org.senoscope.work.InputException;

class PreprocessingTest {
  @Test
  void aLargeImageTakesWhatItsWorstStepTakesUntilItIsShrunk() {
    assertThat(bytesPerPixel("[]")).isEqualTo(8);
    assertThat(bytesPerPixel("[{'step': 'resize', 'height': 8, 'width': 8}]")).isEqualTo(8);
    String blur = "{'step': 'unsharp-mask'}";
    String breast = "{'step': 'remove-labels'}";
    // The image, and of the first step the result and one more picture.
    assertThat(bytesPerPixel("[" + blur + "]")).isEqualTo(12);
    // Before the second step there is also what the first has made.
    assertThat(bytesPerPixel("[%s, %s]".formatted(breast, blur))).isEqualTo(16);
    assertThat(
            bytesPerPixel(
                "[%s, {'step': 'resize', 'height': 8, 'width': 8}, %s]".formatted(breast, blur)))
        .isEqualTo(9);
  }

  private static int bytesPerPixel(String steps) {
    return Preprocessing.parse(Json.parseYaml(steps, "test")).bytesPerPixel();
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
  void whatIsLeftOutIsAsTheDocumentationSays() {
    Preprocessing read =
        Preprocessing.parse(
            Json.parse(
                """
                [{"step": "resize", "height": 5, "width": 6}, {"step": "clahe"},
                 {"step": "sharpen"}, {"step": "unsharp-mask"}, {"step": "stretch"},
                 {"step": "brightness-contrast"}, {"step": "orient"}, {"step": "crop-breast"},
                 {"step": "crop-centre"}, {"step": "crop-roi"}]""",
                "test"));
    assertThat(read.steps())
        .containsExactly(
            new Resize(5, 6, Fit.PAD),
            new Clahe(2, 8, Clahe.Redistribution.FULLY),
            new Sharpen(4, 1),
            new UnsharpMask(2, 1, java.util.Optional.empty()),
            new Stretch(1, 99, Stretch.Over.IMAGE),
            new BrightnessContrast(0, 1, BrightnessContrast.Pivot.MIDDLE),
            new Orient(Orient.Side.LEFT),
            new CropBreast(.02),
            new CropCentre(.5),
            new CropRoi(0, .5, OptionalInt.empty()));
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
                         {"step": "gamma"},
                         {"step": "clahe", "clip": "2", "tiles": 0},
                         {"step": "clahe", "clip": 0.5},
                         {"step": "crop-roi", "margin": 0.5, "window": 64},
                         {"step": "stretch", "low": 99, "high": 1},
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
        .hasMessageContaining("\"gamma\" must be a number, was missing")
        .hasMessageContaining("\"clip\" must be a number, was \"2\"")
        .hasMessageContaining("clip must be 1..256 and tiles 1..64, were 0.5 and 8")
        .hasMessageContaining("margin and window exclude each other")
        .hasMessageContaining("0 <= low < high <= 100, were 99.0 and 1.0")
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

  @Test
  void aStepThatNeedsMarksRefusesAnImageOfWhichNobodyWasAsked() {
    Preprocessing marked =
        new Preprocessing(
            List.of(new CropRoi(0, .5, OptionalInt.empty()), new Resize(8, 8, Fit.PAD)));
    GreyImage image = SyntheticFilm.craniocaudal(100, 80).image();
    assertThat(marked.needsMarks()).isTrue();
    assertThatThrownBy(() -> marked.apply(image))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("crop-roi needs a reader's mark")
        .hasMessageContaining("top:left:bottom:right");
    assertThat(marked.prepare(image, Marks.NONE).image().height()).isEqualTo(8);
    assertThat(marked.prepare(image, Marks.of(List.of(new Roi(3, 3, 9, 9)))).image().width())
        .isEqualTo(8);
    assertThat(new Preprocessing(List.of(new CropCentre(.5))).needsMarks()).isFalse();
  }
}
