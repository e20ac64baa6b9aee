package org.senoscope.dataset.importer.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an array stores a sample of brightness.
 *
 * @param bytes of one sample: 1 for uint8, 2, 4 or 8 for floats of 0..1
 * @param order of a float's bytes
 */
record SampleType(int bytes, ByteOrder order) {
  private static final Pattern TYPE = Pattern.compile("[|<>=]?u1|([<>=]?)f([248])");

  /** A level that was divided by 255 and stored as a float comes back within this. */
  private static final double ROUNDING = .002;

  /** Half precision, which cannot hold all quotients of 8 bits, but tells them apart. */
  private static final double HALF_ROUNDING = .07;

  /**
   * Samples as a PNG stores them.
   *
   * @param bits 8 or 16
   * @param bytes the samples, of 16 bits the higher byte first
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over within the package, never compared
  record Samples(int bits, byte[] bytes) {}

  /** The type of NumPy's name; empty when it stores no brightness that we know the scale of. */
  static Optional<SampleType> of(String name) {
    Matcher matcher = TYPE.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    if (matcher.group(2) == null) {
      return Optional.of(new SampleType(1, ByteOrder.BIG_ENDIAN));
    }
    boolean big = matcher.group(1).equals(">");
    return Optional.of(
        new SampleType(
            Integer.parseInt(matcher.group(2)),
            big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN));
  }

  /**
   * An image's samples.
   *
   * @throws IOException saying which value is not in 0..1
   */
  Samples samples(byte[] values) throws IOException {
    if (bytes == 1) {
      return new Samples(8, values);
    }
    ByteBuffer buffer = ByteBuffer.wrap(values).order(order);
    int count = values.length / bytes;
    byte[] levels = new byte[count];
    boolean eight = true;
    double rounding = bytes == 2 ? HALF_ROUNDING : ROUNDING;
    for (int i = 0; i < count; i++) {
      double level = value(buffer, i) * 255;
      long nearest = Math.round(level);
      levels[i] = (byte) nearest;
      eight &= Math.abs(level - nearest) <= rounding;
    }
    if (eight) {
      return new Samples(8, levels);
    }
    ByteBuffer words = ByteBuffer.allocate(2 * count);
    for (int i = 0; i < count; i++) {
      words.putShort((short) Math.round(value(buffer, i) * 65_535));
    }
    return new Samples(16, words.array());
  }

  private double value(ByteBuffer buffer, int i) throws IOException {
    double value =
        switch (bytes) {
          case 2 -> Float.float16ToFloat(buffer.getShort(2 * i));
          case 4 -> buffer.getFloat(4 * i);
          default -> buffer.getDouble(8 * i);
        };
    if (!(value >= -1e-6 && value <= 1 + 1e-6)) {
      throw new IOException(
          "it holds %s, floats must lie in 0..1: divide by the largest, or store uint8"
              .formatted((float) value));
    }
    return Math.clamp(value, 0, 1);
  }
}
