package org.senoscope.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.senoscope.files.AtomicFiles;

/**
 * A network as one ONNX file for other programs: the tensors that were external data are put
 * inside.
 *
 * <p>Works on the protocol buffer's own bytes (ModelProto.graph = 7, GraphProto.initializer = 5;
 * TensorProto raw_data = 9, external_data = 13, data_location = 14; StringStringEntryProto key = 1,
 * value = 2): what it does not know it keeps.
 */
public final class SingleFileOnnx {
  private static final int GRAPH = 7;
  private static final int INITIALIZER = 5;
  private static final int NAME = 8;
  private static final int RAW_DATA = 9;
  private static final int EXTERNAL_DATA = 13;
  private static final int DATA_LOCATION = 14;

  /** The most that a protocol buffer may hold. */
  private static final long LIMIT = Integer.MAX_VALUE - 16;

  private final List<ByteBuffer> pieces;
  private final long length;

  private SingleFileOnnx(List<ByteBuffer> pieces, long length) {
    this.pieces = pieces;
    this.length = length;
  }

  /**
   * Puts a model and its weights together.
   *
   * @param model with initializers as external data
   * @param location the name by which the model calls the file of weights; the only one it may call
   * @param weights that whole file, which offsets count in
   * @throws IllegalArgumentException when the model is no ONNX, refers to other places, or both
   *     together pass 2 GiB
   */
  public static SingleFileOnnx join(ByteBuffer model, String location, ByteBuffer weights) {
    Joining joining = new Joining(location, weights);
    Message whole = new Message();
    for (ProtoReader.Field field : ProtoReader.read(model)) {
      if (field.number() == GRAPH && field.isBytes()) {
        whole.add(GRAPH, joining.graph(field.content()));
      } else {
        whole.add(field.whole());
      }
    }
    return new SingleFileOnnx(whole.pieces, whole.length);
  }

  /** The file's content. */
  public AtomicFiles.Content content() {
    return out -> {
      byte[] copy = new byte[1 << 16];
      for (ByteBuffer piece : pieces) {
        ByteBuffer rest = piece.duplicate();
        while (rest.hasRemaining()) {
          int count = Math.min(copy.length, rest.remaining());
          rest.get(copy, 0, count);
          out.write(copy, 0, count);
        }
      }
    };
  }

  /** The file's bytes. */
  public byte[] toByteArray() {
    ByteBuffer whole = ByteBuffer.allocate(Math.toIntExact(length));
    pieces.forEach(piece -> whole.put(piece.duplicate()));
    return whole.array();
  }

  /** One model's way to a single file. */
  private record Joining(String location, ByteBuffer weights) {
    Message graph(ByteBuffer graph) {
      Message message = new Message();
      for (ProtoReader.Field field : ProtoReader.read(graph)) {
        if (field.number() == INITIALIZER && field.isBytes()) {
          message.add(INITIALIZER, tensor(field.content()));
        } else {
          message.add(field.whole());
        }
      }
      return message;
    }

    private Message tensor(ByteBuffer tensor) {
      Message message = new Message();
      ExternalData external = new ExternalData();
      String name = "";
      for (ProtoReader.Field field : ProtoReader.read(tensor)) {
        switch (field.number()) {
          case EXTERNAL_DATA -> external.add(field.content());
          case DATA_LOCATION -> {} // dropped: the default is inside
          case NAME -> {
            name = field.text();
            message.add(field.whole());
          }
          default -> message.add(field.whole());
        }
      }
      if (!external.isEmpty()) {
        Message data = new Message();
        data.add(slice(name, external));
        message.add(RAW_DATA, data);
      }
      return message;
    }

    private ByteBuffer slice(String name, ExternalData external) {
      if (!external.location().equals(location)) {
        throw new IllegalArgumentException(
            "tensor %s lies in \"%s\", not in %s".formatted(name, external.location(), location));
      }
      return external.slice(name, weights);
    }
  }

  /** A message being put together from pieces of others. */
  private static final class Message {
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private long length;

    void add(ByteBuffer piece) {
      pieces.add(piece);
      length += piece.remaining();
      if (length > LIMIT) {
        throw new IllegalArgumentException(
            "network and weights pass the limit of %d bytes for one file".formatted(LIMIT));
      }
    }

    /** Adds a field whose content has a length. */
    void add(int number, Message content) {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      varint(head, ((long) number << 3) | ProtoReader.BYTES);
      varint(head, content.length);
      add(ByteBuffer.wrap(head.toByteArray()));
      content.pieces.forEach(this::add);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        out.write((int) ((rest & 0x7F) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
