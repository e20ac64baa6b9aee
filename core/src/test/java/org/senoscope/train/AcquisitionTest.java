package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.train.Acquisition.Draw;
import org.senoscope.train.Acquisition.Shadow;

class AcquisitionTest {
  private static final int HEIGHT = 60;
  private static final int WIDTH = 90;
  private static final Acquisition STRONG = new Acquisition(0.5, 0.6, 0.5, 2);

  private static float[] grey(float value) {
    float[] values = new float[HEIGHT * WIDTH];
    Arrays.fill(values, value);
    return values;
  }

  private static float[] applied(Draw draw, float[] values) {
    float[] changed = values.clone();
    Acquisition.apply(draw, changed, HEIGHT, WIDTH);
    return changed;
  }

  private static double mean(float[] values, int fromRow, int toRow) {
    double sum = 0;
    for (int i = fromRow * WIDTH; i < toRow * WIDTH; i++) {
      sum += values[i];
    }
    return sum / ((toRow - fromRow) * WIDTH);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void blackStaysBlackAndNothingLeavesItsRange(long seed) {
    Draw draw = STRONG.draw(new SplittableRandom(seed));
    float[] halfBlack = grey(.6f);
    Arrays.fill(halfBlack, 0, HEIGHT * WIDTH / 2, 0);
    Draw sharp = new Draw(draw.speckle(), seed, draw.depthGain(), draw.shadow(), 0);
    assertThat(Arrays.copyOf(applied(sharp, halfBlack), HEIGHT * WIDTH / 2)).containsOnly(0f);
    float[] picture = grey(0);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < picture.length; i++) {
      picture[i] = (float) random.nextDouble();
    }
    float[] changed = applied(draw, picture);
    for (float value : changed) {
      assertThat(value).isBetween(0f, 1f);
    }
    assertThat(changed).isNotEqualTo(picture).isEqualTo(applied(draw, picture));
    assertThat(draw.speckle()).isBetween(0.0, 0.5);
    assertThat(Math.abs(draw.depthGain())).isLessThanOrEqualTo(0.6);
    assertThat(draw.blur()).isBetween(0.0, 2.0);
  }

  @Test
  void nothingIsChangedWhereNothingIsWanted() {
    Draw draw = Acquisition.NONE.draw(new SplittableRandom(4));
    assertThat(draw.isNone()).isTrue();
    assertThat(applied(draw, grey(.3f))).containsOnly(.3f);
  }

  /** Speckle leaves the mean, and has the deviation that is asked for, less what grains smooth. */
  @Test
  void speckleVariesBrightnessAroundItsMean() {
    float[] changed = applied(new Draw(0.2, 7, 0, Shadow.NONE, 0), grey(.5f));
    double mean = mean(changed, 0, HEIGHT);
    double squares = 0;
    double alongBeam = 0;
    double acrossBeam = 0;
    for (int row = 0; row < HEIGHT - 1; row++) {
      for (int column = 0; column < WIDTH - 1; column++) {
        double here = changed[row * WIDTH + column] - mean;
        squares += here * here;
        alongBeam += here * (changed[(row + 1) * WIDTH + column] - mean);
        acrossBeam += here * (changed[row * WIDTH + column + 1] - mean);
      }
    }
    double deviation = Math.sqrt(squares / ((HEIGHT - 1) * (WIDTH - 1)));
    assertThat(mean).isCloseTo(.5, within(.01));
    assertThat(deviation / mean).isBetween(.1, .2);
    assertThat(acrossBeam / squares).isGreaterThan(alongBeam / squares);
    assertThat(applied(new Draw(0.2, 8, 0, Shadow.NONE, 0), grey(.5f))).isNotEqualTo(changed);
  }

  @Test
  void gainOverTheDepthRisesWhereItIsAboveNothing() {
    float[] changed = applied(new Draw(0, 0, 0.3, Shadow.NONE, 0), grey(.5f));
    assertThat(mean(changed, 0, 1))
        .isCloseTo(.5 * (1 - .3 * (HEIGHT - 1.0) / HEIGHT), within(1e-6));
    assertThat(mean(changed, 0, HEIGHT)).isCloseTo(.5, within(1e-6));
    for (int row = 1; row < HEIGHT; row++) {
      assertThat(changed[row * WIDTH]).isGreaterThan(changed[(row - 1) * WIDTH]);
    }
  }

  @Test
  void aShadowLiesBelowItsTopAndWithinItsBand() {
    float[] changed = applied(new Draw(0, 0, 0, new Shadow(.5, .4, .2, .6), 0), grey(.5f));
    for (int row = 0; row < HEIGHT; row++) {
      for (int column = 0; column < WIDTH; column++) {
        double across = (column + .5) / WIDTH;
        boolean touched = row >= HEIGHT / 2 && across > .301 && across < .499;
        if (touched) {
          assertThat(changed[row * WIDTH + column]).isLessThan(.5f);
        } else {
          assertThat(changed[row * WIDTH + column]).isEqualTo(.5f, within(.03f));
        }
      }
    }
    assertThat(changed[(HEIGHT - 1) * WIDTH + (int) (.4 * WIDTH)]).isCloseTo(.2f, within(.01f));
  }

  /** A point becomes a bell of the width that is asked for; the sum stays. */
  @Test
  void blurSpreadsAPoint() {
    float[] point = grey(0);
    int row = HEIGHT / 2;
    int column = WIDTH / 2;
    point[row * WIDTH + column] = 1;
    float[] changed = applied(new Draw(0, 0, 0, Shadow.NONE, 1.5), point);
    double sum = 0;
    double square = 0;
    for (int i = 0; i < changed.length; i++) {
      sum += changed[i];
      square += changed[i] * Math.pow(i % WIDTH - column, 2);
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
    assertThat(Math.sqrt(square)).isCloseTo(1.5, within(.03));
    assertThat(applied(new Draw(0, 0, 0, Shadow.NONE, 1.5), grey(.4f)))
        .containsExactly(grey(.4f), within(1e-6f));
  }
}
