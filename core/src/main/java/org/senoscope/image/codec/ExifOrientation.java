package org.senoscope.image.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds the orientation tag (0x0112) in the first directory of a TIFF structure: a TIFF file, or
 * the Exif block inside JPEG and PNG. Anything malformed reads as 1, as viewers have it.
 */
final class ExifOrientation {
  private static final int TAG = 0x0112;
  private static final int SHORT = 3;

  private ExifOrientation() {}

  /** The value of the tag, 1 where there is none. */
  static int of(byte[] bytes, int offset, int length) {
    if (length < 14) {
      return 1;
    }
    ByteBuffer tiff = ByteBuffer.wrap(bytes, offset, length).slice();
    if (tiff.get(0) == 'I' && tiff.get(1) == 'I') {
      tiff.order(ByteOrder.LITTLE_ENDIAN);
    } else if (tiff.get(0) != 'M' || tiff.get(1) != 'M') {
      return 1;
    }
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    if (tiff.getShort(2) != 42 || directory > length - 2) {
      return 1;
    }
    int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
    for (int entry = 0; entry < entries; entry++) {
      long at = directory + 2 + 12L * entry;
      if (at > length - 12) {
        return 1;
      }
      int place = (int) at;
      if (Short.toUnsignedInt(tiff.getShort(place)) == TAG
          && tiff.getShort(place + 2) == SHORT
          && tiff.getInt(place + 4) == 1) {
        return Short.toUnsignedInt(tiff.getShort(place + 8));
      }
    }
    return 1;
  }
}
