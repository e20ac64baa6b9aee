package org.senoscope.npy;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes arrays one after another, as {@code NAME.npy} in a folder or as entries of an {@code
 * .npz}. Values are streamed: memory does not grow with them. For one thread.
 */
public abstract sealed class ArrayOutput implements AutoCloseable {
  private ArrayOutput() {}

  /** Into an existing folder, a file for each array. */
  public static ArrayOutput toFolder(Path folder) {
    return new Folder(folder);
  }

  /** Into one compressed file; the stream stays open, and is whole after {@link #close}. */
  public static ArrayOutput toZip(OutputStream out) {
    return new Zip(out);
  }

  /** Begins an array; write its values, then close the stream before beginning another. */
  public abstract OutputStream begin(String name, NpyHeader header) throws IOException;

  @Override
  public abstract void close() throws IOException;

  /** Writes whole numbers, shape (n), as {@code <i8}. */
  public void numbers(String name, List<Integer> values) throws IOException {
    try (OutputStream out = begin(name, new NpyHeader("<i8", List.of(values.size())))) {
      ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int value : values) {
        out.write(bytes.putLong(0, value).array());
      }
    }
  }

  /** Writes texts, shape (n), as {@code <U} of the longest one's length. */
  public void texts(String name, List<String> values) throws IOException {
    int longest = 1;
    for (String value : values) {
      longest = Math.max(longest, value.codePointCount(0, value.length()));
    }
    try (OutputStream out = begin(name, new NpyHeader("<U" + longest, List.of(values.size())))) {
      for (String value : values) {
        ByteBuffer bytes =
            ByteBuffer.allocate(longest * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        value.codePoints().forEach(bytes::putInt);
        out.write(bytes.array());
      }
    }
  }

  private static final class Folder extends ArrayOutput {
    private final Path folder;

    Folder(Path folder) {
      this.folder = folder;
    }

    @Override
    public OutputStream begin(String name, NpyHeader header) throws IOException {
      OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(folder.resolve(name + ".npy")), 1 << 16);
      header.write(out);
      return out;
    }

    @Override
    public void close() {}
  }

  private static final class Zip extends ArrayOutput {
    private final ZipOutputStream zip;

    Zip(OutputStream out) {
      this.zip = new ZipOutputStream(out);
      zip.setLevel(Deflater.BEST_SPEED);
    }

    @Override
    public OutputStream begin(String name, NpyHeader header) throws IOException {
      ZipEntry entry = new ZipEntry(name + ".npy");
      // The same arrays give the same bytes.
      entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
      zip.putNextEntry(entry);
      header.write(zip);
      return new FilterOutputStream(zip) {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          zip.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
          zip.closeEntry();
        }
      };
    }

    @Override
    public void close() throws IOException {
      zip.finish();
    }
  }
}
