package org.senoscope.image.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.senoscope.RealData;
import org.senoscope.image.GoldenImages;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;

class InvertIfBrightTest {
  private final InvertIfBright step = new InvertIfBright();

  /** Black air, and a half-ellipse of tissue at the left edge. */
  private static GreyImage mammogram(float air, float tissue) {
    float[] pixels = new float[100 * 80];
    for (int row = 0; row < 100; row++) {
      for (int column = 0; column < 80; column++) {
        double down = (row - 50) / 45.0;
        double right = column / 60.0;
        pixels[row * 80 + column] = down * down + right * right < 1 ? tissue : air;
      }
    }
    return new GreyImage(100, 80, pixels);
  }

  @Test
  void whiteAirBecomesBlack() {
    GreyImage upright = mammogram(0, .6f);
    GreyImage turned = step.apply(mammogram(1, .4f));
    assertThat(turned.at(0, 79)).isZero();
    assertThat(GoldenImages.difference(turned, upright)).isLessThan(.01);
  }

  @Test
  void aSecondTimeChangesNothing() {
    GreyImage turned = step.apply(mammogram(1, .4f));
    assertThat(step.apply(turned)).isSameAs(turned);
  }

  @Test
  void anUprightImageIsLeftAsItIs() {
    GreyImage dense = mammogram(.02f, 1);
    assertThat(step.apply(dense)).isSameAs(dense);
  }

  @Test
  void aScannersWhiteBorderDoesNotMakeAnImageInverted() {
    GreyImage image = mammogram(0, .6f);
    for (int row = 0; row < 100; row++) {
      for (int column = 0; column < 80; column++) {
        if (row < 2 || column < 2 || row > 97 || column > 77) {
          image.pixels()[row * 80 + column] = 1;
        }
      }
    }
    assertThat(InvertIfBright.isInverted(image)).isFalse();
  }

  @Test
  void filmsOfOneSetAreAllUpright() throws IOException {
    Path films = RealData.require("mini-mias/all-mias");
    List<Path> some;
    try (Stream<Path> files = Files.list(films)) {
      some = files.filter(file -> file.toString().endsWith("5.png")).sorted().toList();
    }
    assertThat(some).hasSizeGreaterThan(10);
    for (Path film : some) {
      assertThat(InvertIfBright.isInverted(ImageFiles.read(film))).as(film.toString()).isFalse();
    }
  }
}
