package org.senoscope.dataset.importer.formats;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Files that cannot be imported, and the words that must say why. */
enum Defect {
  EMPTY("empty file", new byte[0]),
  TEXT(
      "not an image",
      "a letter, not an image, whatever its name says".getBytes(StandardCharsets.UTF_8)),
  DICOM("a DICOM file", dicom()),
  ONE_PIXEL("too small: 1 × 1 pixels", "P5\n1 1\n255\nx".getBytes(StandardCharsets.US_ASCII)),
  HEADER_OF_60000_BY_60000(
      "60000 × 60000 pixels",
      "P5\n60000 60000\n255\n0123456789".getBytes(StandardCharsets.US_ASCII)),
  PNG_CUT_SHORT("truncated PNG", cut(Layout.image(5))),
  PNG_WITH_A_FLIPPED_BIT("checksum", flipped(Layout.image(5))),
  JPEG_CUT_SHORT("truncated", cut(golden("jpeg-colour.jpg"))),
  TIFF_CUT_SHORT("", cut(golden("tiff-grey.tif"))),
  PGM_CUT_SHORT("truncated", cut(golden("pgm-raw.pgm"))),
  SIXTEEN_BIT_PGM_CUT_SHORT("truncated", cut(golden("pgm16.pgm")));

  final String reason;
  private final String hex;

  Defect(String reason, byte[] bytes) {
    this.reason = reason;
    this.hex = HexFormat.of().formatHex(bytes);
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  static byte[] golden(String name) {
    try (InputStream in = Defect.class.getResourceAsStream("/org/senoscope/image/golden/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static byte[] cut(byte[] whole) {
    return Arrays.copyOf(whole, whole.length / 2);
  }

  private static byte[] flipped(byte[] whole) {
    whole[whole.length - 30] ^= 4;
    return whole;
  }

  private static byte[] dicom() {
    byte[] bytes = new byte[300];
    System.arraycopy("DICM".getBytes(StandardCharsets.US_ASCII), 0, bytes, 128, 4);
    return bytes;
  }
}
