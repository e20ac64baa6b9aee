package org.senoscope.image.film;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Orientation;
import org.senoscope.image.SyntheticFilm;

class PectoralMuscleTest {
  @ParameterizedTest
  @CsvSource({"240,180", "320,320", "501,400", "1400,1100"})
  void theMuscleIsFoundAndNothingElseIs(int height, int width) {
    for (SyntheticFilm film :
        new SyntheticFilm[] {
          SyntheticFilm.oblique(height, width), SyntheticFilm.framed(height, width)
        }) {
      PectoralMuscle muscle = PectoralMuscle.of(film.image()).orElseThrow();
      int inside = 0;
      int missed = 0;
      int wrong = 0;
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          if (film.isMuscle(row, column)) {
            inside++;
            missed += muscle.has(row, column) ? 0 : 1;
          } else {
            wrong += muscle.has(row, column) ? 1 : 0;
          }
        }
      }
      assertThat((double) missed / inside).isLessThan(.04);
      assertThat((double) wrong / inside).isLessThan(.04);
    }
  }

  @ParameterizedTest
  @CsvSource({"240,180", "333,255", "701,533"})
  void theMuscleOfTheMirrorImageIsItsMirrorImage(int height, int width) {
    GreyImage image = SyntheticFilm.oblique(height, width).image();
    GreyImage mirror = Orientation.MIRRORED.apply(image);
    GreyImage removed = PectoralMuscle.of(image).orElseThrow().removed(image);
    GreyImage mirrored = PectoralMuscle.of(mirror).orElseThrow().removed(mirror);
    assertThat(Orientation.MIRRORED.apply(mirrored).pixels()).isEqualTo(removed.pixels());
  }

  @Test
  void otherPixelsKeepTheirValues() {
    GreyImage image = SyntheticFilm.oblique(300, 220).image();
    PectoralMuscle muscle = PectoralMuscle.of(image).orElseThrow();
    GreyImage removed = muscle.removed(image);
    for (int row = 0; row < 300; row++) {
      for (int column = 0; column < 220; column++) {
        assertThat(removed.at(row, column))
            .isEqualTo(muscle.has(row, column) ? 0 : image.at(row, column));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"240,180", "320,320", "701,533"})
  void aCraniocaudalViewHasNone(int height, int width) {
    assertThat(PectoralMuscle.of(SyntheticFilm.craniocaudal(height, width).image())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"240,180", "320,320", "701,533"})
  void onceRemovedItIsNotFoundAgain(int height, int width) {
    GreyImage image = SyntheticFilm.oblique(height, width).image();
    GreyImage removed = PectoralMuscle.of(image).orElseThrow().removed(image);
    assertThat(PectoralMuscle.of(removed)).isEmpty();
  }

  @Test
  void imagesWithoutAnythingHaveNone() {
    assertThat(PectoralMuscle.of(new GreyImage(1, 1, new float[1]))).isEmpty();
    assertThat(PectoralMuscle.of(new GreyImage(300, 200, new float[60_000]))).isEmpty();
  }
}
