package org.senoscope.image.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * PNG (ISO/IEC 15948) straight to grey: all colour types and depths, interlaced or not, without the
 * start-up cost of ImageIO. Alpha is left aside, as Pillow does. Of an animation the still image is
 * read. Checksums of the chunks that make the picture are checked, so damage is found.
 */
final class PngDecoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504C5445;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454E44;
  private static final int EXIF = 0x65584966;

  /** Deflate cannot shrink more than this: a header that claims more lies. */
  private static final int LARGEST_RATIO = 1032;

  private final byte[] bytes;
  private final List<int[]> parts = new ArrayList<>();
  private PngHeader header = PngHeader.NONE;
  private int[] palette = {};
  private int orientation = 1;

  private PngDecoder(byte[] bytes) {
    this.bytes = bytes;
  }

  static boolean recognises(byte[] bytes) {
    return bytes.length >= 8
        && java.util.Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  static DecodedImage decode(byte[] bytes, HeaderCheck check) throws RefusedImageException {
    PngDecoder decoder = new PngDecoder(bytes);
    decoder.readChunks(check);
    return decoder.pixels(check);
  }

  private void readChunks(HeaderCheck check) throws RefusedImageException {
    CRC32 crc = new CRC32();
    int at = SIGNATURE.length;
    while (at < bytes.length) {
      if (bytes.length - at < 12) {
        throw truncated();
      }
      int length = number(at);
      int type = number(at + 4);
      int begin = at + 8;
      boolean critical = (bytes[at + 4] & 0x20) == 0;
      if (header.equals(PngHeader.NONE) && type != IHDR) {
        throw new RefusedImageException("damaged PNG: it does not begin with its header");
      }
      if (type == IHDR && length == 13 && begin + 13 <= bytes.length) {
        // Before the checksum, which a hostile file gets right, and before anything is allocated.
        check.size(
            Integer.toUnsignedLong(number(begin + 4)), Integer.toUnsignedLong(number(begin)));
      }
      if (length < 0 || length > bytes.length - begin - 4) {
        throw truncated();
      }
      if (critical) {
        crc.reset();
        crc.update(bytes, at + 4, length + 4);
        if ((int) crc.getValue() != number(begin + length)) {
          throw new RefusedImageException(
              "damaged PNG: the checksum of a %s chunk is wrong"
                  .formatted(
                      new String(bytes, at + 4, 4, java.nio.charset.StandardCharsets.US_ASCII)));
        }
      }
      switch (type) {
        case IHDR -> header = PngHeader.read(bytes, begin, length);
        case PLTE -> readPalette(begin, length);
        case IDAT -> parts.add(new int[] {begin, length});
        case EXIF -> orientation = ExifOrientation.of(bytes, begin, length);
        case IEND -> {
          return;
        }
        default -> {
          // Text, time, colour profiles, frames of an animation: not needed.
        }
      }
      at = begin + length + 4;
    }
    // No IEND: whether pixels are missing is seen when they are unpacked.
    if (header.equals(PngHeader.NONE)) {
      throw truncated();
    }
  }

  private void readPalette(int begin, int length) throws RefusedImageException {
    if (length % 3 != 0 || length > 768) {
      throw new RefusedImageException("damaged PNG: a palette of %d bytes".formatted(length));
    }
    palette = new int[256];
    for (int entry = 0; entry < length / 3; entry++) {
      int place = begin + 3 * entry;
      palette[entry] =
          Luma.grey8(bytes[place] & 0xFF, bytes[place + 1] & 0xFF, bytes[place + 2] & 0xFF);
    }
  }

  private DecodedImage pixels(HeaderCheck check) throws RefusedImageException {
    if (header.colour() == PngHeader.PALETTE && palette.length == 0) {
      throw new RefusedImageException("damaged PNG: colours by number, but no palette");
    }
    long packed = 0;
    for (int[] part : parts) {
      packed += part[1];
    }
    long needed = header.unpackedBytes();
    if (needed > packed * LARGEST_RATIO) {
      throw truncated();
    }
    if (needed > Integer.MAX_VALUE - 8) {
      throw new RefusedImageException("too large: %d bytes of pixels".formatted(needed));
    }
    check.take(header.height(), header.width(), needed, orientation);
    byte[] raw = unpack((int) needed);
    float[] grey = new float[header.height() * header.width()];
    int offset = 0;
    for (PngHeader.Pass pass : header.passes()) {
      PngRows rows = new PngRows(header, pass, palette);
      offset = rows.decode(raw, offset, grey);
    }
    return new DecodedImage(header.height(), header.width(), grey, orientation);
  }

  private byte[] unpack(int needed) throws RefusedImageException {
    byte[] raw = new byte[needed];
    try (Inflater inflater = new Inflater()) {
      int done = 0;
      for (int[] part : parts) {
        inflater.setInput(bytes, part[0], part[1]);
        while (!inflater.needsInput() && !inflater.finished() && done < needed) {
          int count = inflater.inflate(raw, done, needed - done);
          if (count == 0 && (inflater.needsDictionary() || !inflater.needsInput())) {
            break;
          }
          done += count;
        }
      }
      if (done < needed) {
        throw truncated();
      }
      return raw;
    } catch (DataFormatException e) {
      throw new RefusedImageException("damaged PNG: " + e.getMessage(), e);
    }
  }

  private int number(int at) {
    return (bytes[at] & 0xFF) << 24
        | (bytes[at + 1] & 0xFF) << 16
        | (bytes[at + 2] & 0xFF) << 8
        | (bytes[at + 3] & 0xFF);
  }

  private static RefusedImageException truncated() {
    return new RefusedImageException("truncated PNG: pixels are missing");
  }
}
