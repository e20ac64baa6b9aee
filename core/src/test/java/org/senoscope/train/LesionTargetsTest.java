package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.dataset.importer.LesionMask;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.steps.Prepared;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.model.InputDescription;
import org.senoscope.study.Marks;

class LesionTargetsTest {
  private static final int SIDE = 48;

  /** No square: rows and columns that were mistaken for one another would show. */
  private static final int WIDE = 66;

  private static final Augmentation STRONG =
      new Augmentation(0.5, 0.5, 30, 0.7, 1.4, 0.2, 0.7, 1.5, 0.1, 0.2, true, Acquisition.NONE);

  private static LesionMask disc(int height, int width, int row, int column, int radius) {
    LesionMask mask = new LesionMask(height, width);
    mask.addDisc(row, column, radius);
    return mask;
  }

  private static float[] targets(LesionTargets grid, Augmentation.Draw draw, byte[] inside) {
    return targets(grid, draw, inside, SIDE);
  }

  private static float[] targets(
      LesionTargets grid, Augmentation.Draw draw, byte[] inside, int width) {
    FloatBuffer target = FloatBuffer.allocate(grid.size() + 3);
    grid.write(draw, inside, SIDE, width, target, 3);
    float[] shares = new float[grid.size()];
    target.get(3, shares);
    return shares;
  }

  /** The law: the mask goes where its image goes, whatever is drawn. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aMaskMovesAsItsImage(long seed) {
    Random random = new Random(seed);
    LesionMask mask =
        disc(SIDE, WIDE, 12 + random.nextInt(24), 12 + random.nextInt(42), 5 + random.nextInt(8));
    byte[] inside = new byte[SIDE * WIDE];
    byte[] white = new byte[SIDE * WIDE];
    for (int i = 0; i < inside.length; i++) {
      boolean lesion = mask.contains(i / WIDE, i % WIDE);
      inside[i] = (byte) (lesion ? 1 : 0);
      white[i] = (byte) (lesion ? 255 : 0);
    }
    Augmentation.Draw moved = STRONG.draw(new SplittableRandom(seed));
    Augmentation.Draw draw =
        new Augmentation.Draw(
            moved.rowByRow(),
            moved.rowByColumn(),
            moved.columnByRow(),
            moved.columnByColumn(),
            moved.rowShift(),
            moved.columnShift(),
            1,
            1,
            0);
    FloatBuffer warped = FloatBuffer.allocate(SIDE * WIDE);
    Augmentation.apply(
        draw,
        white,
        new InputDescription(1, SIDE, WIDE, new float[] {0}, new float[] {1}),
        warped,
        0);
    LesionTargets grid = new LesionTargets(6, 11);
    float[] shares = targets(grid, draw, inside, WIDE);
    double sum = 0;
    for (int place = 0; place < 66; place++) {
      double mean = 0;
      for (int pixel = 0; pixel < 48; pixel++) {
        int row = place / 11 * 8 + pixel / 6;
        int column = place % 11 * 6 + pixel % 6;
        mean += warped.get(row * WIDE + column) / 48;
      }
      assertThat((double) shares[place]).as("place %d", place).isCloseTo(mean, within(.13));
      sum += shares[place] - mean;
    }
    assertThat(sum / 66).isCloseTo(0, within(.01)); // no side is favoured
  }

  @Test
  void withoutADrawEachPlaceHoldsItsOwnShare() {
    byte[] inside = new byte[SIDE * SIDE];
    for (int row = 0; row < 8; row++) {
      for (int column = 0; column < 4; column++) {
        inside[(8 + row) * SIDE + 16 + column] = 1;
      }
    }
    float[] shares = targets(new LesionTargets(6, 6), Augmentation.Draw.IDENTITY, inside);
    for (int place = 0; place < 36; place++) {
      assertThat(shares[place]).isEqualTo(place == 6 + 2 ? .5f : 0f);
    }
  }

  @Test
  void aMirroredDrawGivesMirroredTargets() {
    LesionMask mask = disc(SIDE, SIDE, 20, 11, 9);
    byte[] inside = new byte[SIDE * SIDE];
    for (int i = 0; i < inside.length; i++) {
      inside[i] = (byte) (mask.contains(i / SIDE, i % SIDE) ? 1 : 0);
    }
    LesionTargets grid = new LesionTargets(6, 5);
    float[] plain = targets(grid, Augmentation.Draw.IDENTITY, inside);
    float[] mirrored = targets(grid, Augmentation.Draw.MIRROR, inside);
    for (int place = 0; place < grid.size(); place++) {
      int other = place / 5 * 5 + 4 - place % 5;
      assertThat(mirrored[place]).isCloseTo(plain[other], within(.07f));
    }
  }

  /** Steps that move pixels move the mask alike: what is white in the image is inside. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{step: resize, height: 48, width: 48, fit: pad}]",
        "[{step: resize, height: 48, width: 48, fit: stretch}]",
        "[{step: crop-centre, share: 0.7}, {step: resize, height: 48, width: 48, fit: pad}]"
      })
  void aMaskIsPreparedAsItsImage(String steps) {
    int height = 90;
    int width = 130;
    LesionMask mask = disc(height, width, 40, 70, 22);
    float[] pixels = new float[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = mask.contains(i / width, i % width) ? 1 : 0;
    }
    Prepared prepared =
        Preprocessing.parse(Json.parseYaml(steps, "steps"))
            .prepare(new GreyImage(height, width, pixels), Marks.NONE);
    byte[] inside = LesionTargets.prepared(mask, prepared.geometry(), SIDE, SIDE);
    int differing = 0;
    int white = 0;
    for (int i = 0; i < inside.length; i++) {
      boolean lesion = prepared.image().pixels()[i] >= .5f;
      white += lesion ? 1 : 0;
      differing += lesion == (inside[i] == 1) ? 0 : 1;
    }
    assertThat(white).isGreaterThan(100);
    assertThat((double) differing / white).isLessThan(.06);
  }

  @Test
  void sharesAreWithinBounds() {
    byte[] full = new byte[SIDE * SIDE];
    java.util.Arrays.fill(full, (byte) 1);
    for (float share :
        targets(new LesionTargets(7, 5), STRONG.draw(new SplittableRandom(9)), full)) {
      assertThat(share).isBetween(0f, 1f);
    }
    assertThat(targets(new LesionTargets(7, 5), Augmentation.Draw.IDENTITY, full)).containsOnly(1f);
    assertThat(List.of(new LesionTargets(7, 5).size())).containsExactly(35);
  }
}
