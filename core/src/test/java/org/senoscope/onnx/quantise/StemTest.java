package org.senoscope.onnx.quantise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxModel.Node;

class StemTest {
  private static final int OUT = 2;

  private static Node conv(int kernel, int stride, long... pads) {
    return new Node(
        "Conv",
        "",
        List.of("image", "w"),
        List.of("y"),
        List.of(
            Attribute.integers("kernel_shape", kernel, kernel).message(),
            Attribute.integers("strides", stride, stride).message(),
            Attribute.integers("pads", pads).message()));
  }

  /** By the definition: sum over channel, row and column; beyond the edge is 0. */
  private static long[] convolved(
      int[] picture,
      int in,
      int side,
      byte[] weights,
      int rows,
      int columns,
      int stride,
      long[] pads) {
    int high = (int) ((side + pads[0] + pads[2] - rows) / stride + 1);
    int wide = (int) ((side + pads[1] + pads[3] - columns) / stride + 1);
    long[] sums = new long[OUT * high * wide];
    for (int i = 0; i < sums.length; i++) {
      int o = i / (high * wide);
      int y = i / wide % high;
      int x = i % wide;
      for (int k = 0; k < in * rows * columns; k++) {
        long channel = k / (rows * columns);
        long row = (long) y * stride + k / columns % rows - pads[0];
        long column = (long) x * stride + k % columns - pads[1];
        if (row >= 0 && row < side && column >= 0 && column < side) {
          sums[i] +=
              (long) picture[(int) ((channel * side + row) * side + column)]
                  * weights[o * in * rows * columns + k];
        }
      }
    }
    return sums;
  }

  /** As ONNX defines SpaceToDepth: channels of the block's first place first. */
  private static int[] inBlocks(int[] picture, int in, int side) {
    int half = side / 2;
    int[] blocks = new int[picture.length];
    for (int i = 0; i < picture.length; i++) {
      int deep = i / (half * half);
      int place = deep / in;
      int row = 2 * (i / half % half) + place / 2;
      int column = 2 * (i % half) + place % 2;
      blocks[i] = picture[((deep % in) * side + row) * side + column];
    }
    return blocks;
  }

  @ParameterizedTest
  @CsvSource({
    "3,0,0,1,1",
    "3,1,1,1,1",
    "3,1,1,0,0",
    "7,3,3,3,3",
    "5,1,1,2,2",
    "5,2,2,1,1",
    "2,0,0,0,0",
    "4,1,1,1,1"
  })
  void theSumsAreTheSameNumbers(int kernel, long above, long left, long below, long right) {
    int side = 10;
    for (int in = 1; in <= 4; in++) {
      Random random = new Random(kernel * 31L + in);
      int[] picture = random.ints((long) in * side * side, -128, 128).toArray();
      byte[] weights = new byte[OUT * in * kernel * kernel];
      random.nextBytes(weights);
      long[] pads = {above, left, below, right};
      List<Long> shape = List.of((long) OUT, (long) in, (long) kernel, (long) kernel);
      Stem stem =
          Stem.of(conv(kernel, 2, pads), List.of(-1L, (long) in, (long) side, (long) side), shape)
              .orElseThrow();
      assertThat(
              convolved(
                  inBlocks(picture, in, side),
                  4 * in,
                  side / 2,
                  stem.moved(weights, shape),
                  stem.blocks()[0],
                  stem.blocks()[1],
                  1,
                  stem.pads()))
          .isEqualTo(convolved(picture, in, side, weights, kernel, kernel, 2, pads));
    }
  }

  @Test
  void othersStayAsTheyAre() {
    List<Long> picture = List.of(-1L, 3L, 32L, 32L);
    List<Long> weights = List.of(8L, 3L, 3L, 3L);
    assertThat(Stem.of(conv(3, 1, 1, 1, 1, 1), picture, weights)).isEmpty();
    assertThat(Stem.of(conv(3, 2, 1, 1, 1, 1), List.of(-1L, 3L, 33L, 32L), weights)).isEmpty();
    assertThat(Stem.of(conv(3, 2, 1, 1, 1, 1), List.of(-1L, 16L, 32L, 32L), weights)).isEmpty();
    assertThat(Stem.of(conv(3, 2, 1, 1, 1, 1), List.of(-1L, 3L, -1L, -1L), weights)).isEmpty();
    assertThat(Stem.of(conv(3, 2, 1, 1, 1, 1), picture, weights)).isPresent();
  }
}
