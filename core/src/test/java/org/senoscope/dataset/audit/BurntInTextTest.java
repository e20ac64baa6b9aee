package org.senoscope.dataset.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.image.GreyImage;

class BurntInTextTest {
  @ParameterizedTest
  @CsvSource({
    "RT AXILLA, 14, 40, 220",
    "LT10:00, 18, 200, 60",
    "LEFT BREAST, 28, 20, 280",
    "L MLO, 16, 5, 20"
  })
  void wordsOnTissueAreFound(String words, int size, int left, int baseline) {
    for (long seed = 0; seed < 5; seed++) {
      // As dark as scans are: letters on white tissue cannot be told from it.
      GreyImage image = Phantoms.brightened(Phantoms.ultrasound(seed, 300, 400), .6);
      assertThat(BurntInText.isIn(Phantoms.labelled(image, words, size, left, baseline)))
          .as("%s, seed %d", words, seed)
          .isTrue();
    }
  }

  @Test
  void wordsOnBlackAreFound() {
    GreyImage film = Phantoms.mammogram(1, 400, 400);
    assertThat(BurntInText.isIn(Phantoms.labelled(film, "R MLO", 14, 330, 30))).isTrue();
  }

  @Test
  void tissueAloneHasNone() {
    for (long seed = 0; seed < 30; seed++) {
      assertThat(BurntInText.isIn(Phantoms.ultrasound(seed, 300, 400))).isFalse();
      assertThat(BurntInText.isIn(Phantoms.mammogram(seed, 300, 300))).isFalse();
    }
  }

  @Test
  void brightDotsInARowAreNoLetters() {
    float[] pixels = new float[200 * 200];
    Arrays.fill(pixels, .2f);
    for (int x = 20; x < 180; x += 10) {
      pixels[100 * 200 + x] = 1;
      pixels[101 * 200 + x] = 1;
    }
    assertThat(BurntInText.isIn(new GreyImage(200, 200, pixels))).isFalse();
  }

  @Test
  void tinyImagesHaveNone() {
    assertThat(BurntInText.isIn(new GreyImage(1, 1, new float[] {1}))).isFalse();
    assertThat(BurntInText.isIn(new GreyImage(9, 500, new float[4500]))).isFalse();
  }
}
