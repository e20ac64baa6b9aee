package org.senoscope.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class PerceptualHashTest {
  /** The same brightness as {@code pattern} of make_hashes.py. */
  private static GreyImage pattern(int kind, int height, int width) {
    float[] pixels = new float[height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        pixels[y * width + x] =
            ((x * (7 + kind) + y * (13 - kind) + x * y * kind / 17) % 256) / 255f;
      }
    }
    return new GreyImage(height, width, pixels);
  }

  /** Blobs of light on a grey ground: smooth, as images of tissue are. */
  private static GreyImage blobs(long seed, int side) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] pixels = new float[side * side];
    for (int blob = 0; blob < 40; blob++) {
      double centreX = random.nextDouble();
      double centreY = random.nextDouble();
      double radius = .03 + .12 * random.nextDouble();
      double light = random.nextDouble() - .4;
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          double dx = (x + .5) / side - centreX;
          double dy = (y + .5) / side - centreY;
          pixels[y * side + x] +=
              (float) (light * Math.exp(-(dx * dx + dy * dy) / (radius * radius)));
        }
      }
    }
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (.5 + .4 * Math.tanh(pixels[i]));
    }
    return new GreyImage(side, side, pixels);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "hash/hashes.csv", numLinesToSkip = 1)
  void agreesWithPillowAndScipy(int kind, int height, int width, String hash) {
    assertThat(PerceptualHash.of(pattern(kind, height, width)))
        .isEqualTo(Long.parseUnsignedLong(hash, 16));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void sizeBrightnessAndContrastChangeFewBits(long seed) {
    long hash = PerceptualHash.of(blobs(seed, 200));
    GreyImage image = blobs(seed, 333);
    assertThat(PerceptualHash.distance(hash, PerceptualHash.of(image))).isLessThanOrEqualTo(2);
    float[] faded = image.pixels().clone();
    for (int i = 0; i < faded.length; i++) {
      faded[i] = .6f * faded[i] + .2f;
    }
    assertThat(PerceptualHash.distance(hash, PerceptualHash.of(new GreyImage(333, 333, faded))))
        .isLessThanOrEqualTo(2);
  }

  @Test
  void differentImagesAreFarApart() {
    for (long seed = 0; seed < 50; seed++) {
      assertThat(
              PerceptualHash.distance(
                  PerceptualHash.of(blobs(seed, 100)), PerceptualHash.of(blobs(seed + 1000, 100))))
          .as("seed %d", seed)
          .isGreaterThan(12);
    }
  }

  @Test
  void halfOfTheBitsAreSet() {
    assertThat(Long.bitCount(PerceptualHash.of(blobs(9, 64)))).isEqualTo(32);
  }

  @Test
  void anImageOfOnePixelHasAHash() {
    assertThat(PerceptualHash.of(new GreyImage(1, 1, new float[] {.5f})))
        .isEqualTo(PerceptualHash.of(new GreyImage(1, 1, new float[] {.5f})));
  }

  @Test
  void distanceCountsDifferingBits() {
    assertThat(PerceptualHash.distance(0b1011, 0b0110)).isEqualTo(3);
    assertThat(PerceptualHash.distance(-1L, 0)).isEqualTo(64);
  }
}
