package org.senoscope.image.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.image.GoldenImages;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Orientation;
import org.senoscope.image.SyntheticFilm;

/** The laws of the steps that change brightness. */
class BrightnessTest {
  private static final GreyImage FILM = SyntheticFilm.oblique(160, 128).image();

  private static GreyImage even(float value) {
    float[] pixels = new float[64 * 48];
    Arrays.fill(pixels, value);
    return new GreyImage(64, 48, pixels);
  }

  private static double largest(GreyImage a, GreyImage b) {
    return GoldenImages.difference(a, b);
  }

  /** Of any two pixels, the brighter one stays brighter or becomes equal. */
  private static void assertKeepsOrder(GreyImage before, GreyImage after, float tolerance) {
    Integer[] order = new Integer[before.pixels().length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Float.compare(before.pixels()[a], before.pixels()[b]));
    float highest = 0;
    for (int place : order) {
      assertThat(after.pixels()[place]).isGreaterThanOrEqualTo(highest - tolerance);
      highest = Math.max(highest, after.pixels()[place]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void claheWithAClipOfOneChangesNothing(int tiles) {
    for (GreyImage image : List.of(FILM, GoldenImages.noise(77, 91, 2))) {
      GreyImage same = new Clahe(1, tiles, Clahe.Redistribution.FULLY).apply(image);
      assertThat(largest(same, image)).isLessThan(.001);
      assertKeepsOrder(image, same, 1e-6f);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "4", "40", "256"})
  void claheOfOneTileKeepsOrder(double clip) {
    for (Clahe.Redistribution redistribution : Clahe.Redistribution.values()) {
      assertKeepsOrder(FILM, new Clahe(clip, 1, redistribution).apply(FILM), 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"1.5,1", "2,1", "4,1", "2,8", "8,4"})
  void claheNeverRaisesContrastAboveItsClip(double clip, int tiles) {
    // A ramp within each tile: two neighbouring levels differ by at most clip times as much after,
    // give or take that black is kept (clip / 256 of the scale).
    int side = 64 * tiles;
    float[] pixels = new float[side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = .3f + .2f * ((i % side % 64) / 63f);
    }
    GreyImage ramp = new GreyImage(side, side, pixels);
    GreyImage after = new Clahe(clip, tiles, Clahe.Redistribution.FULLY).apply(ramp);
    double limit = clip / (1 - clip / 256);
    // In the outer half of a corner tile one curve is applied alone.
    for (int column = 1; column < 32; column++) {
      double rise = after.at(0, column) - after.at(0, column - 1);
      double before = ramp.at(0, column) - ramp.at(0, column - 1);
      assertThat(rise).isBetween(0.0, limit * before + 1e-5);
    }
  }

  @Test
  void claheKeepsBlackBlackAndAirEven() {
    GreyImage film = new RemoveLabels().apply(FILM);
    GreyImage after = new Clahe(3, 8, Clahe.Redistribution.FULLY).apply(film);
    for (int i = 0; i < film.pixels().length; i++) {
      if (film.pixels()[i] == 0) {
        assertThat(after.pixels()[i]).isZero();
      }
    }
  }

  @Test
  void claheOfEightAndSixteenBitsLooksTheSame() {
    float[] eight = FILM.pixels().clone();
    for (int i = 0; i < eight.length; i++) {
      eight[i] = Math.round(eight[i] * 255) / 255f;
    }
    Clahe clahe = new Clahe(2, 8, Clahe.Redistribution.FULLY);
    // Half a level more or less before is at most clip times that after.
    assertThat(largest(clahe.apply(new GreyImage(160, 128, eight)), clahe.apply(FILM)))
        .isLessThan(.5 * 2.05);
  }

  @Test
  void claheOfSixteenBitsKeepsMoreThanEightBitsOfThem() {
    GreyImage after = new Clahe(2, 8, Clahe.Redistribution.FULLY).apply(FILM);
    long levels = Arrays.stream(toObjects(after.pixels())).distinct().count();
    assertThat(levels).isGreaterThan(5000);
  }

  private static Float[] toObjects(float[] values) {
    Float[] objects = new Float[values.length];
    Arrays.setAll(objects, i -> values[i]);
    return objects;
  }

  @ParameterizedTest
  @EnumSource
  void claheHardlyKnowsLeftFromRight(Clahe.Redistribution redistribution) {
    Clahe clahe = new Clahe(2, 8, redistribution);
    GreyImage mirrored = clahe.apply(Orientation.MIRRORED.apply(FILM));
    // Curves are mixed half a pixel off, as OpenCV does.
    assertThat(largest(Orientation.MIRRORED.apply(mirrored), clahe.apply(FILM))).isLessThan(6);
  }

  @Test
  void sharpeningKnowsNoLeftAndRightNorUpAndDown() {
    for (Step step :
        List.of(new Sharpen(4, 1), new Sharpen(8, 1), new UnsharpMask(2.3, 1, Optional.empty()))) {
      for (Orientation turn : List.of(Orientation.MIRRORED, Orientation.FLIPPED)) {
        assertThat(turn.apply(step.apply(turn.apply(FILM))).pixels())
            .isEqualTo(step.apply(FILM).pixels());
      }
    }
  }

  @Test
  void sharpeningByNothingAndOfEvenGreyChangesNothing() {
    GreyImage grey = even(.4f);
    for (Step step : List.of(new Sharpen(4, 0), new UnsharpMask(3, 0, Optional.empty()))) {
      assertThat(step.apply(FILM).pixels()).isEqualTo(FILM.pixels());
    }
    for (Step step :
        List.of(new Sharpen(4, 3), new Sharpen(8, 3), new UnsharpMask(3, 2, Optional.empty()))) {
      assertThat(largest(step.apply(grey), grey)).isLessThan(.001);
    }
  }

  @Test
  void sharpeningSharpens() {
    double before = UnsharpMask.sharpness(FILM);
    assertThat(UnsharpMask.sharpness(new Sharpen(4, .3).apply(FILM))).isGreaterThan(before);
    assertThat(UnsharpMask.sharpness(new UnsharpMask(2, 1, Optional.empty()).apply(FILM)))
        .isGreaterThan(before);
  }

  @Test
  void sharpImagesAreLeftWhereOnlyBlurredOnesAreSharpened() {
    double sharpness = UnsharpMask.sharpness(FILM);
    assertThat(new UnsharpMask(2, 1, Optional.of(sharpness * .9)).apply(FILM)).isSameAs(FILM);
    assertThat(new UnsharpMask(2, 1, Optional.of(sharpness * 1.1)).apply(FILM).pixels())
        .isEqualTo(new UnsharpMask(2, 1, Optional.empty()).apply(FILM).pixels());
  }

  @Test
  void stretchingReachesBlackAndWhiteAndKeepsOrder() {
    GreyImage narrow = new BrightnessContrast(0, .3, BrightnessContrast.Pivot.MIDDLE).apply(FILM);
    GreyImage stretched = new Stretch(0, 100, Stretch.Over.IMAGE).apply(narrow);
    assertKeepsOrder(narrow, stretched, 0);
    float[] sorted = stretched.pixels().clone();
    Arrays.sort(sorted);
    assertThat(sorted[0]).isEqualTo(0, within(2e-5f));
    assertThat(sorted[sorted.length - 1]).isEqualTo(1, within(5e-5f));
  }

  @Test
  void stretchingFromEndToEndTwiceIsOnce() {
    Stretch whole = new Stretch(0, 100, Stretch.Over.IMAGE);
    GreyImage once = whole.apply(FILM);
    assertThat(largest(whole.apply(once), once)).isLessThan(.01);
  }

  @Test
  void stretchingOverTheBreastLeavesAirAside() {
    // Of all pixels a good half is air, so the median is dark; of the breast it is not.
    GreyImage ofImage = new Stretch(0, 50, Stretch.Over.IMAGE).apply(FILM);
    GreyImage ofBreast = new Stretch(0, 50, Stretch.Over.BREAST).apply(FILM);
    assertThat(mean(ofImage)).isGreaterThan(mean(ofBreast) + .05);
  }

  private static double mean(GreyImage image) {
    double sum = 0;
    for (float pixel : image.pixels()) {
      sum += pixel;
    }
    return sum / image.pixels().length;
  }

  @Test
  void whatIsOfOneBrightnessCannotBeStretched() {
    GreyImage grey = even(.4f);
    assertThat(new Stretch(1, 99, Stretch.Over.IMAGE).apply(grey)).isSameAs(grey);
  }

  @ParameterizedTest
  @CsvSource({".5,2", ".8,1.25", "1,1", ".7,3"})
  void gammasMultiplyAndEndsStay(double a, double b) {
    GreyImage image = GoldenImages.noise(40, 30, 6);
    GreyImage both = new Gamma(b).apply(new Gamma(a).apply(image));
    GreyImage one = a * b == 1 ? image : new Gamma(a * b).apply(image);
    assertThat(largest(both, one)).isLessThan(.001);
    assertKeepsOrder(image, new Gamma(a).apply(image), 0);
    assertThat(new Gamma(a).apply(even(0)).pixels()).containsOnly(0);
    assertThat(new Gamma(a).apply(even(1)).pixels()).containsOnly(1);
  }

  @ParameterizedTest
  @EnumSource
  void noBrightnessAndNoContrastChangeNothing(BrightnessContrast.Pivot pivot) {
    assertThat(new BrightnessContrast(0, 1, pivot).apply(FILM).pixels()).isEqualTo(FILM.pixels());
    GreyImage flat = new BrightnessContrast(0, 0, pivot).apply(FILM);
    assertThat(Arrays.stream(toObjects(flat.pixels())).distinct()).hasSize(1);
  }

  @Test
  void contrastAboutTheMeanKeepsTheMean() {
    GreyImage image = new BrightnessContrast(.2, .4, BrightnessContrast.Pivot.MIDDLE).apply(FILM);
    GreyImage more = new BrightnessContrast(0, 1.2, BrightnessContrast.Pivot.MEAN).apply(image);
    assertThat(mean(more)).isEqualTo(mean(image), within(.001));
  }
}
