package org.senoscope.image.codec;

/** Undoes the row filters of one pass of a PNG, and turns its samples into brightness. */
final class PngRows {
  private final PngHeader header;
  private final PngHeader.Pass pass;
  private final int[] palette;

  PngRows(PngHeader header, PngHeader.Pass pass, int[] palette) {
    this.header = header;
    this.pass = pass;
    this.palette = palette;
  }

  /** Decodes from {@code raw} (changed) into the whole image's pixels; returns where it ended. */
  int decode(byte[] raw, int offset, float[] grey) throws RefusedImageException {
    int rowBytes = (int) header.rowBytes(pass.width());
    int pixelBytes = Math.max(1, header.channels() * header.depth() / 8);
    int at = offset;
    for (int row = 0; row < pass.height(); row++) {
      int begin = at + 1;
      int above = row == 0 ? -1 : begin - rowBytes - 1;
      unfilter(raw, raw[at], begin, above, rowBytes, pixelBytes);
      int target = (pass.top() + row * pass.downStep()) * header.width() + pass.left();
      samples(raw, begin, grey, target);
      at = begin + rowBytes;
    }
    return at;
  }

  private static void unfilter(
      byte[] raw, int filter, int begin, int above, int length, int pixelBytes)
      throws RefusedImageException {
    int end = begin + length;
    switch (filter) {
      case 0 -> {
        // Stored as it is.
      }
      case 1 -> {
        for (int i = begin + pixelBytes; i < end; i++) {
          raw[i] += raw[i - pixelBytes];
        }
      }
      case 2 -> {
        if (above >= 0) {
          for (int i = begin, up = above; i < end; i++, up++) {
            raw[i] += raw[up];
          }
        }
      }
      case 3 -> {
        for (int i = begin; i < end; i++) {
          int left = i - begin < pixelBytes ? 0 : raw[i - pixelBytes] & 0xFF;
          int up = above < 0 ? 0 : raw[above + i - begin] & 0xFF;
          raw[i] += (byte) ((left + up) >> 1);
        }
      }
      case 4 -> paeth(raw, begin, above, length, pixelBytes);
      default -> throw new RefusedImageException("damaged PNG: row filter " + (filter & 0xFF));
    }
  }

  /**
   * Adds to each byte that of its three neighbours (left, up, corner) which is nearest to left + up
   * − corner; of equals the first. That is the smaller of left and up where even three times the
   * corner less both exceeds the larger, and so on: said so, it needs no absolute values, and the
   * next byte waits for this one half as long.
   */
  private static void paeth(byte[] raw, int begin, int above, int length, int pixelBytes) {
    for (int channel = 0; channel < Math.min(pixelBytes, length); channel++) {
      int left = 0;
      int corner = 0;
      for (int i = channel; i < length; i += pixelBytes) {
        int up = above < 0 ? 0 : raw[above + i] & 0xFF;
        int threshold = 3 * corner - up - left;
        int low = Math.min(left, up);
        int high = Math.max(left, up);
        int nearest = high <= threshold ? low : corner;
        nearest = threshold <= low ? high : nearest;
        left = (raw[begin + i] + nearest) & 0xFF;
        raw[begin + i] = (byte) left;
        corner = up;
      }
    }
  }

  private void samples(byte[] raw, int begin, float[] grey, int target) {
    int columns = pass.width();
    int step = pass.rightStep();
    if (header.depth() == 8 && header.colour() == PngHeader.GREY && step == 1) {
      for (int column = 0; column < columns; column++) {
        grey[target + column] = Luma.of8(raw[begin + column]);
      }
      return;
    }
    for (int column = 0; column < columns; column++) {
      grey[target + column * step] =
          switch (header.depth()) {
            case 16 -> sample16(raw, begin + column * 2 * header.channels());
            case 8 -> sample8(raw, begin + column * header.channels());
            default -> packed(raw, begin, column);
          };
    }
  }

  private float sample8(byte[] raw, int at) {
    int first = raw[at] & 0xFF;
    return switch (header.colour()) {
      case PngHeader.PALETTE -> Luma.of8(palette[first]);
      case PngHeader.GREY, PngHeader.GREY_ALPHA -> Luma.of8(first);
      default -> Luma.of8(Luma.grey8(first, raw[at + 1] & 0xFF, raw[at + 2] & 0xFF));
    };
  }

  private float sample16(byte[] raw, int at) {
    return header.channels() < 3
        ? Luma.of16(word(raw, at))
        : Luma.ofRgb16(word(raw, at), word(raw, at + 2), word(raw, at + 4));
  }

  /** Samples of 1, 2 or 4 bits, the first in the highest bits. */
  private float packed(byte[] raw, int begin, int column) {
    int depth = header.depth();
    int bit = column * depth;
    int largest = (1 << depth) - 1;
    int value = raw[begin + (bit >> 3)] >> (8 - depth - (bit & 7)) & largest;
    return header.colour() == PngHeader.PALETTE
        ? Luma.of8(palette[value])
        : Luma.of8(value * 255 / largest);
  }

  private static int word(byte[] raw, int at) {
    return (raw[at] & 0xFF) << 8 | (raw[at + 1] & 0xFF);
  }
}
