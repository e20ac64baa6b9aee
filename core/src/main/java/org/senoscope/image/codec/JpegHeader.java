package org.senoscope.image.codec;

/**
 * The markers of a JPEG before its pixels (ITU-T T.81 annex B).
 *
 * @param height rows
 * @param width columns
 * @param precision bits of a sample
 * @param components 1 grey, 3 colour, 4 inks
 * @param adobeTransform of the Adobe marker: 0 none, 1 YCbCr, 2 YCCK; -1 where there is no marker
 * @param exifOrientation 1 where there is none
 */
record JpegHeader(
    int height, int width, int precision, int components, int adobeTransform, int exifOrientation) {
  static boolean recognises(byte[] bytes) {
    return bytes.length > 3
        && bytes[0] == (byte) 0xFF
        && bytes[1] == (byte) 0xD8
        && bytes[2] == (byte) 0xFF;
  }

  static JpegHeader read(byte[] bytes) throws RefusedImageException {
    int orientation = 1;
    int adobe = -1;
    int at = 2;
    while (true) {
      while (at < bytes.length && bytes[at] != (byte) 0xFF) {
        at++; // stray bytes between markers, as readers have it
      }
      while (at < bytes.length && bytes[at] == (byte) 0xFF) {
        at++;
      }
      if (at + 3 > bytes.length) {
        throw new RefusedImageException("truncated JPEG: no image in it");
      }
      int marker = bytes[at++] & 0xFF;
      if (marker == 0x01 || marker == 0x00 || (marker >= 0xD0 && marker <= 0xD8)) {
        continue;
      }
      int length = word(bytes, at);
      if (marker == 0xD9 || marker == 0xDA || length < 2 || at + length > bytes.length) {
        throw new RefusedImageException("truncated or damaged JPEG: no image in it");
      }
      int begin = at + 2;
      if (isFrame(marker)) {
        if (length < 8) {
          throw new RefusedImageException(
              "damaged JPEG: a frame header of %d bytes".formatted(length));
        }
        return new JpegHeader(
            word(bytes, begin + 1),
            word(bytes, begin + 3),
            bytes[begin] & 0xFF,
            bytes[begin + 5] & 0xFF,
            adobe,
            orientation);
      }
      if (marker == 0xE1 && startsWith(bytes, begin, length - 2, "Exif\0\0")) {
        orientation = ExifOrientation.of(bytes, begin + 6, length - 8);
      } else if (marker == 0xEE && length >= 14 && startsWith(bytes, begin, length - 2, "Adobe")) {
        adobe = bytes[begin + 11] & 0xFF;
      }
      at += length;
    }
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static boolean startsWith(byte[] bytes, int begin, int length, String text) {
    if (length < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[begin + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
  }
}
