package org.senoscope.dataset.importer.formats;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.senoscope.npy.NpyHeader;
import org.senoscope.work.InputException;

/** The arrays of a {@code .npz} file, or the {@code .npy} files of a folder. For one thread. */
final class ArrayFiles implements AutoCloseable {
  private static final int MOST_LABELS = 100_000_000;
  private static final int LONGEST_WORD = 1 << 16;

  /** Byte order, kind and size: whole numbers, truth values, floats, bytes, letters. */
  private static final Pattern LABEL_TYPE =
      Pattern.compile("([|<>]?)(?:(?=[iu][1248]$|b1$|f[48]$|[SU]\\d{1,5}$))([iubfSU])(\\d+)");

  private final Path source;
  private final @Nullable ZipFile zip;

  private ArrayFiles(Path source, @Nullable ZipFile zip) {
    this.source = source;
    this.zip = zip;
  }

  /** Opens a {@code .npz} file. */
  static ArrayFiles ofZip(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InputException("%s is not a file; name the .npz".formatted(file));
    }
    try {
      return new ArrayFiles(file, new ZipFile(file.toFile()));
    } catch (ZipException e) {
      throw new InputException(
          "%s is not a whole .npz file (%s); fetch it anew".formatted(file, e.getMessage()), e);
    }
  }

  /** Opens a folder. */
  static ArrayFiles ofFolder(Path folder) {
    return new ArrayFiles(folder, null);
  }

  /** The arrays' names without {@code .npy}, sorted. */
  Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    if (zip != null) {
      zip.stream().forEach(entry -> addName(entry.getName(), names));
    } else {
      try (Stream<Path> files = Files.list(source)) {
        files.forEach(file -> addName(String.valueOf(file.getFileName()), names));
      }
    }
    return names;
  }

  private static void addName(String file, Set<String> names) {
    if (file.toLowerCase(Locale.ROOT).endsWith(".npy")) {
      names.add(file.substring(0, file.length() - 4));
    }
  }

  /** An array's bytes; of a zip they are checked against its checksum at their end. */
  InputStream open(String name) throws IOException {
    if (zip == null) {
      return new BufferedInputStream(Files.newInputStream(source.resolve(name + ".npy")), 1 << 16);
    }
    ZipEntry entry = zip.getEntry(name + ".npy");
    if (entry == null) {
      throw new InputException("%s holds no array %s".formatted(source, name));
    }
    return new Checked(
        new BufferedInputStream(zip.getInputStream(entry), 1 << 16), entry.getCrc(), name);
  }

  /**
   * What an array of shape (n) or (n, 1) says of each image: words, or whole numbers (also stored
   * as floats or truth values) in decimal.
   */
  List<String> words(String name) throws IOException {
    try (InputStream in = open(name)) {
      NpyHeader header = NpyHeader.read(in, name);
      List<Integer> shape = header.shape();
      boolean column = shape.size() == 1 || (shape.size() == 2 && shape.get(1) == 1);
      Matcher type = LABEL_TYPE.matcher(header.type());
      if (!column || !type.matches()) {
        throw new InputException(
            ("%s must hold one whole number or word per image, shape (n) or (n, 1), was %s of shape"
                    + " %s")
                .formatted(name, header.type(), shape));
      }
      int count = shape.getFirst();
      long size = Long.parseLong(type.group(3)) * (type.group(2).equals("U") ? 4 : 1);
      if (count > MOST_LABELS || size < 1 || size > LONGEST_WORD) {
        throw new InputException("%s says %d labels of %d bytes".formatted(name, count, size));
      }
      byte[] value = new byte[(int) size];
      ByteBuffer buffer =
          ByteBuffer.wrap(value)
              .order(type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      List<String> words = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        if (in.readNBytes(value, 0, value.length) < value.length) {
          throw new InputException(
              "%s ends after %d of %d labels; fetch it anew".formatted(name, i, count));
        }
        words.add(word(buffer, type.group(2), "%s[%d]".formatted(name, i)));
      }
      return words;
    }
  }

  private static String word(ByteBuffer value, String kind, String place) {
    return switch (kind) {
      case "U" -> {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < value.capacity() && value.getInt(at) != 0; at += Integer.BYTES) {
          if (!Character.isValidCodePoint(value.getInt(at))) {
            throw new InputException("%s is no text; fetch the file anew".formatted(place));
          }
          text.appendCodePoint(value.getInt(at));
        }
        yield text.toString();
      }
      case "S" ->
          StandardCharsets.UTF_8.decode(value.rewind()).toString().replaceFirst("\\x00+$", "");
      case "f" -> {
        double number = value.capacity() == 4 ? value.getFloat(0) : value.getDouble(0);
        if (number != Math.rint(number) || Math.abs(number) > MOST_LABELS) {
          throw new InputException(
              "%s must be a whole number or a word, was %s".formatted(place, number));
        }
        yield Long.toString((long) number);
      }
      default -> Long.toString(number(value, !kind.equals("i")));
    };
  }

  private static long number(ByteBuffer value, boolean unsigned) {
    return switch (value.capacity()) {
      case 1 -> unsigned ? Byte.toUnsignedInt(value.get(0)) : value.get(0);
      case 2 -> unsigned ? Short.toUnsignedInt(value.getShort(0)) : value.getShort(0);
      case 4 -> unsigned ? Integer.toUnsignedLong(value.getInt(0)) : value.getInt(0);
      default -> value.getLong(0);
    };
  }

  @Override
  public void close() throws IOException {
    if (zip != null) {
      zip.close();
    }
  }

  /** The JDK's {@link ZipFile} does not compare checksums by itself. */
  private static final class Checked extends CheckedInputStream {
    private final long expected;
    private final String name;

    Checked(InputStream in, long expected, String name) {
      super(in, new CRC32());
      this.expected = expected;
      this.name = name;
    }

    @Override
    public int read() throws IOException {
      return checked(damaged(() -> super.read()));
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return checked(damaged(() -> super.read(bytes, offset, length)));
    }

    private int checked(int result) {
      if (result == -1 && expected != -1 && getChecksum().getValue() != expected) {
        throw new InputException(
            "%s is damaged: its checksum is wrong; fetch the file anew".formatted(name));
      }
      return result;
    }

    private int damaged(Reading reading) throws IOException {
      try {
        return reading.read();
      } catch (ZipException | EOFException e) {
        throw new InputException(
            "%s is damaged (%s); fetch the file anew".formatted(name, e.getMessage()), e);
      }
    }

    @FunctionalInterface
    private interface Reading {
      int read() throws IOException;
    }
  }
}
