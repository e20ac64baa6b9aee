package org.senoscope.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.senoscope.work.InputException;

/**
 * Writes a folder as {@code .tar.gz} (POSIX ustar), with the same bytes for the same files: sorted
 * by name, one time for all, owner 0, and of the permissions only whether a file may be executed.
 */
final class TarGz {
  private static final int BLOCK = 512;
  private static final int NAME = 100;
  private static final int PREFIX = 155;
  private static final int EXECUTABLE = 0755;
  private static final int PLAIN = 0644;

  /** What eleven octal digits can say. */
  private static final long LARGEST = (1L << 33) - 1;

  private final OutputStream out;
  private final Instant time;

  private TarGz(OutputStream out, Instant time) {
    this.out = out;
    this.time = time;
  }

  /**
   * Writes a folder.
   *
   * @param folder of folders and regular files; anything else is refused
   * @param root the name that the folder has in the archive
   * @param time that every entry carries
   * @param out which is not closed
   */
  static void write(Path folder, String root, Instant time, OutputStream out) throws IOException {
    // A folder's files follow it at once, else tar sets its time too early.
    Map<String, Path> entries =
        new TreeMap<>(Comparator.comparing(name -> name.replace('/', '\0')));
    try (Stream<Path> paths = Files.walk(folder)) {
      paths.forEach(
          path -> entries.put((root + "/" + folder.relativize(path)).replaceAll("/+$", ""), path));
    }
    GZIPOutputStream zipped = new GZIPOutputStream(out, 1 << 16);
    TarGz tar = new TarGz(zipped, time);
    for (Map.Entry<String, Path> entry : entries.entrySet()) {
      tar.add(entry.getKey(), entry.getValue());
    }
    zipped.write(new byte[2 * BLOCK]); // the archive's end
    zipped.finish();
  }

  private void add(String name, Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      out.write(header(name + "/", EXECUTABLE, 0, '5'));
      return;
    }
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("%s is neither a file nor a folder".formatted(path));
    }
    long size = Files.size(path);
    boolean executable =
        Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE);
    out.write(header(name, executable ? EXECUTABLE : PLAIN, size, '0'));
    long written;
    try (InputStream in = Files.newInputStream(path)) {
      written = in.transferTo(out);
    }
    if (written != size) {
      throw new IOException(
          "%s changed from %d to %d bytes while it was read".formatted(path, size, written));
    }
    out.write(new byte[(int) (-size & (BLOCK - 1))]);
  }

  private byte[] header(String name, int mode, long size, char type) {
    if (size > LARGEST) {
      throw new InputException(
          "%s has %d bytes, an archive's file at most %d: leave it out"
              .formatted(name, size, LARGEST));
    }
    byte[] header = new byte[BLOCK];
    putName(header, name);
    putOctal(header, 100, 8, mode);
    putOctal(header, 108, 8, 0);
    putOctal(header, 116, 8, 0);
    putOctal(header, 124, 12, size);
    putOctal(header, 136, 12, time.getEpochSecond());
    header[156] = (byte) type;
    put(header, 257, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
    put(header, 265, "root".getBytes(StandardCharsets.US_ASCII));
    put(header, 297, "root".getBytes(StandardCharsets.US_ASCII));
    putOctal(header, 329, 8, 0);
    putOctal(header, 337, 8, 0);
    // The sum is taken with blanks in its own place.
    put(header, 148, "        ".getBytes(StandardCharsets.US_ASCII));
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    putOctal(header, 148, 7, sum);
    header[154] = 0;
    return header;
  }

  /** The name whole, or cut at a slash into a prefix and the rest. */
  private static void putName(byte[] header, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= NAME) {
      put(header, 0, bytes);
      return;
    }
    // A folder's name ends with a slash, which is no place to cut.
    for (int cut = Math.min(PREFIX, bytes.length - 2); cut >= bytes.length - NAME - 1; cut--) {
      if (cut > 0 && bytes[cut] == '/') {
        put(header, 345, java.util.Arrays.copyOf(bytes, cut));
        put(header, 0, java.util.Arrays.copyOfRange(bytes, cut + 1, bytes.length));
        return;
      }
    }
    throw new InputException(
        "The name %s is too long for an archive (%d bytes, a folder and a file of %d and %d at most): shorten it"
            .formatted(name, bytes.length, PREFIX, NAME));
  }

  private static void putOctal(byte[] header, int at, int length, long value) {
    String digits = Long.toOctalString(value);
    put(
        header,
        at,
        ("0".repeat(length - 1 - digits.length()) + digits).getBytes(StandardCharsets.US_ASCII));
  }

  private static void put(byte[] header, int at, byte[] bytes) {
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
