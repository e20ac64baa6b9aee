package org.senoscope.onnx.quantise;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxModel.Node;

/**
 * The first convolution of a picture, brought to a form that integers are fast in: where it moves
 * by two places, each block of 2 × 2 places becomes one place of four times the channels
 * (SpaceToDepth), and the convolution moves by one. ONNX Runtime gathers what a convolution sums
 * place by place; with three channels each time that took longer than the sums. The sums are the
 * same, number by number; the weights beyond the kernel's edge are 0.
 *
 * @param blocks rows and columns of blocks that the new kernel spans
 * @param first block's row and column that it begins with, seen from the output's place; 0 or below
 * @param before rows and columns of zeros above and left that the convolution had
 * @param pads of the new convolution: above, left, below, right
 */
@SuppressWarnings("ArrayRecordComponent") // used up at once, and never compared
record Stem(int[] blocks, int[] first, long[] before, long[] pads) {
  /** Places of a block along each side. */
  static final int BLOCK = 2;

  private static final int MOST_CHANNELS = 4;

  /**
   * How a convolution is brought there; empty where that is not worth its while or not possible.
   *
   * @param conv whose input is the picture itself
   * @param input shape of the picture: batch, channels, height, width
   * @param weights shape of the weights: out, in, height, width
   */
  static Optional<Stem> of(Node conv, List<Long> input, List<Long> weights) {
    long[] pads = conv.integers("pads");
    long[] own = pads.length == 4 ? pads : new long[4];
    boolean fits =
        conv.operator().equals("Conv")
            && Arrays.equals(conv.integers("strides"), new long[] {BLOCK, BLOCK})
            && Arrays.stream(conv.integers("dilations")).allMatch(each -> each == 1)
            && conv.integer("group").orElse(1) == 1
            && conv.text("auto_pad").orElse("NOTSET").equals("NOTSET")
            && input.size() == 4
            && weights.size() == 4
            && input.get(1) > 0
            && input.get(1) <= MOST_CHANNELS
            && weights.get(2) > 1
            && weights.get(3) > 1;
    int[] blocks = new int[2];
    int[] first = new int[2];
    long[] newPads = new long[4];
    for (int side = 0; side < 2 && fits; side++) {
      long size = input.get(2 + side);
      long kernel = weights.get(2 + side);
      if (size <= 0 || size % BLOCK != 0 || own[side] < 0 || own[2 + side] < 0) {
        return Optional.empty();
      }
      first[side] = (int) Math.floorDiv(-own[side], BLOCK);
      blocks[side] = (int) Math.floorDiv(kernel - 1 - own[side], BLOCK) - first[side] + 1;
      long out = (size + own[side] + own[2 + side] - kernel) / BLOCK + 1;
      newPads[side] = -first[side];
      newPads[2 + side] = out + blocks[side] - 1 - size / BLOCK + first[side];
      fits = newPads[2 + side] >= 0;
    }
    return fits ? Optional.of(new Stem(blocks, first, own, newPads)) : Optional.empty();
  }

  /** The convolution's attributes in its new form. */
  List<ByteBuffer> attributes() {
    return List.of(
        Attribute.integers("kernel_shape", blocks[0], blocks[1]).message(),
        Attribute.integers("strides", 1, 1).message(),
        Attribute.integers("pads", pads).message());
  }

  /** The new shape of weights. */
  List<Long> shape(List<Long> weights) {
    return List.of(
        weights.get(0), weights.get(1) * BLOCK * BLOCK, (long) blocks[0], (long) blocks[1]);
  }

  /**
   * Weights in their new places.
   *
   * @param weights shape (out, in, height, width)
   */
  byte[] moved(byte[] weights, List<Long> shape) {
    int in = shape.get(1).intValue();
    int height = shape.get(2).intValue();
    int width = shape.get(3).intValue();
    int out = shape.get(0).intValue();
    byte[] moved = new byte[out * in * BLOCK * BLOCK * blocks[0] * blocks[1]];
    int from = 0;
    for (int o = 0; o < out; o++) {
      for (int channel = 0; channel < in; channel++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            // The place seen from the output's, which lies at twice its own number.
            long row = y - before[0];
            long column = x - before[1];
            int deep =
                (Math.floorMod(row, BLOCK) * BLOCK + Math.floorMod(column, BLOCK)) * in + channel;
            int blockRow = (int) Math.floorDiv(row, BLOCK) - first[0];
            int blockColumn = (int) Math.floorDiv(column, BLOCK) - first[1];
            int plane = (o * in * BLOCK * BLOCK + deep) * blocks[0] * blocks[1];
            moved[plane + blockRow * blocks[1] + blockColumn] = weights[from++];
          }
        }
      }
    }
    return moved;
  }
}
