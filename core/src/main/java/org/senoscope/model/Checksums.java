package org.senoscope.model;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of streams. */
final class Checksums {
  private Checksums() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  /**
   * Length and SHA-256 of a stream, reading one byte more than {@code most} at most: a zip's entry
   * may unpack to any length.
   */
  static FileRecord of(InputStream in, long most) throws IOException {
    MessageDigest digest = sha256();
    byte[] piece = new byte[1 << 16];
    long length = 0;
    for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
      length += read;
      if (length > most) {
        break;
      }
      digest.update(piece, 0, read);
    }
    return new FileRecord(length, hex(digest.digest()));
  }

  /**
   * What {@code model.json} says of a file beside it.
   *
   * @param bytes its length
   * @param sha256 64 hexadecimal digits
   */
  record FileRecord(long bytes, String sha256) {}
}
