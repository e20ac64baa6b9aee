package org.senoscope.safetensors;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;

/**
 * Writes safetensors files that are complete or absent. The same tensors make the same bytes.
 *
 * <p>The first tensor begins at a multiple of {@value #ALIGNMENT} bytes from the file's start.
 * Tensors keep their order, but those of larger elements come first, so that every element lies at
 * a multiple of its own size; the format allows no gaps to do it otherwise.
 */
public final class SafetensorsWriter {
  /** Bytes from the file's start of which the first tensor's place is a multiple. */
  public static final int ALIGNMENT = 64;

  private SafetensorsWriter() {}

  /**
   * Writes a file, replacing one of that name in a single step.
   *
   * @param tensors by name, in their order
   * @param metadata free texts, such as {@code format}; may be empty
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    AtomicFiles.write(file, content(tensors, metadata));
  }

  /** The same, for a stream: as one of the files of a folder that is written as a whole. */
  public static AtomicFiles.Content content(
      Map<String, Tensor> tensors, Map<String, String> metadata) {
    List<Map.Entry<String, Tensor>> ordered = new ArrayList<>(tensors.entrySet());
    ordered.sort(
        Comparator.comparingInt(
            (Map.Entry<String, Tensor> entry) -> -entry.getValue().dtype().size()));
    byte[] header = header(ordered, metadata);
    return out -> {
      out.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .array());
      out.write(header);
      for (Map.Entry<String, Tensor> entry : ordered) {
        copy(entry.getValue().bytes(), out);
      }
    };
  }

  private static byte[] header(
      List<Map.Entry<String, Tensor>> tensors, Map<String, String> metadata) {
    ObjectNode json = Json.object();
    if (!metadata.isEmpty()) {
      ObjectNode texts = json.putObject("__metadata__");
      metadata.forEach(texts::put);
    }
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors) {
      if (entry.getKey().equals("__metadata__")) {
        throw new IllegalArgumentException("A tensor cannot be called __metadata__");
      }
      Tensor tensor = entry.getValue();
      ObjectNode object = json.putObject(entry.getKey()).put("dtype", tensor.dtype().name());
      ArrayNode shape = object.putArray("shape");
      for (long dimension : tensor.shape()) {
        shape.add(dimension);
      }
      long end = offset + tensor.bytes().remaining();
      object.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] text = Json.formatLine(json).getBytes(StandardCharsets.UTF_8);
    int unpadded = Long.BYTES + text.length;
    int padded = Math.ceilDiv(unpadded, ALIGNMENT) * ALIGNMENT;
    byte[] header = new byte[padded - Long.BYTES];
    Arrays.fill(header, (byte) ' ');
    System.arraycopy(text, 0, header, 0, text.length);
    if (header.length > SafetensorsFile.MAX_HEADER) {
      throw new IllegalArgumentException(
          "Header of %d bytes passes the format's limit of %d"
              .formatted(header.length, SafetensorsFile.MAX_HEADER));
    }
    return header;
  }

  private static void copy(ByteBuffer bytes, OutputStream out) throws IOException {
    byte[] piece = new byte[Math.min(bytes.remaining(), 1 << 16)];
    while (bytes.hasRemaining()) {
      int length = Math.min(piece.length, bytes.remaining());
      bytes.get(piece, 0, length);
      out.write(piece, 0, length);
    }
  }
}
