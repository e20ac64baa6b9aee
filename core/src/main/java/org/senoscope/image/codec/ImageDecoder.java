package org.senoscope.image.codec;

import java.io.IOException;
import java.util.Locale;

/** Decodes the bytes of an image file; what it is, its first bytes tell and not its name. */
public final class ImageDecoder {
  private static final String FORMATS = "PNG, JPEG, TIFF, PGM, BMP and GIF are read";

  private ImageDecoder() {}

  /**
   * Decodes.
   *
   * @param bytes the whole file
   * @param name the file's name, for the error about an unknown format only
   * @param check what the header must keep
   * @throws IOException whose message is the reason alone, when there is no readable image
   */
  public static DecodedImage decode(byte[] bytes, String name, HeaderCheck check)
      throws IOException {
    if (bytes.length == 0) {
      throw new RefusedImageException("empty file");
    }
    if (PngDecoder.recognises(bytes)) {
      return PngDecoder.decode(bytes, check);
    }
    if (JpegHeader.recognises(bytes)) {
      return ImageIoDecoder.jpeg(bytes, check);
    }
    if (PnmDecoder.recognises(bytes)) {
      return PnmDecoder.decode(bytes, check);
    }
    if (startsWith(bytes, "II*\0") || startsWith(bytes, "MM\0*")) {
      return ImageIoDecoder.tiff(bytes, check);
    }
    if (startsWith(bytes, "BM")) {
      return ImageIoDecoder.bmp(bytes, check);
    }
    if (startsWith(bytes, "GIF8")) {
      return ImageIoDecoder.gif(bytes, check);
    }
    throw new RefusedImageException("not an image: %s; %s".formatted(what(bytes, name), FORMATS));
  }

  private static String what(byte[] bytes, String name) {
    if (bytes.length > 132
        && new String(bytes, 128, 4, java.nio.charset.StandardCharsets.US_ASCII).equals("DICM")) {
      return "a DICOM file";
    }
    if (startsWith(bytes, "RIFF")) {
      return "a WebP or other RIFF file";
    }
    int dot = name.lastIndexOf('.');
    String ending = dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
    return ending.matches("\\.[a-z0-9]{1,8}")
        ? "its name ends in %s, its bytes are of no known format".formatted(ending)
        : "its bytes are of no known format";
  }

  private static boolean startsWith(byte[] bytes, String text) {
    if (bytes.length < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
