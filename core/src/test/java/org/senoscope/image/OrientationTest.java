package org.senoscope.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {
  private static final GreyImage IMAGE = GoldenImages.noise(5, 8, 1);

  @ParameterizedTest
  @EnumSource
  void theInverseUndoes(Orientation orientation) {
    assertThat(orientation.inverse().apply(orientation.apply(IMAGE)).pixels())
        .isEqualTo(IMAGE.pixels());
    assertThat(orientation.inverse().after(orientation)).isEqualTo(Orientation.UPRIGHT);
  }

  @ParameterizedTest
  @EnumSource
  void oneAfterAnotherIsTheirComposition(Orientation second) {
    for (Orientation first : Orientation.values()) {
      GreyImage twice = second.apply(first.apply(IMAGE));
      GreyImage once = second.after(first).apply(IMAGE);
      assertThat(once.height()).isEqualTo(twice.height());
      assertThat(once.pixels()).as("%s after %s", second, first).isEqualTo(twice.pixels());
    }
  }

  @Test
  void aQuarterClockwiseBringsTheTopLeftToTheTopRight() {
    GreyImage turned = Orientation.QUARTER_CLOCKWISE.apply(IMAGE);
    assertThat(turned.height()).isEqualTo(8);
    assertThat(turned.width()).isEqualTo(5);
    assertThat(turned.at(0, 4)).isEqualTo(IMAGE.at(0, 0));
    assertThat(turned.at(7, 4)).isEqualTo(IMAGE.at(0, 7));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 9, 65535})
  void anUnknownValueIsUpright(int value) {
    assertThat(Orientation.ofExif(value)).isEqualTo(Orientation.UPRIGHT);
  }
}
