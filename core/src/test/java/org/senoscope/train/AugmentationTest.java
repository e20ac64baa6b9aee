package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.image.GreyImage;
import org.senoscope.model.InputDescription;

class AugmentationTest {
  private static final Augmentation STRONG =
      new Augmentation(0.5, 0.5, 30, 0.7, 1.4, 0.2, 0.7, 1.5, 0.1, 0.2, false, Acquisition.NONE);

  @ParameterizedTest
  @CsvSource({"1,7,9", "3,16,16", "3,9,4"})
  void identityGivesWhatInferenceGives(int channels, int height, int width) {
    InputDescription input = input(channels, height, width);
    byte[] levels = noise(height * width, 5);
    float[] ours = apply(Augmentation.Draw.IDENTITY, levels, input);
    FloatBuffer theirs = FloatBuffer.allocate(input.size());
    input.write(image(levels, height, width), theirs);
    for (int channel = 0; channel < channels; channel++) {
      for (int pixel = 0; pixel < height * width; pixel++) {
        assertThat(ours[pixel * channels + channel])
            .isCloseTo(theirs.get(channel * height * width + pixel), within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"8,8", "7,9", "5,12"})
  void mirrorReversesEachRow(int height, int width) {
    InputDescription input = input(1, height, width);
    byte[] levels = noise(height * width, 6);
    float[] plain = apply(Augmentation.Draw.IDENTITY, levels, input);
    float[] mirrored = apply(Augmentation.Draw.MIRROR, levels, input);
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        assertThat(mirrored[row * width + column])
            .isCloseTo(plain[row * width + width - 1 - column], within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,7,9", "-1,7,9", "1,8,8", "-1,8,8"})
  void copyingGivesTheNumbersOfWarping(double columnByColumn, int height, int width) {
    byte[] levels = noise(height * width, 7);
    // A shift too small to move anything, and not 0: such a draw is warped.
    List<float[]> both =
        Stream.of(0, Double.MIN_VALUE)
            .map(
                shift ->
                    new Augmentation.Draw(
                        1, 0, 0, columnByColumn, shift.doubleValue(), 0, 1.3, 0.9, 0.04))
            .map(draw -> apply(draw, levels, input(3, height, width)))
            .toList();
    assertThat(both.getFirst()).isEqualTo(both.getLast());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, Long.MAX_VALUE})
  void theSameSeedDrawsTheSame(long seed) {
    assertThat(STRONG.draw(new SplittableRandom(seed)))
        .isEqualTo(STRONG.draw(new SplittableRandom(seed)))
        .isNotEqualTo(STRONG.draw(new SplittableRandom(seed + 1)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void brightnessStaysInRangeAndBlackStaysBlack(long seed) {
    InputDescription raw = new InputDescription(1, 16, 16, new float[] {0}, new float[] {1});
    Augmentation.Draw draw = STRONG.draw(new SplittableRandom(seed));
    for (float value : apply(draw, noise(256, seed), raw)) {
      assertThat(value).isBetween(0f, 1f);
    }
    assertThat(apply(draw, new byte[256], raw)).containsOnly(0f);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void nothingIsDrawnOutsideItsRange(long seed) {
    Augmentation.Draw draw = STRONG.draw(new SplittableRandom(seed));
    double magnification = 1 / Math.hypot(draw.rowByRow(), draw.columnByRow());
    assertThat(magnification).isBetween(0.7 - 1e-9, 1.4 + 1e-9);
    double angle =
        Math.toDegrees(Math.atan2(Math.abs(draw.columnByRow()), Math.abs(draw.rowByRow())));
    assertThat(angle).isBetween(0.0, 30 + 1e-9);
    assertThat(Math.abs(draw.rowShift())).isLessThanOrEqualTo(0.2);
    assertThat(draw.gamma()).isBetween(0.7, 1.5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {90, 180, 270})
  void quarterTurnsMovePixelsExactly(double degrees) {
    InputDescription input = new InputDescription(1, 6, 6, new float[] {0}, new float[] {1});
    byte[] levels = noise(36, 9);
    double angle = Math.toRadians(degrees);
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    float[] turned =
        apply(new Augmentation.Draw(cos, -sin, sin, cos, 0, 0, 1, 1, 0), levels, input);
    for (int row = 0; row < 6; row++) {
      for (int column = 0; column < 6; column++) {
        double down = row - 2.5;
        double right = column - 2.5;
        int sourceRow = (int) Math.round(2.5 + cos * down - sin * right);
        int sourceColumn = (int) Math.round(2.5 + sin * down + cos * right);
        assertThat(turned[row * 6 + column])
            .isCloseTo((levels[sourceRow * 6 + sourceColumn] & 0xff) / 255f, within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void quarterTurnsOfADrawMovePixelsExactlyAndFourAreNone(int quarters) {
    InputDescription input = new InputDescription(1, 7, 7, new float[] {0}, new float[] {1});
    byte[] levels = noise(49, 3);
    float[] turned = apply(Augmentation.Draw.IDENTITY.turned(quarters), levels, input);
    float[] expected = apply(Augmentation.Draw.IDENTITY, levels, input);
    for (int turn = 0; turn < quarters; turn++) {
      float[] before = expected;
      expected = new float[49];
      for (int row = 0; row < 7; row++) {
        for (int column = 0; column < 7; column++) {
          // Clockwise: what was at the lower left comes to the upper left.
          expected[row * 7 + column] = before[(6 - column) * 7 + row];
        }
      }
    }
    assertThat(turned).isEqualTo(expected);
  }

  @Test
  void quarterTurnsLeaveTheOtherDrawsAsTheyAre() {
    Augmentation turning =
        new Augmentation(0.5, 0.5, 30, 0.7, 1.4, 0.2, 0.7, 1.5, 0.1, 0.2, true, Acquisition.NONE);
    Set<Integer> seen = new HashSet<>();
    for (long seed = 0; seed < 40; seed++) {
      Augmentation.Draw plain = STRONG.draw(new SplittableRandom(seed));
      Augmentation.Draw drawn = turning.draw(new SplittableRandom(seed));
      for (int quarters = 0; quarters < 4; quarters++) {
        if (plain.turned(quarters).equals(drawn)) {
          seen.add(quarters);
        }
      }
      assertThat(drawn.gamma()).isEqualTo(plain.gamma());
    }
    assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  private static float[] apply(Augmentation.Draw draw, byte[] levels, InputDescription input) {
    FloatBuffer target = FloatBuffer.allocate(input.size());
    Augmentation.apply(draw, levels, input, target, 0);
    return target.array();
  }

  private static InputDescription input(int channels, int height, int width) {
    float[] mean = new float[channels];
    float[] std = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      mean[channel] = 0.4f + 0.05f * channel;
      std[channel] = 0.2f + 0.01f * channel;
    }
    return new InputDescription(channels, height, width, mean, std);
  }

  private static GreyImage image(byte[] levels, int height, int width) {
    float[] pixels = new float[levels.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (levels[i] & 0xff) / 255f;
    }
    return new GreyImage(height, width, pixels);
  }

  private static byte[] noise(int size, long seed) {
    byte[] levels = new byte[size];
    new Random(seed).nextBytes(levels);
    return levels;
  }
}
