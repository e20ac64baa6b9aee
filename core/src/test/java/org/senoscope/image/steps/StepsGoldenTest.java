package org.senoscope.image.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.senoscope.image.GoldenImages;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.Resampling.Filter;

/** Against OpenCV, scikit-image and Pillow, by the files of {@code golden/make.py}. */
class StepsGoldenTest {
  /** Both round to 8 bits, and OpenCV rounds on the way too; levels. */
  private static final double ROUNDED_ONCE = .501;

  private static final double ROUNDED_TWICE = 1.01;

  private static Path folder() {
    try {
      return Path.of(StepsGoldenTest.class.getResource("golden").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertGives(Step step, String name, double levels) throws IOException {
    assertGives(step, "film.png", name, levels);
  }

  private static void assertGives(Step step, String source, String name, double levels)
      throws IOException {
    GreyImage film = ImageFiles.read(folder().resolve(source));
    GreyImage expected = GoldenImages.expected(folder(), name);
    assertThat(GoldenImages.difference(step.apply(film), expected))
        .as(name)
        .isLessThanOrEqualTo(levels);
  }

  @ParameterizedTest
  @CsvSource({"2,8", "4,3", "40,5"})
  void claheThatRedistributesOnceIsOpenCvs(int clip, int tiles) throws IOException {
    assertGives(
        new Clahe(clip, tiles, Clahe.Redistribution.ONCE),
        "clahe-once-%d-%d".formatted(clip, tiles),
        ROUNDED_TWICE);
  }

  @ParameterizedTest
  @CsvSource({"2,8", "3,4"})
  void claheThatRedistributesFullyIsThatOfItsDefinition(int clip, int tiles) throws IOException {
    assertGives(
        new Clahe(clip, tiles, Clahe.Redistribution.FULLY),
        "clahe-fully-%d-%d".formatted(clip, tiles),
        ROUNDED_ONCE);
  }

  @ParameterizedTest
  @CsvSource({"4", "8"})
  void sharpeningByAKernelIsOpenCvs(int neighbours) throws IOException {
    assertGives(new Sharpen(neighbours, 1), "sharpen-" + neighbours, ROUNDED_ONCE);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2.5,1.5"})
  void theUnsharpMaskIsScikitImages(String radius, String amount) throws IOException {
    assertGives(
        new UnsharpMask(Double.parseDouble(radius), Double.parseDouble(amount), Optional.empty()),
        "unsharp-%s-%s".formatted(radius, amount),
        ROUNDED_ONCE);
  }

  @ParameterizedTest
  @CsvSource({"1,99", "50,95.5"})
  void stretchingIsNumPysPercentilesAndScikitImagesRescaling(String low, String high)
      throws IOException {
    assertGives(
        new Stretch(Double.parseDouble(low), Double.parseDouble(high), Stretch.Over.IMAGE),
        "stretch-%s-%s".formatted(low, high),
        // Percentiles are of 16-bit levels.
        ROUNDED_ONCE + .02);
  }

  @Test
  void gammaIsScikitImages() throws IOException {
    assertGives(new Gamma(.6), "gamma-0.6", ROUNDED_ONCE);
  }

  @Test
  void contrastAboutTheMeanIsPillows() throws IOException {
    assertGives(
        new BrightnessContrast(0, 1.4, BrightnessContrast.Pivot.MEAN),
        "contrast-1.4",
        ROUNDED_TWICE);
  }

  @ParameterizedTest
  @EnumSource(names = "TRIANGLE", mode = EnumSource.Mode.EXCLUDE) // see ResizeTest
  void filtersAreThoseOfPillowAndOpenCv(Filter filter) throws IOException {
    for (int[] size : new int[][] {{32, 40}, {128, 96}}) {
      assertGives(
          new Resize(size[0], size[1], Resize.Fit.STRETCH, filter),
          "mild.png",
          "resize-%s-%dx%d".formatted(StepParameters.text(filter), size[0], size[1]),
          // Pillow rounds between columns and rows, too.
          1.3);
    }
  }

  @Test
  void sharpnessIsOpenCvsVarianceOfTheLaplacian() throws IOException {
    String number = Files.readString(folder().resolve("numbers.txt")).strip().split(" ", 2)[1];
    double expected = Double.parseDouble(number);
    assertThat(UnsharpMask.sharpness(ImageFiles.read(folder().resolve("film.png"))))
        .isEqualTo(expected, within(1e-3 * expected));
  }
}
