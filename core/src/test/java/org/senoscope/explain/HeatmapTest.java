package org.senoscope.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Orientation;
import org.senoscope.image.SyntheticFilm;
import org.senoscope.image.steps.CropBreast;
import org.senoscope.image.steps.Geometry;
import org.senoscope.image.steps.Orient;
import org.senoscope.image.steps.Prepared;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.RemoveLabels;
import org.senoscope.image.steps.Resize;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.ClassMaps;
import org.senoscope.model.Head;
import org.senoscope.model.Inference;
import org.senoscope.model.InputDescription;
import org.senoscope.model.OutputForm;
import org.senoscope.study.Marks;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

class HeatmapTest {
  private static final String TASK = "cancer";
  private static final int SIDE = 64;

  @ParameterizedTest
  @CsvSource({
    // Image of 100 rows and 200 columns; the spot at fractions of its height and width.
    "STRETCH, 100, 200, 0.3, 0.7",
    "PAD, 100, 200, 0.3, 0.7",
    "PAD, 300, 90, 0.9, 0.1",
    "CROP, 100, 200, 0.3, 0.6",
    "CROP, 333, 111, 0.4, 0.8",
    "STRETCH, 31, 17, 0.5, 0.5"
  })
  void theStrongestPlaceLiesWhereTheSpotLiesInTheImageAsRead(
      Resize.Fit fit, int height, int width, double down, double across) {
    Resize resize = new Resize(SIDE, SIDE, fit);
    float[] pixels = new float[height * width];
    double row = down * height;
    double column = across * width;
    for (int r = 0; r < height; r++) {
      for (int c = 0; c < width; c++) {
        double distance = Math.hypot(r + 0.5 - row, c + 0.5 - column);
        pixels[r * width + c] = (float) Math.exp(-Math.pow(distance / (0.1 * height), 2));
      }
    }
    // A network that sees brightness itself, at every second pixel.
    GreyImage prepared =
        new Resize(SIDE / 2, SIDE / 2, Resize.Fit.STRETCH)
            .apply(resize.apply(new GreyImage(height, width, pixels)));
    Heatmap heatmap =
        heatmap(OutputForm.SIGMOID, resize, prepared.pixels(), SIDE / 2, "1", height, width);
    assertThat(heatmap.height()).isEqualTo(height);
    assertThat(heatmap.width()).isEqualTo(width);
    double[] strongest = strongest(heatmap);
    double pixel = 2.0 * Math.max(height, width) / SIDE;
    assertThat(strongest[0]).isCloseTo(row, within(pixel));
    assertThat(strongest[1]).isCloseTo(column, within(pixel));
  }

  /** The way back through crops and a flip that the film itself decides. */
  @ParameterizedTest
  @CsvSource({"true,1", "false,1", "true,2"})
  void theStrongestPlaceIsFoundThroughCropsAndFlips(boolean mirrored, int shrink) {
    int height = 400;
    int width = 300;
    GreyImage film = SyntheticFilm.craniocaudal(height, width).image();
    GreyImage image = mirrored ? Orientation.MIRRORED.apply(film) : film;
    double row = 260;
    double column = mirrored ? width - 90 : 90;
    Preprocessing steps =
        new Preprocessing(
            List.of(
                new RemoveLabels(),
                new Orient(Orient.Side.LEFT),
                new CropBreast(.02),
                new Resize(SIDE, SIDE, Resize.Fit.PAD)));
    Geometry geometry = steps.prepare(image, Marks.UNKNOWN).geometry();
    // A network that sees a spot where the prepared image has this place.
    float[] map = new float[SIDE * SIDE];
    for (int i = 0; i < map.length; i++) {
      int mapRow = i / SIDE;
      int mapColumn = i % SIDE;
      double down = mapRow + .5 - geometry.rows().of(row);
      double right = mapColumn + .5 - geometry.columns().of(column);
      map[i] = (float) Math.exp(-(down * down + right * right) / 8);
    }
    Inference inference =
        new Inference(
            Map.of(),
            Map.of(),
            Map.of(TASK, new ClassMaps(1, SIDE, SIDE, map)),
            Optional.empty(),
            geometry);
    Heatmap heatmap =
        Heatmap.of(
            bundle(OutputForm.SIGMOID, new Resize(SIDE, SIDE, Resize.Fit.PAD)),
            inference,
            TASK,
            "1",
            height / shrink,
            width / shrink);
    double[] strongest = strongest(heatmap);
    double pixel = 400.0 / SIDE;
    assertThat(strongest[0] * shrink).isCloseTo(row, within(pixel));
    assertThat(strongest[1] * shrink).isCloseTo(column, within(pixel));
  }

  @ParameterizedTest
  @EnumSource(Resize.Fit.class)
  void valuesAreFromZeroToOneAndOneIsReached(Resize.Fit fit) {
    Resize resize = new Resize(SIDE, SIDE, fit);
    for (long seed = 0; seed < 5; seed++) {
      Heatmap heatmap =
          heatmap(OutputForm.SOFTMAX, resize, noise(seed, 2 * 7 * 7), 7, "0", 130, 70);
      float largest = 0;
      for (int row = 0; row < 130; row++) {
        for (int column = 0; column < 70; column++) {
          assertThat(heatmap.at(row, column)).isBetween(0f, 1f);
          largest = Math.max(largest, heatmap.at(row, column));
        }
      }
      assertThat(largest).isEqualTo(1f);
    }
  }

  @Test
  void whatCroppingCutIsZero() {
    float[] all = new float[49];
    Arrays.fill(all, 1);
    Resize resize = new Resize(SIDE, SIDE, Resize.Fit.CROP);
    Heatmap heatmap = heatmap(OutputForm.SIGMOID, resize, all, 7, "1", 100, 200);
    assertThat(heatmap.at(50, 20)).isZero();
    assertThat(heatmap.at(50, 49)).isZero();
    assertThat(heatmap.at(50, 50)).isEqualTo(1f);
    assertThat(heatmap.at(0, 149)).isEqualTo(1f);
    assertThat(heatmap.at(50, 150)).isZero();
  }

  @Test
  void whatAllLabelsShareSpeaksForNone() {
    float[] maps = noise(3, 2 * 49);
    float[] shifted = maps.clone();
    float[] shared = noise(4, 49);
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += shared[i % 49];
    }
    Resize resize = new Resize(SIDE, SIDE, Resize.Fit.STRETCH);
    Heatmap one = heatmap(OutputForm.SOFTMAX, resize, maps, 7, "1", 50, 60);
    Heatmap other = heatmap(OutputForm.SOFTMAX, resize, shifted, 7, "1", 50, 60);
    for (int row = 0; row < 50; row++) {
      for (int column = 0; column < 60; column++) {
        assertThat(other.at(row, column)).isCloseTo(one.at(row, column), within(1e-4f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(OutputForm.class)
  void aPlaceSpeaksForOneOfTwoLabelsAtMost(OutputForm form) {
    Resize resize = new Resize(SIDE, SIDE, Resize.Fit.PAD);
    float[] maps = noise(5, form == OutputForm.SOFTMAX ? 2 * 49 : 49);
    Heatmap one = heatmap(form, resize, maps, 7, "0", 64, 64);
    Heatmap other = heatmap(form, resize, maps, 7, "1", 64, 64);
    int some = 0;
    for (int row = 0; row < 64; row++) {
      for (int column = 0; column < 64; column++) {
        assertThat(Math.min(one.at(row, column), other.at(row, column))).isZero();
        some += one.at(row, column) > 0 || other.at(row, column) > 0 ? 1 : 0;
      }
    }
    assertThat(some).isGreaterThan(2000);
  }

  @Test
  void withoutEvidenceItIsZeroThroughout() {
    Resize resize = new Resize(SIDE, SIDE, Resize.Fit.PAD);
    Heatmap heatmap = heatmap(OutputForm.SOFTMAX, resize, new float[2 * 49], 7, "1", 20, 30);
    assertThat(heatmap.at(10, 10)).isZero();
  }

  @Test
  void aNetworkWithoutMapsIsNamed() {
    BundleDescription bundle = bundle(OutputForm.SOFTMAX, new Resize(SIDE, SIDE, Resize.Fit.PAD));
    Inference inference =
        new Inference(Map.of(), Map.of(), Map.of(), Optional.empty(), Geometry.asRead(8, 8));
    assertThatThrownBy(() -> Heatmap.of(bundle, inference, TASK, "1", 8, 8))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("gives no maps for task cancer");
  }

  @Test
  void thePicturesAreOfTheImagesSizeAndClearWhereNothingIs() throws IOException {
    Resize resize = new Resize(SIDE, SIDE, Resize.Fit.STRETCH);
    float[] left = new float[49];
    left[3 * 7] = 1;
    Heatmap heatmap = heatmap(OutputForm.SIGMOID, resize, left, 7, "1", 70, 140);
    float[] grey = new float[70 * 140];
    Arrays.fill(grey, 0.5f);
    BufferedImage over =
        ImageIO.read(new ByteArrayInputStream(Overlay.over(new GreyImage(70, 140, grey), heatmap)));
    assertThat(new int[] {over.getWidth(), over.getHeight()}).containsExactly(140, 70);
    assertThat(over.getRGB(139, 35) & 0xffffff).isEqualTo(0x808080);
    assertThat((over.getRGB(5, 35) >> 16) & 0xff).isGreaterThan(200);
    BufferedImage alone = ImageIO.read(new ByteArrayInputStream(Overlay.alone(heatmap)));
    assertThat(new int[] {alone.getWidth(), alone.getHeight()}).containsExactly(140, 70);
    assertThat(alone.getRGB(139, 35) >>> 24).isZero();
    assertThat(alone.getRGB(5, 35) >>> 24).isGreaterThan(240);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 128, 200, 255})
  void moreIsBrighter(int level) {
    assertThat(luminance(Overlay.colour(level / 255f)))
        .isGreaterThan(luminance(Overlay.colour((level - 1) / 255f)));
  }

  private static double luminance(int colour) {
    return 0.2126 * Math.pow((colour >> 16) / 255.0, 2.2)
        + 0.7152 * Math.pow(((colour >> 8) & 0xff) / 255.0, 2.2)
        + 0.0722 * Math.pow((colour & 0xff) / 255.0, 2.2);
  }

  private static Heatmap heatmap(
      OutputForm form, Resize resize, float[] maps, int side, String label, int height, int width) {
    int logits = maps.length / (side * side);
    Inference inference =
        new Inference(
            Map.of(),
            Map.of(),
            Map.of(TASK, new ClassMaps(logits, side, side, maps)),
            Optional.empty(),
            resize
                .apply(
                    Prepared.of(
                        new GreyImage(height, width, new float[height * width]), Marks.NONE))
                .geometry());
    return Heatmap.of(bundle(form, resize), inference, TASK, label, height, width);
  }

  private static BundleDescription bundle(OutputForm form, Resize resize) {
    return new BundleDescription(
        "see",
        "1",
        List.of(new Head(new Task(TASK, List.of("0", "1")), form)),
        new InputDescription(1, SIDE, SIDE, new float[1], new float[] {1}),
        new Preprocessing(List.of(resize)),
        false,
        Json.object().arrayNode(),
        Json.object(),
        Json.object());
  }

  private static float[] noise(long seed, int length) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double[] strongest(Heatmap heatmap) {
    double sum = 0;
    double rows = 0;
    double columns = 0;
    for (int row = 0; row < heatmap.height(); row++) {
      for (int column = 0; column < heatmap.width(); column++) {
        if (heatmap.at(row, column) > 0.8) {
          sum++;
          rows += row + 0.5;
          columns += column + 0.5;
        }
      }
    }
    return new double[] {rows / sum, columns / sum};
  }
}
