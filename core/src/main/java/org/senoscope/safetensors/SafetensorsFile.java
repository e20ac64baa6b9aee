package org.senoscope.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A safetensors file, mapped into memory and not read before it is asked for. Nothing in the header
 * is believed: lengths, offsets and shapes must agree with one another and with the file.
 *
 * <p>Files of any size: the map is unmapped when the garbage collector finds nobody using it. The
 * file must not be shortened meanwhile. Safe for use by several threads.
 */
public final class SafetensorsFile {
  /** The longest header that is read, bytes: the format's own limit. */
  static final long MAX_HEADER = 100_000_000;

  private static final int LENGTH_BYTES = Long.BYTES;
  private static final int SHORTEST_HEADER = 2;
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final MemorySegment whole;
  private final long dataStart;
  private final Header header;

  private SafetensorsFile(Path file, MemorySegment whole, long dataStart, Header header) {
    this.file = file;
    this.whole = whole;
    this.dataStart = dataStart;
    this.header = header;
  }

  /**
   * Maps a file and checks its header.
   *
   * @throws MalformedSafetensorsException when it is not whole and valid
   * @throws IOException when it cannot be read at all
   */
  public static SafetensorsFile open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return check(
          file, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
    }
  }

  /**
   * Takes a file's bytes over and checks the header.
   *
   * @param name of the file, for messages
   * @throws MalformedSafetensorsException when they are not whole and valid
   */
  public static SafetensorsFile of(Path name, byte[] bytes) throws MalformedSafetensorsException {
    return check(name, MemorySegment.ofArray(bytes).asReadOnly());
  }

  private static SafetensorsFile check(Path file, MemorySegment whole)
      throws MalformedSafetensorsException {
    if (whole.byteSize() < LENGTH_BYTES + SHORTEST_HEADER) {
      throw new MalformedSafetensorsException(
          file,
          "it has %d bytes, the shortest has %d"
              .formatted(whole.byteSize(), LENGTH_BYTES + SHORTEST_HEADER));
    }
    long length = whole.get(LENGTH, 0);
    long available = whole.byteSize() - LENGTH_BYTES;
    if (length < SHORTEST_HEADER || length > MAX_HEADER || length > available) {
      throw new MalformedSafetensorsException(
          file,
          "its header says a length of %s bytes, it must be %d to %d"
              .formatted(
                  Long.toUnsignedString(length), SHORTEST_HEADER, Math.min(MAX_HEADER, available)));
    }
    byte[] text = whole.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    long dataStart = LENGTH_BYTES + length;
    try {
      Header header = HeaderReader.read(text, whole.byteSize() - dataStart);
      return new SafetensorsFile(file, whole, dataStart, header);
    } catch (HeaderReader.Fault fault) {
      throw new MalformedSafetensorsException(file, fault.fault(), fault);
    }
  }

  /** The free texts of the header's {@code __metadata__}, in file order. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** Every tensor by name, in the order of their bytes in the file. */
  public Map<String, TensorEntry> tensors() {
    return header.tensors();
  }

  /** The file that was opened. */
  public Path file() {
    return file;
  }

  /** Where a tensor's bytes begin, counted from the start of the file. */
  public long dataOffset(String name) {
    return dataStart + entry(name).begin();
  }

  /**
   * A tensor's bytes, read-only and little-endian.
   *
   * @throws IllegalArgumentException when there is none of that name, or it passes 2 GiB (see
   *     {@link #segment})
   */
  public ByteBuffer bytes(String name) {
    long length = entry(name).length();
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Tensor %s has %d bytes, a buffer holds at most %d: read it as a segment"
              .formatted(name, length, Integer.MAX_VALUE));
    }
    return segment(name).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A tensor's bytes whatever their number, read-only. */
  public MemorySegment segment(String name) {
    TensorEntry entry = entry(name);
    return whole.asSlice(dataStart + entry.begin(), entry.length());
  }

  /**
   * A copy of a tensor of single precision.
   *
   * @throws IllegalArgumentException when its elements are others
   */
  public float[] floats(String name) {
    if (entry(name).dtype() != Dtype.F32) {
      throw new IllegalArgumentException(
          "Tensor %s of %s is %s, not F32".formatted(name, file, entry(name).dtype()));
    }
    ByteBuffer bytes = bytes(name);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private TensorEntry entry(String name) {
    TensorEntry entry = header.tensors().get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "%s has no tensor %s among its %d".formatted(file, name, header.tensors().size()));
    }
    return entry;
  }

  /** What the header says. */
  record Header(Map<String, String> metadata, Map<String, TensorEntry> tensors) {
    Header {
      metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }
  }
}
