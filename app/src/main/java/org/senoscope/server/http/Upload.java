package org.senoscope.server.http;

/**
 * One file that a client sent.
 *
 * @param bytes as sent, at least one
 * @param name as the client gave it, without folders; {@code image} where it gave none
 */
@SuppressWarnings("ArrayRecordComponent") // held while one request lasts; nobody writes to it
public record Upload(byte[] bytes, String name) {
  /** What a file without a name is called. */
  static final String UNNAMED = "image";

  private static final int LONGEST_NAME = 200;

  /** An upload whose name is safe to show: no folders, no control characters, not too long. */
  static Upload named(byte[] bytes, String given) {
    String name = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
    name = name.replaceAll("\\p{Cntrl}", "").strip();
    if (name.length() > LONGEST_NAME) {
      name = name.substring(0, LONGEST_NAME);
    }
    return new Upload(bytes, name.isEmpty() ? UNNAMED : name);
  }
}
