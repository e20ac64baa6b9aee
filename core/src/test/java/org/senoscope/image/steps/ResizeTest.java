package org.senoscope.image.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.senoscope.image.GoldenImages;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Orientation;
import org.senoscope.image.steps.Resize.Fit;

class ResizeTest {
  private static final int[][] SIZES = {
    {1, 1}, {1, 9}, {9, 1}, {8, 8}, {7, 13}, {64, 48}, {31, 200}, {224, 224}
  };

  @ParameterizedTest
  @CsvSource({"8,11", "40,60", "7,61", "18,27", "1,1", "19,13"})
  void stretchesAsPillowDoes(int height, int width) throws IOException {
    GreyImage resized =
        new Resize(height, width, Fit.STRETCH).apply(GoldenImages.expected("source"));
    GreyImage pillow = GoldenImages.expected("resize-%dx%d".formatted(height, width));
    assertThat(GoldenImages.difference(resized, pillow)).isLessThanOrEqualTo(1.01);
  }

  @Test
  void cropsTheMiddleAsPillowDoes() throws IOException {
    GreyImage resized = new Resize(9, 9, Fit.CROP).apply(GoldenImages.expected("source"));
    assertThat(GoldenImages.difference(resized, GoldenImages.expected("resize-window")))
        .isLessThanOrEqualTo(1.01);
  }

  @ParameterizedTest
  @EnumSource
  void theResultHasTheSizeThatWasAskedFor(Fit fit) {
    for (int[] from : SIZES) {
      for (int[] to : SIZES) {
        GreyImage resized =
            new Resize(to[0], to[1], fit).apply(GoldenImages.noise(from[0], from[1], 3));
        assertThat(new int[] {resized.height(), resized.width()}).isEqualTo(to);
        for (float pixel : resized.pixels()) {
          assertThat(pixel).isBetween(0f, 1.00001f);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STRETCH", "CROP"})
  void aConstantImageStaysConstant(Fit fit) {
    for (int[] from : SIZES) {
      float[] pixels = new float[from[0] * from[1]];
      Arrays.fill(pixels, .37f);
      for (int[] to : SIZES) {
        GreyImage resized =
            new Resize(to[0], to[1], fit).apply(new GreyImage(from[0], from[1], pixels));
        for (float pixel : resized.pixels()) {
          assertThat(pixel).isEqualTo(.37f, within(1e-5f));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void toItsOwnSizeIsTheImageItself(Fit fit) {
    GreyImage image = GoldenImages.noise(7, 13, 1);
    assertThat(new Resize(7, 13, fit).apply(image)).isSameAs(image);
  }

  @ParameterizedTest
  @EnumSource
  void mirroringBeforeIsMirroringAfter(Fit fit) {
    GreyImage image = GoldenImages.noise(40, 60, 5);
    Resize resize = new Resize(20, 20, fit);
    GreyImage before = resize.apply(Orientation.MIRRORED.apply(image));
    GreyImage after = Orientation.MIRRORED.apply(resize.apply(image));
    assertThat(GoldenImages.difference(before, after)).isLessThan(.02);
  }

  @Test
  void shrinkingKeepsTheMean() {
    GreyImage image = GoldenImages.noise(64, 96, 2);
    GreyImage small = new Resize(8, 12, Fit.STRETCH).apply(image);
    // Noise of standard deviation .29 in 6144 pixels; aliasing would leave 96 of them.
    assertThat(mean(small)).isEqualTo(mean(image), within(.01));
  }

  @Test
  void paddingIsBlackAndAroundTheMiddle() {
    float[] white = new float[10 * 40];
    Arrays.fill(white, 1);
    GreyImage padded = new Resize(40, 40, Fit.PAD).apply(new GreyImage(10, 40, white));
    assertThat(padded.at(14, 20)).isZero();
    assertThat(padded.at(15, 20)).isEqualTo(1);
    assertThat(padded.at(24, 20)).isEqualTo(1);
    assertThat(padded.at(25, 20)).isZero();
    Resize.Placement at = new Resize(40, 40, Fit.PAD).placement(10, 40);
    assertThat(at).isEqualTo(new Resize.Placement(0, 0, 10, 40, 15, 0, 10, 40));
  }

  @Test
  void aSizeOutOfRangeIsRefused() {
    assertThatThrownBy(() -> new Resize(0, 5, Fit.PAD)).hasMessageContaining("0 × 5");
    assertThatThrownBy(() -> new Resize(5, 99_999, Fit.PAD)).hasMessageContaining("16384");
  }

  private static double mean(GreyImage image) {
    double sum = 0;
    for (float pixel : image.pixels()) {
      sum += pixel;
    }
    return sum / image.pixels().length;
  }
}
