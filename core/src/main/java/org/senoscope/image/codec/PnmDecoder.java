package org.senoscope.image.codec;

/**
 * Netpbm's grey and colour maps, plain (P2, P3) and raw (P5, P6), of 8 or 16 bits. Values count
 * against the header's largest value, which is white.
 */
final class PnmDecoder {
  private final byte[] bytes;
  private int at = 2;

  private PnmDecoder(byte[] bytes) {
    this.bytes = bytes;
  }

  static boolean recognises(byte[] bytes) {
    return bytes.length > 2
        && bytes[0] == 'P'
        && (bytes[1] == '2' || bytes[1] == '3' || bytes[1] == '5' || bytes[1] == '6')
        && isSpace(bytes[2]);
  }

  static DecodedImage decode(byte[] bytes, HeaderCheck check) throws RefusedImageException {
    return new PnmDecoder(bytes).decode(check);
  }

  private DecodedImage decode(HeaderCheck check) throws RefusedImageException {
    boolean raw = bytes[1] == '5' || bytes[1] == '6';
    int channels = bytes[1] == '3' || bytes[1] == '6' ? 3 : 1;
    int width = number();
    int height = number();
    int largest = number();
    check.size(height, width);
    if (largest < 1 || largest > 65535) {
      throw new RefusedImageException("PNM header: largest value must be 1..65535, was " + largest);
    }
    at++; // exactly one blank after the header
    long values = (long) height * width * channels;
    long needed = raw ? values * (largest > 255 ? 2 : 1) : 2 * values - 1;
    if (bytes.length - at < needed) {
      throw new RefusedImageException(
          "truncated: %d bytes of pixels are missing or more"
              .formatted(needed - (bytes.length - at)));
    }
    check.take(height, width, 0, 1);
    float[] grey = new float[height * width];
    for (int pixel = 0; pixel < grey.length; pixel++) {
      if (channels == 1) {
        grey[pixel] = brightness(value(raw, largest), largest);
      } else {
        int red = value(raw, largest);
        int green = value(raw, largest);
        int blue = value(raw, largest);
        grey[pixel] =
            largest == 255
                ? Luma.of8(Luma.grey8(red, green, blue))
                : (.299f * red + .587f * green + .114f * blue) / largest;
      }
    }
    return new DecodedImage(height, width, grey, 1);
  }

  private static float brightness(int value, int largest) {
    return largest == 255 ? Luma.of8(value) : (float) value / largest;
  }

  private int value(boolean raw, int largest) throws RefusedImageException {
    int value;
    if (!raw) {
      value = number();
    } else if (largest > 255) {
      value = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
      at += 2;
    } else {
      value = bytes[at++] & 0xFF;
    }
    return Math.min(value, largest);
  }

  /** The next number, after blanks and comments. */
  private int number() throws RefusedImageException {
    while (at < bytes.length && (isSpace(bytes[at]) || bytes[at] == '#')) {
      if (bytes[at] == '#') {
        while (at < bytes.length && bytes[at] != '\n' && bytes[at] != '\r') {
          at++;
        }
      } else {
        at++;
      }
    }
    if (at == bytes.length) {
      throw new RefusedImageException("truncated: a number is missing");
    }
    int begin = at;
    long number = 0;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9' && number < 1L << 31) {
      number = 10 * number + bytes[at++] - '0';
    }
    if (at == begin || number > Integer.MAX_VALUE) {
      throw new RefusedImageException("PNM: a whole number is expected at byte " + begin);
    }
    return (int) number;
  }

  private static boolean isSpace(byte value) {
    return value == ' ' || (value >= '\t' && value <= '\r');
  }
}
