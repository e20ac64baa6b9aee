package org.senoscope.image.codec;

import java.util.ArrayList;
import java.util.List;

/**
 * The first chunk of a PNG.
 *
 * @param height rows
 * @param width columns
 * @param depth bits of a sample
 * @param colour 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
 * @param interlaced whether in the seven passes of Adam7
 */
record PngHeader(int height, int width, int depth, int colour, boolean interlaced) {
  static final int GREY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int GREY_ALPHA = 4;
  static final int RGB_ALPHA = 6;

  /** Before a header was read. */
  static final PngHeader NONE = new PngHeader(0, 0, 0, 0, false);

  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {0, 4, 8, 8}, {4, 0, 8, 4}, {0, 2, 4, 4}, {2, 0, 4, 2}, {0, 1, 2, 2}, {1, 0, 2, 1}
  };

  /**
   * Rows and columns of one pass, and where they lie in the image.
   *
   * @param top first row in the image
   * @param left first column in the image
   * @param downStep from row to row
   * @param rightStep from column to column
   * @param height rows of the pass
   * @param width columns of the pass
   */
  record Pass(int top, int left, int downStep, int rightStep, int height, int width) {}

  static PngHeader read(byte[] bytes, int begin, int length) throws RefusedImageException {
    if (length != 13) {
      throw new RefusedImageException("damaged PNG: a header of %d bytes".formatted(length));
    }
    java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes, begin, length);
    int width = buffer.getInt();
    int height = buffer.getInt();
    int depth = buffer.get();
    int colour = buffer.get();
    int compression = buffer.get();
    int filter = buffer.get();
    int interlace = buffer.get();
    boolean depthKnown =
        switch (colour) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case RGB, GREY_ALPHA, RGB_ALPHA -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!depthKnown || compression != 0 || filter != 0 || interlace < 0 || interlace > 1) {
      throw new RefusedImageException(
          "damaged PNG: colour type %d with %d bits, compression %d, filter %d, interlace %d"
              .formatted(colour, depth, compression, filter, interlace));
    }
    return new PngHeader(height, width, depth, colour, interlace == 1);
  }

  int channels() {
    return switch (colour) {
      case RGB -> 3;
      case RGB_ALPHA -> 4;
      case GREY_ALPHA -> 2;
      default -> 1;
    };
  }

  /** Bytes of a row without its filter byte. */
  long rowBytes(int columns) {
    return ((long) columns * channels() * depth + 7) / 8;
  }

  List<Pass> passes() {
    if (!interlaced) {
      return List.of(new Pass(0, 0, 1, 1, height, width));
    }
    List<Pass> passes = new ArrayList<>();
    for (int[] pass : ADAM7) {
      int rows = (height - pass[0] + pass[2] - 1) / pass[2];
      int columns = (width - pass[1] + pass[3] - 1) / pass[3];
      if (rows > 0 && columns > 0) {
        passes.add(new Pass(pass[0], pass[1], pass[2], pass[3], rows, columns));
      }
    }
    return passes;
  }

  /** Bytes of all rows with their filter bytes. */
  long unpackedBytes() {
    long sum = 0;
    for (Pass pass : passes()) {
      sum += pass.height * (1 + rowBytes(pass.width));
    }
    return sum;
  }
}
