package org.senoscope.image.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.image.GoldenImages;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.Orientation;
import org.senoscope.image.SyntheticFilm;
import org.senoscope.study.Marks;
import org.senoscope.study.Roi;

/**
 * The pictures of {@code docs/preprocessing.md}, before and after each step on a made-up film, are
 * what the steps give. After a wanted change, {@code -Dsenoscope.pictures=write} draws them anew.
 */
class StepPicturesTest {
  private static final Path FOLDER = Path.of("..", "docs", "steps");
  private static final int GAP = 6;
  private static final GreyImage FILM = SyntheticFilm.framed(150, 112).image();
  private static final Marks MARKS = Marks.of(List.of(new Roi(78, 24, 104, 50)));

  /** The step of each picture, and the film it is shown on. */
  private record Shown(Step step, GreyImage film) {}

  private static Map<String, Shown> pictures() {
    GreyImage clean = new RemoveLabels().apply(FILM);
    Map<String, Shown> pictures = new LinkedHashMap<>();
    pictures.put("invert-if-bright", new Shown(new InvertIfBright(), negative(clean)));
    pictures.put("remove-labels", new Shown(new RemoveLabels(), FILM));
    pictures.put(
        "orient", new Shown(new Orient(Orient.Side.LEFT), Orientation.MIRRORED.apply(FILM)));
    pictures.put("remove-pectoral", new Shown(new RemovePectoral(), FILM));
    pictures.put("crop-breast", new Shown(new CropBreast(.02), FILM));
    pictures.put("crop-centre", new Shown(new CropCentre(.5), FILM));
    pictures.put("crop-roi", new Shown(new CropRoi(.25, .5, OptionalInt.empty()), FILM));
    pictures.put("resize", new Shown(new Resize(64, 64, Resize.Fit.PAD), FILM));
    pictures.put("clahe", new Shown(new Clahe(2, 8, Clahe.Redistribution.FULLY), clean));
    pictures.put("sharpen", new Shown(new Sharpen(4, 1), FILM));
    pictures.put("unsharp-mask", new Shown(new UnsharpMask(3, 2, Optional.empty()), FILM));
    pictures.put("stretch", new Shown(new Stretch(1, 99, Stretch.Over.BREAST), clean));
    pictures.put("gamma", new Shown(new Gamma(.6), FILM));
    pictures.put(
        "brightness-contrast",
        new Shown(new BrightnessContrast(.05, 1.5, BrightnessContrast.Pivot.MIDDLE), FILM));
    return pictures;
  }

  static List<String> names() {
    return List.copyOf(pictures().keySet());
  }

  @Test
  void everyStepHasItsPictureAndItsChapter() throws IOException {
    assertThat(names()).containsExactlyInAnyOrderElementsOf(Vocabulary.names());
    String page = Files.readString(FOLDER.resolveSibling("preprocessing.md"));
    for (String name : names()) {
      assertThat(page).contains("### `" + name + "`").contains("](steps/" + name + ".png)");
      // And every parameter is named there.
      pictures()
          .get(name)
          .step()
          .toJson()
          .fieldNames()
          .forEachRemaining(
              parameter -> assertThat(page).contains(parameter.equals("step") ? "" : parameter));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void thePictureIsWhatTheStepGives(String name) throws IOException {
    Shown shown = pictures().get(name);
    GreyImage after = shown.step.apply(Prepared.of(shown.film, MARKS)).image();
    GreyImage picture = sideBySide(shown.film, after);
    Path file = FOLDER.resolve(name + ".png");
    if ("write".equals(System.getProperty("senoscope.pictures"))) {
      Files.createDirectories(FOLDER);
      ImageFiles.writePng(picture, file);
    }
    assertThat(GoldenImages.difference(picture, ImageFiles.read(file))).isLessThan(1.01);
  }

  private static GreyImage negative(GreyImage image) {
    float[] pixels = new float[image.pixels().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 1 - image.pixels()[i];
    }
    return new GreyImage(image.height(), image.width(), pixels);
  }

  /** Before on the left, after on the right, white between and below. */
  private static GreyImage sideBySide(GreyImage before, GreyImage after) {
    int height = Math.max(before.height(), after.height());
    int width = before.width() + GAP + after.width();
    float[] pixels = new float[height * width];
    java.util.Arrays.fill(pixels, 1);
    for (int row = 0; row < height; row++) {
      if (row < before.height()) {
        System.arraycopy(
            before.pixels(), row * before.width(), pixels, row * width, before.width());
      }
      if (row < after.height()) {
        System.arraycopy(
            after.pixels(),
            row * after.width(),
            pixels,
            row * width + before.width() + GAP,
            after.width());
      }
    }
    return new GreyImage(height, width, pixels);
  }
}
