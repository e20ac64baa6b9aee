package org.senoscope.dataset.importer.formats;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.senoscope.work.InputException;

/** The arrays of a {@code .npz} file, or the {@code .npy} files of a folder. For one thread. */
final class ArrayFiles implements AutoCloseable {
  private static final int MOST_LABELS = 100_000_000;

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

  /** Whole numbers of an array of shape (n) or (n, 1). */
  List<Long> numbers(String name) throws IOException {
    try (InputStream in = open(name)) {
      NpyHeader header = NpyHeader.read(in, name);
      List<Integer> shape = header.shape();
      boolean column = shape.size() == 1 || (shape.size() == 2 && shape.get(1) == 1);
      if (!column || !header.type().matches("[|<>]?[iu][1248]|\\|b1")) {
        throw new InputException(
            "%s must hold one whole number per image, shape (n) or (n, 1), was %s of shape %s"
                .formatted(name, header.type(), shape));
      }
      int count = shape.getFirst();
      if (count > MOST_LABELS) {
        throw new InputException("%s says %d labels".formatted(name, count));
      }
      int size = header.type().charAt(header.type().length() - 1) - '0';
      boolean unsigned = header.type().contains("u");
      byte[] value = new byte[size];
      List<Long> numbers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        if (in.readNBytes(value, 0, size) < size) {
          throw new InputException(
              "%s ends after %d of %d numbers; fetch it anew".formatted(name, i, count));
        }
        numbers.add(number(value, header.type().startsWith(">"), unsigned));
      }
      return numbers;
    }
  }

  private static long number(byte[] bytes, boolean big, boolean unsigned) {
    ByteBuffer buffer =
        ByteBuffer.wrap(bytes).order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    return switch (bytes.length) {
      case 1 -> unsigned ? bytes[0] & 0xFF : bytes[0];
      case 2 -> unsigned ? Short.toUnsignedInt(buffer.getShort()) : buffer.getShort();
      case 4 -> unsigned ? Integer.toUnsignedLong(buffer.getInt()) : buffer.getInt();
      default -> buffer.getLong();
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
