package org.senoscope.onnx;

import java.nio.ByteBuffer;

/**
 * A node's attribute: AttributeProto of onnx.proto3 (name 1, f 2, i 3, s 4, ints 8, type 20).
 * Attributes' names are those of the operator's specification.
 */
public final class Attribute {
  private final byte[] encoded;

  private Attribute(ProtoWriter message) {
    this.encoded = message.toBytes();
  }

  byte[] encoded() {
    return encoded.clone();
  }

  /** The message's bytes, as {@link OnnxModel.Node#attributes} holds them. */
  public ByteBuffer message() {
    return ByteBuffer.wrap(encoded()).asReadOnlyBuffer();
  }

  /** A real number. */
  public static Attribute real(String name, double value) {
    return new Attribute(new ProtoWriter().text(1, name).real(2, (float) value).integer(20, 1));
  }

  /** A whole number. */
  public static Attribute integer(String name, long value) {
    return new Attribute(new ProtoWriter().text(1, name).integer(3, value).integer(20, 2));
  }

  /** A word. */
  public static Attribute text(String name, String value) {
    return new Attribute(new ProtoWriter().text(1, name).text(4, value).integer(20, 3));
  }

  /** Several whole numbers. */
  public static Attribute integers(String name, long... values) {
    ProtoWriter message = new ProtoWriter().text(1, name);
    for (long value : values) {
      message.integer(8, value);
    }
    return new Attribute(message.integer(20, 7));
  }
}
