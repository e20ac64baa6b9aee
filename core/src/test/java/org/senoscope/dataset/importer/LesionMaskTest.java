package org.senoscope.dataset.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.study.Roi;

class LesionMaskTest {
  @ParameterizedTest
  @CsvSource({"20,20,0", "20,20,7", "0,0,5", "39,29,5", "20,15,100", "-3,10,5"})
  void theBoxIsTightAroundTheDisc(int row, int column, int radius) {
    LesionMask mask = new LesionMask(40, 30);
    mask.addDisc(row, column, radius);
    Roi box = mask.box().orElseThrow();
    int onEdges = 0;
    for (int r = 0; r < 40; r++) {
      for (int c = 0; c < 30; c++) {
        boolean inside = Math.hypot(r - row, c - column) <= radius;
        assertThat(mask.contains(r, c)).isEqualTo(inside);
        if (inside) {
          assertThat(r).isBetween(box.top(), box.bottom() - 1);
          assertThat(c).isBetween(box.left(), box.right() - 1);
          onEdges |= r == box.top() ? 1 : 0;
          onEdges |= r == box.bottom() - 1 ? 2 : 0;
          onEdges |= c == box.left() ? 4 : 0;
          onEdges |= c == box.right() - 1 ? 8 : 0;
        }
      }
    }
    assertThat(onEdges).isEqualTo(15);
  }

  @Test
  void anEllipseFillsItsRegion() {
    LesionMask mask = new LesionMask(20, 30);
    Roi region = new Roi(3, 5, 13, 27);
    mask.addEllipse(region);
    assertThat(mask.box()).contains(region);
    assertThat(mask.contains(3, 5)).isFalse();
    assertThat((double) mask.pixels()).isCloseTo(Math.PI * 5 * 11, within(4.0));
    mask.addEllipse(new Roi(15, 25, 40, 60)); // beyond the edges
    assertThat(mask.contains(19, 29)).isTrue();
  }

  @Test
  void addingIsTheUnion() {
    LesionMask one = new LesionMask(10, 10);
    one.addDisc(2, 2, 1);
    LesionMask other = new LesionMask(10, 10);
    other.addDisc(7, 7, 1);
    one.add(other);
    assertThat(one.contains(2, 2)).isTrue();
    assertThat(one.contains(7, 7)).isTrue();
    assertThat(one.box()).contains(new Roi(1, 1, 9, 9));
    assertThatThrownBy(() -> one.add(new LesionMask(9, 10))).hasMessageContaining("9 × 10");
  }

  @Test
  void nothingInsideHasNoBox() {
    assertThat(new LesionMask(4, 4).box()).isEmpty();
  }
}
