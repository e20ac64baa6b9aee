package org.senoscope.image.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.image.GoldenImages;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Orientation;

class GridTest {
  @ParameterizedTest
  @CsvSource({"40,30", "41,33", "100,7", "7,100", "129,128"})
  void theGridOfTheMirrorImageIsTheMirrorImageOfTheGrid(int height, int width) {
    GreyImage image = GoldenImages.noise(height, width, 4);
    Grid grid = Grid.of(image, 17);
    Grid mirrored = Grid.of(Orientation.MIRRORED.apply(image), 17);
    assertThat(mirrored.mirrored().values()).isEqualTo(grid.values());
    assertThat(mirrored.blurred().mirrored().values()).isEqualTo(grid.blurred().values());
    assertThat(Math.max(grid.height(), grid.width())).isEqualTo(17);
  }

  @ParameterizedTest
  @CsvSource({"40,30", "41,33", "100,7"})
  void theMeanStaysAndAConstantStaysConstant(int height, int width) {
    GreyImage image = GoldenImages.noise(height, width, 5);
    double mean = 0;
    for (float pixel : image.pixels()) {
      mean += pixel / image.pixels().length;
    }
    assertThat(Arrays.stream(Grid.of(image, 16).values()).average().orElseThrow())
        .isEqualTo(mean * Grid.WHITE, within(2.0));
    float[] even = new float[height * width];
    Arrays.fill(even, .3f);
    assertThat(Grid.of(new GreyImage(height, width, even), 16).values())
        .containsOnly(Math.round(.3f * Grid.WHITE));
  }
}
