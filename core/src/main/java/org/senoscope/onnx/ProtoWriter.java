package org.senoscope.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One protobuf message in its wire format.
 *
 * <p>Source: protobuf.dev, "Encoding". Wire types used: 0 (varint), 2 (length-delimited), 5
 * (32-bit).
 */
final class ProtoWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  ProtoWriter integer(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  ProtoWriter real(int field, float value) {
    varint(((long) field << 3) | 5);
    int bits = Float.floatToRawIntBits(value);
    for (int shift = 0; shift < 32; shift += 8) {
      bytes.write(bits >>> shift);
    }
    return this;
  }

  ProtoWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtoWriter bytes(int field, byte[] value) {
    varint(((long) field << 3) | 2);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  ProtoWriter bytes(int field, ByteBuffer value) {
    varint(((long) field << 3) | 2);
    varint(value.remaining());
    return field(value);
  }

  /** A field as it stands in another message, with its tag. */
  ProtoWriter field(ByteBuffer whole) {
    byte[] copy = new byte[whole.remaining()];
    whole.duplicate().get(copy);
    bytes.writeBytes(copy);
    return this;
  }

  /** A message whose fields several writers hold, in their order; a graph's may be large. */
  ProtoWriter message(int field, ProtoWriter... parts) {
    varint(((long) field << 3) | 2);
    varint(Arrays.stream(parts).mapToLong(part -> part.bytes.size()).sum());
    for (ProtoWriter part : parts) {
      try {
        part.bytes.writeTo(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException("Memory cannot be written to", e);
      }
    }
    return this;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
