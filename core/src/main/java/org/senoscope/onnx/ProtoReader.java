package org.senoscope.onnx;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Cuts a protocol buffer's message into its fields, without knowing what they mean. */
final class ProtoReader {
  /** The wire type of texts, bytes and messages. */
  static final int BYTES = 2;

  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int FOUR_BYTES = 5;

  private ProtoReader() {}

  /**
   * A field.
   *
   * @param number as the message's type defines it
   * @param whole with its tag and length
   * @param content without; of a number, its bytes
   * @param isBytes whether it is a text, bytes or a message
   */
  record Field(int number, ByteBuffer whole, ByteBuffer content, boolean isBytes) {
    /** A text. */
    String text() {
      return StandardCharsets.UTF_8.decode(content.duplicate()).toString();
    }

    /** A whole number. */
    long integer() {
      if (isBytes) {
        throw new IllegalArgumentException("field %d is no number".formatted(number));
      }
      return varint(content.duplicate());
    }

    /** Whole numbers that are packed into one field, or the one that it is. */
    List<Long> integers() {
      ByteBuffer rest = content.duplicate();
      List<Long> values = new ArrayList<>();
      while (rest.hasRemaining()) {
        values.add(varint(rest));
      }
      return values;
    }
  }

  /**
   * The fields in file order; they share the message's bytes.
   *
   * @throws IllegalArgumentException when it is no protocol buffer
   */
  static List<Field> read(ByteBuffer message) {
    ByteBuffer rest = message.slice();
    List<Field> fields = new ArrayList<>();
    while (rest.hasRemaining()) {
      int start = rest.position();
      long tag = varint(rest);
      int wire = (int) (tag & 7);
      long number = tag >>> 3;
      if (number < 1 || number >= 1 << 29) {
        throw new IllegalArgumentException("a field has the number " + number);
      }
      int begin = rest.position();
      long length =
          switch (wire) {
            case VARINT -> {
              varint(rest);
              yield rest.position() - begin;
            }
            case EIGHT_BYTES -> 8;
            case FOUR_BYTES -> 4;
            case BYTES -> {
              long said = varint(rest);
              begin = rest.position();
              yield said;
            }
            default -> throw new IllegalArgumentException("a field has the wire type " + wire);
          };
      if (length < 0 || length > rest.limit() - begin) {
        throw new IllegalArgumentException("it is cut off");
      }
      int end = begin + (int) length;
      fields.add(
          new Field(
              (int) number,
              rest.slice(start, end - start),
              rest.slice(begin, end - begin),
              wire == BYTES));
      rest.position(end);
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!in.hasRemaining()) {
        throw new IllegalArgumentException("it is cut off");
      }
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is longer than 64 bits");
  }
}
