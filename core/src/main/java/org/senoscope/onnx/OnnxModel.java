package org.senoscope.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * An ONNX model of any origin, taken apart as far as is needed to set it into a graph of ours: its
 * inputs, outputs, nodes and initializers. Nothing in it is believed, and nothing is run.
 *
 * <p>Fields are those of onnx.proto3: ModelProto ir_version 1, graph 7, opset_import 8, functions
 * 25; GraphProto node 1, initializer 5, input 11, output 12, sparse_initializer 15; NodeProto input
 * 1, output 2, name 3, op_type 4, attribute 5, domain 7; TensorProto dims 1, data_type 2,
 * float_data 4, int64_data 7, name 8, raw_data 9, external_data 13, data_location 14. Tensors share
 * the model's bytes. Immutable.
 */
public final class OnnxModel {
  /** {@code TensorProto.DataType} of single precision. */
  public static final int FLOAT = 1;

  private static final int INT64 = 7;
  private static final int MOST_NODES = 100_000;
  private static final Set<String> CONTROL = Set.of("If", "Loop", "Scan", "SequenceMap");

  private final List<ByteBuffer> versions = new ArrayList<>();
  private final List<Value> inputs = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Node> makers = new HashMap<>();
  private final Map<String, Initializer> initializers = new LinkedHashMap<>();

  private OnnxModel() {}

  /**
   * A tensor that goes in or out.
   *
   * @param type of its elements, as {@code TensorProto.DataType} counts; 0 where none is said
   * @param shape each size, -1 for one that varies; empty where none is said
   */
  public record Value(String name, int type, Optional<List<Long>> shape) {}

  /**
   * A tensor that is known beforehand.
   *
   * @param type of its elements, as {@code TensorProto.DataType} counts
   * @param shape each size
   * @param raw little-endian values; empty for kinds that are kept as they stand
   */
  public record Initializer(String name, int type, List<Long> shape, Optional<ByteBuffer> raw) {
    /** The values, where they are of single precision and at hand. */
    public Optional<float[]> floats() {
      if (type != FLOAT || raw.isEmpty()) {
        return Optional.empty();
      }
      ByteBuffer bytes = raw.get().duplicate().order(ByteOrder.LITTLE_ENDIAN);
      float[] values = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(values);
      return Optional.of(values);
    }

    /** The values, where they are 64-bit whole numbers. */
    public Optional<long[]> integers() {
      if (type != INT64 || raw.isEmpty()) {
        return Optional.empty();
      }
      ByteBuffer bytes = raw.get().duplicate().order(ByteOrder.LITTLE_ENDIAN);
      long[] values = new long[bytes.remaining() / Long.BYTES];
      bytes.asLongBuffer().get(values);
      return Optional.of(values);
    }
  }

  /**
   * A step of the computation.
   *
   * @param operator such as {@code Conv}
   * @param domain whose operator it is; empty for ONNX's own
   * @param inputs names of what it takes; empty names are left out
   * @param outputs names of what it makes
   * @param attributes each an AttributeProto
   */
  public record Node(
      String operator,
      String domain,
      List<String> inputs,
      List<String> outputs,
      List<ByteBuffer> attributes) {
    public Node {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      attributes = List.copyOf(attributes);
    }

    /** The value of a whole-number attribute. */
    public OptionalLong integer(String attribute) {
      return fields(attribute).stream()
          .filter(f -> f.number() == 3)
          .mapToLong(ProtoReader.Field::integer)
          .findFirst();
    }

    /** The values of an attribute of whole numbers; none where it is not there. */
    public long[] integers(String attribute) {
      return fields(attribute).stream()
          .filter(field -> field.number() == 8)
          .flatMap(field -> field.integers().stream())
          .mapToLong(Long::longValue)
          .toArray();
    }

    /** The value of a real attribute. */
    public OptionalDouble real(String attribute) {
      return fields(attribute).stream()
          .filter(field -> field.number() == 2)
          .mapToDouble(
              field -> field.content().duplicate().order(ByteOrder.LITTLE_ENDIAN).getFloat())
          .findFirst();
    }

    /** The value of an attribute that is a word. */
    public Optional<String> text(String attribute) {
      return fields(attribute).stream()
          .filter(field -> field.number() == 4)
          .map(ProtoReader.Field::text)
          .findFirst();
    }

    /** Whether an attribute is there. */
    public boolean has(String attribute) {
      return !fields(attribute).isEmpty();
    }

    private List<ProtoReader.Field> fields(String attribute) {
      for (ByteBuffer each : attributes) {
        List<ProtoReader.Field> fields = ProtoReader.read(each);
        if (fields.stream().anyMatch(f -> f.number() == 1 && f.text().equals(attribute))) {
          return fields;
        }
      }
      return List.of();
    }
  }

  /**
   * Takes a model apart.
   *
   * @param model the file's bytes
   * @param beside gives the bytes of a file that the model names for its values, or throws
   * @throws IllegalArgumentException when it is no ONNX model, or one that cannot be taken over:
   *     with control flow (it may never end), sparse tensors or values that are not all there
   */
  public static OnnxModel read(ByteBuffer model, Function<String, ByteBuffer> beside) {
    OnnxModel read = new OnnxModel();
    boolean graph = false;
    for (ProtoReader.Field field : ProtoReader.read(model)) {
      switch (field.number()) {
        case 1, 8 -> read.versions.add(field.whole());
        case 25 -> {
          refuseControlFlow(field, 7);
          read.versions.add(field.whole());
        }
        case 7 -> {
          read.graph(field.content(), beside);
          graph = true;
        }
        default -> {} // who made it and how it may be trained on
      }
    }
    if (!graph) {
      throw new IllegalArgumentException("it holds no graph");
    }
    read.inputs.removeIf(input -> read.initializers.containsKey(input.name()));
    return read;
  }

  /** What it takes, without what is known beforehand. */
  public List<Value> inputs() {
    return List.copyOf(inputs);
  }

  /** What it gives. */
  public List<Value> outputs() {
    return List.copyOf(outputs);
  }

  /** The computation, in its order. */
  public List<Node> nodes() {
    return List.copyOf(nodes);
  }

  /** What is known beforehand, by name. */
  public Map<String, Initializer> initializers() {
    return Map.copyOf(initializers);
  }

  /** The node that makes a tensor. */
  public Optional<Node> maker(String tensor) {
    return Optional.ofNullable(makers.get(tensor));
  }

  /** The version of ONNX's own operators that it names; 0 where it names none. */
  public long operatorSet() {
    for (ByteBuffer version : versions) {
      ProtoReader.Field field = ProtoReader.read(version).getFirst();
      if (field.number() == 8) {
        String domain = "";
        long number = 0;
        for (ProtoReader.Field each : ProtoReader.read(field.content())) {
          switch (each.number()) {
            case 1 -> domain = each.text();
            case 2 -> number = each.integer();
            default -> {}
          }
        }
        if (domain.isEmpty() || domain.equals("ai.onnx")) {
          return number;
        }
      }
    }
    return 0;
  }

  /** A graph without nodes whose operators are of the versions of this model's. */
  public OnnxGraph graph(String name) {
    return new OnnxGraph(name, versions);
  }

  /**
   * What of it a tensor needs; the rest is left out.
   *
   * @param tensor what is wanted
   * @param fixedBatch the batch that reshapings were written for, to be taken from their input
   *     instead; 0 for none
   * @throws IllegalArgumentException when something that it needs is made by nothing
   */
  public OnnxModel upTo(String tensor, long fixedBatch) {
    OnnxModel part = new OnnxModel();
    part.versions.addAll(versions);
    part.inputs.addAll(inputs);
    Set<String> needed = new HashSet<>(Set.of(tensor));
    Map<String, Initializer> shapes = new LinkedHashMap<>();
    for (Node node : nodes.reversed()) {
      if (node.outputs().stream().anyMatch(needed::contains)) {
        Node kept = freeBatch(node, fixedBatch, shapes);
        part.nodes.add(kept);
        kept.outputs().forEach(output -> part.makers.put(output, kept));
        needed.addAll(kept.inputs());
      }
    }
    Collections.reverse(part.nodes);
    initializers.forEach(
        (name, initializer) -> {
          if (needed.contains(name)) {
            part.initializers.put(name, initializer);
          }
        });
    part.initializers.putAll(shapes);
    part.nodes.forEach(node -> node.outputs().forEach(needed::remove));
    part.initializers.keySet().forEach(needed::remove);
    inputs.forEach(input -> needed.remove(input.name()));
    needed.remove(""); // an input left out
    if (!needed.isEmpty()) {
      throw new IllegalArgumentException("nothing makes " + needed.iterator().next());
    }
    return part;
  }

  /**
   * Sets the computation into a graph that {@link #graph} made.
   *
   * @param names the name there of each tensor here; the input's must have been made
   * @param place where an initializer's values lie, for those of single precision that are not to
   *     lie in the model itself
   */
  public void copyInto(
      OnnxGraph graph,
      Function<String, String> names,
      Function<String, Optional<OnnxGraph.External>> place) {
    for (Initializer each : initializers.values()) {
      Optional<OnnxGraph.External> elsewhere =
          each.type() == FLOAT ? place.apply(each.name()) : Optional.empty();
      String name = names.apply(each.name());
      if (elsewhere.isPresent()) {
        long[] shape = each.shape().stream().mapToLong(Long::longValue).toArray();
        graph.external(name, shape, elsewhere.get());
      } else {
        graph.initializer(new Initializer(name, each.type(), each.shape(), each.raw()));
      }
    }
    for (Node node : nodes) {
      graph.node(
          new Node(
              node.operator(),
              node.domain(),
              renamed(node.inputs(), names),
              renamed(node.outputs(), names),
              node.attributes()));
    }
  }

  /** Names in a graph; empty ones, of inputs left out, stay so. */
  private static List<String> renamed(List<String> tensors, Function<String, String> names) {
    return tensors.stream().map(name -> name.isEmpty() ? "" : names.apply(name)).toList();
  }

  /**
   * A reshaping to a batch of fixed size becomes one that keeps the batch of what it is given.
   *
   * @param shapes takes the new shape
   */
  private Node freeBatch(Node node, long fixedBatch, Map<String, Initializer> shapes) {
    if (fixedBatch == 0
        || !node.operator().equals("Reshape")
        || node.inputs().size() != 2
        || node.integer("allowzero").orElse(0) != 0) {
      return node;
    }
    long[] shape = constant(node.inputs().get(1)).orElse(new long[0]);
    if (shape.length < 2 || shape[0] != fixedBatch) {
      return node;
    }
    shape[0] = 0; // "as the input's"
    String name = node.outputs().getFirst() + ".any-batch";
    ByteBuffer raw = ByteBuffer.allocate(shape.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(shape);
    shapes.put(name, new Initializer(name, INT64, List.of((long) shape.length), Optional.of(raw)));
    return new Node(
        node.operator(),
        node.domain(),
        List.of(node.inputs().getFirst(), name),
        node.outputs(),
        node.attributes());
  }

  private Optional<long[]> constant(String tensor) {
    return known(tensor).flatMap(Initializer::integers);
  }

  /** What is known beforehand of a tensor, be it an initializer or what a Constant gives. */
  public Optional<Initializer> known(String tensor) {
    Initializer initializer = initializers.get(tensor);
    if (initializer != null) {
      return Optional.of(initializer);
    }
    return maker(tensor)
        .filter(node -> node.operator().equals("Constant"))
        .flatMap(
            node ->
                node.attributes().stream()
                    .flatMap(attribute -> ProtoReader.read(attribute).stream())
                    .filter(field -> field.number() == 5 && field.isBytes())
                    .findFirst())
        .map(tensorField -> initializer(tensorField.content(), _ -> ByteBuffer.allocate(0)));
  }

  private void graph(ByteBuffer graph, Function<String, ByteBuffer> beside) {
    Set<String> made = new HashSet<>();
    for (ProtoReader.Field field : ProtoReader.read(graph)) {
      switch (field.number()) {
        case 1 -> {
          Node node = node(field.content());
          if (nodes.size() == MOST_NODES) {
            throw new IllegalArgumentException("it has more than %d nodes".formatted(MOST_NODES));
          }
          nodes.add(node);
          node.outputs().forEach(output -> makers.put(output, node));
        }
        case 5 -> {
          Initializer initializer = initializer(field.content(), beside);
          if (!made.add(initializer.name())) {
            throw new IllegalArgumentException("two tensors are called " + initializer.name());
          }
          initializers.put(initializer.name(), initializer);
        }
        case 11 -> inputs.add(value(field.content()));
        case 12 -> outputs.add(value(field.content()));
        case 15 -> throw new IllegalArgumentException("sparse tensors are not supported");
        default -> {} // its name, and shapes in between, which may hold for one batch alone
      }
    }
  }

  private static Node node(ByteBuffer content) {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    List<ByteBuffer> attributes = new ArrayList<>();
    String operator = "";
    String domain = "";
    for (ProtoReader.Field field : ProtoReader.read(content)) {
      switch (field.number()) {
        case 1 -> inputs.add(field.text());
        case 2 -> outputs.add(field.text());
        case 4 -> operator = field.text();
        case 5 -> attributes.add(field.content());
        case 7 -> domain = field.text();
        default -> {} // notes, which may hold paths of the machine that wrote them
      }
    }
    refuseControl(operator);
    for (ByteBuffer attribute : attributes) {
      for (ProtoReader.Field field : ProtoReader.read(attribute)) {
        if (field.number() == 6 || field.number() == 11) {
          refuseControl("If"); // only control flow holds graphs
        }
      }
    }
    return new Node(operator, domain.equals("ai.onnx") ? "" : domain, inputs, outputs, attributes);
  }

  private static void refuseControlFlow(ProtoReader.Field function, int nodeNumber) {
    for (ProtoReader.Field field : ProtoReader.read(function.content())) {
      if (field.number() == nodeNumber) {
        node(field.content());
      }
    }
  }

  private static void refuseControl(String operator) {
    if (CONTROL.contains(operator)) {
      throw new IllegalArgumentException(
          "it branches or loops (%s), which is not supported: export it for inference"
              .formatted(operator));
    }
  }

  private static Value value(ByteBuffer content) {
    String name = "";
    int type = 0;
    Optional<List<Long>> shape = Optional.empty();
    for (ProtoReader.Field field : ProtoReader.read(content)) {
      if (field.number() == 1) {
        name = field.text();
      } else if (field.number() == 2) {
        for (ProtoReader.Field kind : ProtoReader.read(field.content())) {
          if (kind.number() == 1) {
            for (ProtoReader.Field tensor : ProtoReader.read(kind.content())) {
              if (tensor.number() == 1) {
                type = (int) tensor.integer();
              } else if (tensor.number() == 2) {
                shape = Optional.of(sizes(tensor.content()));
              }
            }
          }
        }
      }
    }
    return new Value(name, type, shape);
  }

  private static List<Long> sizes(ByteBuffer shape) {
    List<Long> sizes = new ArrayList<>();
    for (ProtoReader.Field dimension : ProtoReader.read(shape)) {
      long size = -1;
      for (ProtoReader.Field field : ProtoReader.read(dimension.content())) {
        // Some exporters write 0 or less for a size that varies.
        size = field.number() == 1 && field.integer() > 0 ? field.integer() : size;
      }
      sizes.add(size);
    }
    return List.copyOf(sizes);
  }

  private static Initializer initializer(ByteBuffer content, Function<String, ByteBuffer> beside) {
    List<Long> shape = new ArrayList<>();
    int type = 0;
    String name = "";
    Optional<ByteBuffer> raw = Optional.empty();
    List<ProtoReader.Field> typed = new ArrayList<>();
    ExternalData external = new ExternalData();
    for (ProtoReader.Field field : ProtoReader.read(content)) {
      switch (field.number()) {
        case 1 -> shape.addAll(field.integers());
        case 2 -> type = (int) field.integer();
        case 4, 5, 6, 7, 10, 11 -> typed.add(field);
        case 8 -> name = field.text();
        case 9 -> raw = Optional.of(field.content());
        case 13 -> external.add(field.content());
        default -> {}
      }
    }
    long elements = 1;
    for (long size : shape) {
      if (size < 0 || size > Integer.MAX_VALUE || elements * size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "tensor %s has a shape beyond all bounds: %s".formatted(name, shape));
      }
      elements *= size;
    }
    if (!external.isEmpty()) {
      raw = Optional.of(external.slice(name, beside.apply(external.location())));
    } else if (raw.isEmpty()) {
      raw = raw(type, typed, elements);
    }
    int size = elementSize(type);
    if (raw.isPresent() && size > 0 && raw.get().remaining() != elements * size) {
      throw new IllegalArgumentException(
          "tensor %s of shape %s takes %d bytes, has %d"
              .formatted(name, shape, elements * size, raw.get().remaining()));
    }
    return new Initializer(name, type, List.copyOf(shape), raw);
  }

  /** Values of a field of their own type, as raw bytes. */
  private static Optional<ByteBuffer> raw(int type, List<ProtoReader.Field> typed, long elements) {
    if (typed.isEmpty()) {
      return elements == 0 ? Optional.of(ByteBuffer.allocate(0)) : Optional.empty();
    }
    int number = typed.getFirst().number();
    if (number == 4 || number == 10) { // packed floats and doubles are raw bytes; single ones too
      int length = typed.stream().mapToInt(field -> field.content().remaining()).sum();
      ByteBuffer joined = ByteBuffer.allocate(length);
      typed.forEach(field -> joined.put(field.content().duplicate()));
      return Optional.of(joined.flip());
    }
    int size = elementSize(type);
    if (number == 6 || size == 0) {
      return Optional.empty();
    }
    List<Long> values = new ArrayList<>();
    typed.forEach(field -> values.addAll(field.integers()));
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.size(), size)).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      switch (size) {
        case 1 -> bytes.put((byte) value);
        case 2 -> bytes.putShort((short) value);
        case 4 -> bytes.putInt((int) value);
        default -> bytes.putLong(value);
      }
    }
    return Optional.of(bytes.flip());
  }

  /** Bytes of an element of a type; 0 for those that are not known here. */
  private static int elementSize(int type) {
    return switch (type) {
      case 2, 3, 9 -> 1; // 8 bits, truth values
      case 4, 5, 10, 16 -> 2; // 16 bits, half precision
      case 1, 6, 12 -> 4;
      case 7, 11, 13 -> 8;
      default -> 0;
    };
  }
}
