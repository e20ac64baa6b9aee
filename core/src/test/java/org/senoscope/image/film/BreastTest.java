package org.senoscope.image.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.image.Box;
import org.senoscope.image.GoldenImages;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Orientation;
import org.senoscope.image.SyntheticFilm;

class BreastTest {
  @ParameterizedTest
  @CsvSource({"160,120", "320,320", "511,400", "701,533", "1500,1100"})
  void tissueIsFoundAndAirAndLabelAreNot(int height, int width) {
    for (SyntheticFilm film :
        new SyntheticFilm[] {
          SyntheticFilm.craniocaudal(height, width),
          SyntheticFilm.oblique(height, width),
          SyntheticFilm.framed(height, width)
        }) {
      Breast breast = Breast.of(film.image());
      int tissue = 0;
      int missed = 0;
      int labels = 0;
      int far = 0;
      int wrong = 0;
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          boolean inside = breast.has(row * width + column);
          if (film.isTissue(row, column)) {
            tissue++;
            missed += inside ? 0 : 1;
          }
          labels += inside && film.isLabel(row, column) ? 1 : 0;
          if (film.isFarFromTissue(row, column)) {
            far++;
            wrong += inside ? 1 : 0;
          }
        }
      }
      assertThat((double) missed / tissue).isLessThan(.005);
      assertThat(labels).isZero();
      assertThat((double) wrong / far).isLessThan(.005);
    }
  }

  @ParameterizedTest
  @CsvSource({"160,120", "333,255", "701,533", "1030,777"})
  void pixelsOfTheBreastAreNeverChangedAndAllOthersAreBlack(int height, int width) {
    GreyImage image = SyntheticFilm.framed(height, width).image();
    Breast breast = Breast.of(image);
    GreyImage alone = breast.alone(image);
    for (int i = 0; i < image.pixels().length; i++) {
      assertThat(alone.pixels()[i]).isEqualTo(breast.has(i) ? image.pixels()[i] : 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"160,120", "333,255", "512,513", "701,533", "1031,777"})
  void theBreastOfTheMirrorImageIsTheMirrorImageOfTheBreast(int height, int width) {
    GreyImage image = SyntheticFilm.oblique(height, width).image();
    Breast breast = Breast.of(image);
    Breast mirrored = Breast.of(Orientation.MIRRORED.apply(image));
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        assertThat(mirrored.has(row * width + column))
            .isEqualTo(breast.has(row * width + width - 1 - column));
      }
    }
    Box box = breast.box();
    assertThat(mirrored.box())
        .isEqualTo(new Box(box.top(), width - box.left() - box.width(), box.height(), box.width()));
    assertThat(mirrored.middleColumn()).isEqualTo(width - breast.middleColumn(), within(1e-9));
    assertThat(breast.chestWallOnRight()).isFalse();
    assertThat(mirrored.chestWallOnRight()).isTrue();
  }

  @Test
  void eightAndSixteenBitsGiveTheSameBreast() {
    GreyImage image = SyntheticFilm.oblique(400, 300).image();
    Breast sixteen = Breast.of(rounded(image, 65_535));
    Breast eight = Breast.of(rounded(image, 255));
    int different = 0;
    for (int i = 0; i < image.pixels().length; i++) {
      different += sixteen.has(i) == eight.has(i) ? 0 : 1;
    }
    assertThat(different).isLessThan(image.pixels().length / 1000);
  }

  @Test
  void whereThereIsNoAirAllIsBreast() {
    float[] bright = new float[90 * 70];
    Arrays.fill(bright, .6f);
    float[] tissue = GoldenImages.noise(90, 70, 1).pixels();
    for (int i = 0; i < tissue.length; i++) {
      tissue[i] = .4f + .4f * tissue[i];
    }
    for (float[] pixels : new float[][] {bright, tissue, new float[90 * 70]}) {
      GreyImage image = new GreyImage(90, 70, pixels);
      Breast breast = Breast.of(image);
      assertThat(breast.found()).isFalse();
      assertThat(breast.alone(image)).isSameAs(image);
      assertThat(breast.box()).isEqualTo(Box.all(image));
    }
  }

  @Test
  void aLabelAloneIsNoBreast() {
    float[] pixels = new float[200 * 200];
    for (int row = 20; row < 40; row++) {
      Arrays.fill(pixels, row * 200 + 20, row * 200 + 50, 1);
    }
    assertThat(Breast.of(new GreyImage(200, 200, pixels)).found()).isFalse();
  }

  @Test
  void aBreastThatTouchesBothSidesIsKeptWhole() {
    // The middle of an oblique film: tissue from the left edge to the right one.
    SyntheticFilm film = SyntheticFilm.craniocaudal(600, 480);
    int width = 290;
    GreyImage image = new Box(0, 0, 600, width).cut(film.image());
    Breast breast = Breast.of(image);
    int missed = 0;
    for (int row = 0; row < 600; row++) {
      for (int column = 0; column < width; column++) {
        missed += film.isTissue(row, column) && !breast.has(row * width + column) ? 1 : 0;
      }
    }
    assertThat(breast.found()).isTrue();
    assertThat((double) missed / image.pixels().length).isLessThan(.005);
    assertThat(breast.chestWallOnRight()).isFalse();
  }

  private static GreyImage rounded(GreyImage image, int largest) {
    float[] pixels = image.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = Math.round(pixels[i] * largest) / (float) largest;
    }
    return new GreyImage(image.height(), image.width(), pixels);
  }
}
