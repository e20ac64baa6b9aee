package org.senoscope.dataset.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.image.GreyImage;
import org.senoscope.image.likeness.Symmetry;
import org.senoscope.image.likeness.Texture;

class TextureTest {
  private static final Symmetry MIRROR = new Symmetry(true, 0);

  private static double agreement(GreyImage a, GreyImage b) {
    return Alignment.cut(0, Texture.of(a, 64, 3), Texture.of(b, 64, 3)).correlation();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void brightnessAndContrastAreNoPartOfIt(long seed) {
    GreyImage image = Phantoms.ultrasound(seed, 90, 120);
    float[] faded = image.pixels().clone();
    for (int i = 0; i < faded.length; i++) {
      faded[i] = .2f + .5f * faded[i];
    }
    assertThat(agreement(image, new GreyImage(90, 120, faded))).isGreaterThan(.99);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theOutlineIsHardlyAPartOfIt(long seed) {
    assertThat(
            agreement(Phantoms.mammogram(seed, 128, 128), Phantoms.mammogram(seed + 100, 128, 128)))
        .isLessThan(.5);
  }

  @Test
  void mirroredTwiceIsTheSame() {
    Texture texture = Texture.of(Phantoms.ultrasound(5, 50, 60), 32, 3);
    assertThat(texture.turned(MIRROR).turned(MIRROR).values()).containsExactly(texture.values());
  }

  @Test
  void aMirroredImageHasTheMirroredTexture() {
    GreyImage image = Phantoms.ultrasound(5, 64, 64);
    float[] expected = Texture.of(image, 64, 3).turned(MIRROR).values();
    float[] found = Texture.of(Phantoms.mirrored(image), 64, 3).values();
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], offset(1e-4f));
    }
  }

  @Test
  void bytesKeepItToASixtyFourth() {
    Texture texture = Texture.of(Phantoms.ultrasound(6, 80, 80), 38, 2);
    float[] kept = Texture.ofBytes(texture.toBytes(), 38).values();
    for (int i = 0; i < kept.length; i++) {
      assertThat(kept[i]).isCloseTo(texture.values()[i], offset(1f / 64));
    }
  }

  @Test
  void anImageOfOneBrightnessHasNone() {
    float[] flat = new float[400];
    Arrays.fill(flat, .7f);
    Texture texture = Texture.of(new GreyImage(20, 20, flat), 16, 2);
    assertThat(texture.isFlat()).isTrue();
    assertThat(Sketch.of(new GreyImage(20, 20, flat)).appearance().hash(0).isBlank()).isTrue();
  }
}
