package org.senoscope.onnx;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Where a tensor's values lie outside the model: TensorProto.external_data, each a
 * StringStringEntryProto (key 1, value 2). Nothing in it is believed.
 */
final class ExternalData {
  private final Map<String, String> entries = new HashMap<>();

  /** Takes one entry. */
  void add(ByteBuffer entry) {
    String key = "";
    String value = "";
    for (ProtoReader.Field field : ProtoReader.read(entry)) {
      if (field.number() == 1) {
        key = field.text();
      } else if (field.number() == 2) {
        value = field.text();
      }
    }
    entries.put(key, value);
  }

  /** Whether the values lie in the model itself. */
  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The file's name as the model says it. */
  String location() {
    return entries.getOrDefault("location", "");
  }

  /**
   * The values.
   *
   * @param tensor whose they are, for messages
   * @param whole the file's bytes, all of them, from position 0
   */
  ByteBuffer slice(String tensor, ByteBuffer whole) {
    long offset;
    long length;
    try {
      offset = Long.parseLong(entries.getOrDefault("offset", "0"));
      length =
          Long.parseLong(entries.getOrDefault("length", Long.toString(whole.capacity() - offset)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("tensor %s has no proper offset".formatted(tensor), e);
    }
    if (offset < 0 || length < 0 || offset > whole.capacity() - length) {
      throw new IllegalArgumentException(
          "tensor %s lies at %d, %d bytes long, the weights have %d bytes"
              .formatted(tensor, offset, length, whole.capacity()));
    }
    return whole.slice((int) offset, (int) length);
  }
}
