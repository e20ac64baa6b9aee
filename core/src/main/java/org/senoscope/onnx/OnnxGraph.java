package org.senoscope.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An ONNX model under construction: nodes are added in the order of the computation, and each
 * returns the name of what it makes.
 *
 * <p>Written as IR version 8, operator set 17: what ONNX Runtime has read since 1.12. Source:
 * onnx.proto3 and Operators.md of the ONNX project. Not safe for use by several threads.
 */
public final class OnnxGraph {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int EXTERNAL = 1;

  private final String name;
  private final List<ByteBuffer> versions;
  private final ProtoWriter graph = new ProtoWriter();
  private final Set<String> made = new HashSet<>();
  private int nodes;

  /** A size in an input's or output's shape: a number, or a name for what varies. */
  public sealed interface Dimension {
    /** A size that never varies. */
    record Fixed(long size) implements Dimension {}

    /** A size that may vary, such as the batch {@code n}. */
    record Named(String name) implements Dimension {}

    /** The batch. */
    Dimension BATCH = new Named("n");

    /** A size that never varies. */
    static Dimension of(long size) {
      return new Fixed(size);
    }
  }

  /** Where an initializer's values lie: in a file beside the model. */
  public record External(String file, long offset, long length) {}

  /** An empty graph. */
  public OnnxGraph(String name) {
    this(name, List.of());
  }

  /**
   * An empty graph of other versions.
   *
   * @param versions fields of ModelProto that say of which version of ONNX and of each operator set
   *     the nodes are; none for this class's own
   */
  OnnxGraph(String name, List<ByteBuffer> versions) {
    this.name = name;
    this.versions = List.copyOf(versions);
  }

  /** Declares an input of float32. */
  public String input(String input, List<Dimension> shape) {
    graph.message(11, valueInfo(input, shape));
    made.add(input);
    return input;
  }

  /** Declares an output of float32 that some node makes under this very name. */
  public void output(String output, List<Dimension> shape) {
    if (!made.contains(output)) {
      throw new IllegalStateException("No node makes the output " + output);
    }
    graph.message(12, valueInfo(output, shape));
  }

  /** Declares an output of float32 whose shape is left open. */
  public void output(String output) {
    if (!made.contains(output)) {
      throw new IllegalStateException("No node makes the output " + output);
    }
    ProtoWriter type = new ProtoWriter().integer(1, FLOAT);
    graph.message(
        12, new ProtoWriter().text(1, output).message(2, new ProtoWriter().message(1, type)));
  }

  /** Adds a node with one output, named by this graph. */
  public String node(String operator, List<String> inputs, Attribute... attributes) {
    String stem = operator.toLowerCase(java.util.Locale.ROOT) + "_";
    while (made.contains(stem + nodes)) { // a name that came with what was taken over
      nodes++;
    }
    return named(stem + nodes, operator, inputs, attributes);
  }

  /**
   * Adds a node whose one output has a name of its own, such as {@code logits}.
   *
   * @param inputs in the operator's order; empty for an optional one that is left out
   */
  public String named(
      String output, String operator, List<String> inputs, Attribute... attributes) {
    for (String input : inputs) {
      if (!input.isEmpty() && !made.contains(input)) {
        throw new IllegalStateException(
            "Node %s of %s takes %s, which nothing has made".formatted(output, name, input));
      }
    }
    if (!made.add(output)) {
      throw new IllegalStateException("Two nodes of %s make %s".formatted(name, output));
    }
    nodes++;
    ProtoWriter node = new ProtoWriter();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(3, output).text(4, operator);
    for (Attribute attribute : attributes) {
      node.bytes(5, attribute.encoded());
    }
    graph.message(1, node);
    return output;
  }

  /** Adds float32 values that lie in another file; the same name twice is the same values. */
  public String external(String initializer, long[] shape, External where) {
    if (made.add(initializer)) {
      ProtoWriter tensor = tensor(initializer, shape);
      tensor.message(13, entry("location", where.file()));
      tensor.message(13, entry("offset", Long.toString(where.offset())));
      tensor.message(13, entry("length", Long.toString(where.length())));
      tensor.integer(14, EXTERNAL);
      graph.message(5, tensor);
    }
    return initializer;
  }

  /** Adds float32 values that lie in the model itself. */
  public String inline(String initializer, long[] shape, float[] values) {
    if (made.add(initializer)) {
      ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
      raw.asFloatBuffer().put(values);
      graph.message(5, tensor(initializer, shape).bytes(9, raw.array()));
    }
    return initializer;
  }

  /** Adds whole numbers that lie in the model itself, such as a shape. */
  public String inlineIntegers(String initializer, long... values) {
    if (made.add(initializer)) {
      ByteBuffer raw = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
      raw.asLongBuffer().put(values);
      ProtoWriter tensor = new ProtoWriter().integer(1, values.length).integer(2, INT64);
      graph.message(5, tensor.text(8, initializer).bytes(9, raw.array()));
    }
    return initializer;
  }

  /**
   * Adds values of any type that lie in the model itself.
   *
   * @throws IllegalArgumentException when they are not at hand, or something has that name
   */
  public void initializer(OnnxModel.Initializer values) {
    ProtoWriter tensor = new ProtoWriter();
    values.shape().forEach(size -> tensor.integer(1, size));
    tensor.integer(2, values.type()).text(8, values.name());
    ByteBuffer raw =
        values
            .raw()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "initializer %s has values of type %d in a form that is not known"
                            .formatted(values.name(), values.type())));
    adopt(values.name(), tensor.bytes(9, raw));
  }

  /**
   * Adds a node as another model has it, its tensors already under their names in this graph.
   *
   * @throws IllegalArgumentException when it takes what nothing has made
   */
  public void node(OnnxModel.Node node) {
    ProtoWriter copy = new ProtoWriter();
    node.inputs().forEach(input -> copy.text(1, input));
    node.outputs().forEach(output -> copy.text(2, output));
    copy.text(3, node.outputs().isEmpty() ? "" : node.outputs().getFirst());
    copy.text(4, node.operator());
    node.attributes().forEach(attribute -> copy.bytes(5, attribute));
    if (!node.domain().isEmpty()) {
      copy.text(7, node.domain());
    }
    adopt(copy, node.inputs(), node.outputs());
  }

  /** Takes over another model's initializer, already under its name in this graph. */
  void adopt(String initializer, ProtoWriter tensor) {
    if (!made.add(initializer)) {
      throw new IllegalArgumentException("two things are called " + initializer);
    }
    graph.message(5, tensor);
  }

  /** Takes over another model's node, its tensors already under their names in this graph. */
  void adopt(ProtoWriter node, List<String> inputs, List<String> outputs) {
    for (String input : inputs) {
      if (!input.isEmpty() && !made.contains(input)) {
        throw new IllegalArgumentException(
            "a node takes %s, which none before it makes".formatted(input));
      }
    }
    for (String output : outputs) {
      if (!output.isEmpty() && !made.add(output)) {
        throw new IllegalArgumentException("two things are called " + output);
      }
    }
    graph.message(1, node);
  }

  /** The model's bytes. */
  public byte[] toBytes() {
    ProtoWriter whole = new ProtoWriter();
    if (versions.isEmpty()) {
      whole.integer(1, IR_VERSION);
    }
    whole.text(2, "senoscope");
    whole.message(7, graph, new ProtoWriter().text(2, name));
    if (versions.isEmpty()) {
      whole.message(8, new ProtoWriter().text(1, "").integer(2, OPSET));
    }
    versions.forEach(whole::field);
    return whole.toBytes();
  }

  private static ProtoWriter tensor(String initializer, long[] shape) {
    ProtoWriter tensor = new ProtoWriter();
    for (long size : shape) {
      tensor.integer(1, size);
    }
    return tensor.integer(2, FLOAT).text(8, initializer);
  }

  private static ProtoWriter entry(String key, String value) {
    return new ProtoWriter().text(1, key).text(2, value);
  }

  private static ProtoWriter valueInfo(String value, List<Dimension> shape) {
    ProtoWriter sizes = new ProtoWriter();
    for (Dimension dimension : shape) {
      sizes.message(
          1,
          switch (dimension) {
            case Dimension.Fixed fixed -> new ProtoWriter().integer(1, fixed.size());
            case Dimension.Named varying -> new ProtoWriter().text(2, varying.name());
          });
    }
    ProtoWriter type = new ProtoWriter().integer(1, FLOAT).message(2, sizes);
    return new ProtoWriter().text(1, value).message(2, new ProtoWriter().message(1, type));
  }
}
