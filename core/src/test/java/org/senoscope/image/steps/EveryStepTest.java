package org.senoscope.image.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.image.GoldenImages;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Resampling.Filter;
import org.senoscope.image.SyntheticFilm;
import org.senoscope.image.steps.Resize.Fit;
import org.senoscope.study.Marks;
import org.senoscope.study.Roi;

/** What every step must do, whatever it does. */
class EveryStepTest {
  private static final Marks MARKS =
      Marks.of(List.of(new Roi(60, 20, 90, 55), new Roi(0, 0, 4, 4)));

  static List<Step> steps() {
    return List.of(
        new InvertIfBright(),
        new RemoveLabels(),
        new Orient(Orient.Side.LEFT),
        new Orient(Orient.Side.RIGHT),
        new RemovePectoral(),
        new CropBreast(.05),
        new CropCentre(.5),
        new CropRoi(.25, .5, OptionalInt.empty()),
        new CropRoi(0, .4, OptionalInt.of(31)),
        new CropRoi(0, .4, OptionalInt.of(500)),
        new Resize(16, 12, Fit.STRETCH),
        new Resize(16, 12, Fit.PAD),
        new Resize(5, 70, Fit.CROP),
        new Resize(40, 30, Fit.STRETCH, Filter.LANCZOS),
        new Resize(300, 200, Fit.STRETCH, Filter.CUBIC),
        new Resize(40, 30, Fit.PAD, Filter.LINEAR),
        new Resize(40, 30, Fit.STRETCH, Filter.NEAREST),
        new Resize(40, 30, Fit.STRETCH, Filter.BOX),
        new Clahe(2, 8, Clahe.Redistribution.FULLY),
        new Clahe(3, 5, Clahe.Redistribution.ONCE),
        new Sharpen(4, 1),
        new Sharpen(8, .5),
        new UnsharpMask(2, 1.5, Optional.empty()),
        new UnsharpMask(1, 1, Optional.of(50.0)),
        new Stretch(1, 99, Stretch.Over.IMAGE),
        new Stretch(5, 99.5, Stretch.Over.BREAST),
        new Gamma(.6),
        new BrightnessContrast(.1, 1.3, BrightnessContrast.Pivot.MIDDLE),
        new BrightnessContrast(-.1, .7, BrightnessContrast.Pivot.MEAN));
  }

  static Stream<Step> stepsThatMove() {
    return steps().stream().filter(step -> !(step instanceof BrightnessStep));
  }

  @Test
  void everyStepOfTheVocabularyIsTestedHere() {
    assertThat(steps().stream().map(Step::name).distinct().toList())
        .containsExactlyInAnyOrderElementsOf(Vocabulary.names());
  }

  @ParameterizedTest
  @MethodSource("steps")
  void comesBackFromItsJson(Step step) {
    Preprocessing one = new Preprocessing(List.of(step));
    assertThat(Preprocessing.parse(one.toJson())).isEqualTo(one);
    assertThat(step.toJson().path("step").asText()).isEqualTo(step.name());
  }

  @ParameterizedTest
  @MethodSource("steps")
  void doesNotChangeTheImageItIsGiven(Step step) {
    for (GreyImage image :
        List.of(GoldenImages.noise(120, 90, 4), SyntheticFilm.oblique(120, 90).image())) {
      float[] before = image.pixels().clone();
      step.apply(Prepared.of(image, MARKS));
      assertThat(image.pixels()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("steps")
  void takesImagesOfOnePixelAndOfOneColour(Step step) {
    for (float value : new float[] {0, .5f, 1}) {
      step.apply(new GreyImage(1, 1, new float[] {value}));
      float[] pixels = new float[33 * 21];
      java.util.Arrays.fill(pixels, value);
      step.apply(new GreyImage(33, 21, pixels));
    }
  }

  @ParameterizedTest
  @MethodSource("steps")
  void staysWithinBlackAndWhite(Step step) {
    for (GreyImage image :
        List.of(GoldenImages.noise(120, 90, 9), SyntheticFilm.framed(120, 90).image())) {
      for (float pixel : step.apply(Prepared.of(image, MARKS)).image().pixels()) {
        assertThat(pixel).isBetween(0f, 1.00001f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("steps")
  void givesTheSameOnManyThreads(Step step) {
    Prepared film = Prepared.of(SyntheticFilm.framed(200, 150).image(), MARKS);
    Prepared alone = step.apply(film);
    IntStream.range(0, 8)
        .parallel()
        .forEach(
            i -> {
              Prepared other = step.apply(film);
              assertThat(other.image().pixels()).isEqualTo(alone.image().pixels());
              assertThat(other.geometry()).isEqualTo(alone.geometry());
            });
  }

  @ParameterizedTest
  @MethodSource("stepsThatMove")
  void theGeometryTellsWhereEachPixelComesFrom(Step step) {
    GreyImage image =
        step instanceof Resize ? ramp(200, 150) : SyntheticFilm.oblique(200, 150).image();
    Prepared film = step.apply(Prepared.of(image, MARKS));
    Geometry.Axis down = film.geometry().rows();
    Geometry.Axis across = film.geometry().columns();
    int shown = 0;
    for (int row = 0; row < film.image().height(); row++) {
      for (int column = 0; column < film.image().width(); column++) {
        double readRow = (row + .5 - down.shift()) / down.scale();
        double readColumn = (column + .5 - across.shift()) / across.scale();
        float pixel = film.image().at(row, column);
        if (!isWithin(row, down) || !isWithin(column, across)) {
          assertThat(pixel).isZero();
        } else if (step instanceof Resize) {
          assertThat(pixel).isEqualTo(rampAt(readRow, readColumn, 200, 150), within(.05f));
          shown++;
        } else {
          assertThat(pixel).isEqualTo(image.at((int) readRow, (int) readColumn));
          shown++;
        }
      }
    }
    assertThat(shown).isGreaterThan(100);
  }

  private static boolean isWithin(int pixel, Geometry.Axis axis) {
    return pixel + .5 > axis.begin() && pixel + .5 < axis.end();
  }

  private static float rampAt(double row, double column, int height, int width) {
    return (float) (.2 + .5 * row / height + .3 * column / width);
  }

  private static GreyImage ramp(int height, int width) {
    float[] pixels = new float[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        pixels[row * width + column] = rampAt(row + .5, column + .5, height, width);
      }
    }
    return new GreyImage(height, width, pixels);
  }
}
