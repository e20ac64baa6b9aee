package org.senoscope.foreign.keras;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.senoscope.foreign.InputSize;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxGraph.Dimension;
import org.senoscope.safetensors.Dtype;
import org.senoscope.safetensors.Tensor;
import org.senoscope.work.InputException;

/**
 * A network being built layer by layer. Keras counts an image's sizes as (height, width, channels)
 * and so does {@link #shape}; in the graph images lie channels first, since ONNX's convolutions
 * want them so, until a layer needs Keras's own order.
 */
final class GraphBuilder {
  /** Most values that one image may have between two layers. */
  private static final long MOST_VALUES = 64L << 20;

  /** Most weights in all. */
  private static final long MOST_WEIGHTS = 150_000_000;

  private final InputSize input;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private long weighed;
  private List<Integer> shape;
  private boolean channelsFirst = true;

  GraphBuilder(InputSize input) {
    this.input = input;
    this.shape = List.of(input.height(), input.width(), input.channels());
  }

  /** What a step is to the network's answer. */
  enum Kind {
    /** Neither of the others. */
    LINEAR,
    SOFTMAX,
    SIGMOID,
    /** Another function that bends. */
    BENDING
  }

  /** Adds a step's nodes and returns the name of its answer. */
  @FunctionalInterface
  interface Emitter {
    String emit(Emission out, String x);
  }

  /** A step: what it is, which activation by name, and its nodes. */
  record Step(Kind kind, String name, Emitter emitter) {}

  /** A graph being written. */
  record Emission(
      OnnxGraph graph, Map<String, Tensor> weights, Function<String, OnnxGraph.External> place) {
    /** Names weights as an initializer. */
    String tensor(String name) {
      return graph.external(
          name, Objects.requireNonNull(weights.get(name)).shape(), place.apply(name));
    }
  }

  /** Sizes of what has been made so far, without the batch, as Keras counts them. */
  List<Integer> shape() {
    return shape;
  }

  /** Whether what has been made is an image. */
  boolean isImage() {
    return shape.size() == 3;
  }

  int height() {
    return shape.get(0);
  }

  int width() {
    return shape.get(1);
  }

  /** The last size: channels of an image, values of a row. */
  int channels() {
    return shape.getLast();
  }

  /** Whether it is an image that lies channels first. */
  boolean channelsFirst() {
    return isImage() && channelsFirst;
  }

  /** Adds a step after which the sizes are as before. */
  void add(Emitter emitter) {
    steps.add(new Step(Kind.LINEAR, "", emitter));
  }

  /** Adds an activation. */
  void add(Kind kind, String name, Emitter emitter) {
    steps.add(new Step(kind, name, emitter));
  }

  /** Adds a step that changes the sizes. */
  void add(KerasLayer layer, List<Integer> newShape, Emitter emitter) {
    long values = 1;
    for (int size : newShape) {
      if (size < 1) {
        throw layer.refuse("of an input of %s it would make %s".formatted(shape, newShape));
      }
      values = Math.min(values * size, MOST_VALUES + 1);
    }
    if (values > MOST_VALUES) {
      throw layer.refuse(
          "it would make %s, more than %d values of one image".formatted(newShape, MOST_VALUES));
    }
    shape = List.copyOf(newShape);
    add(emitter);
  }

  /** Sees to it that an image lies channels first. */
  void needImage(KerasLayer layer) {
    if (!isImage()) {
      throw layer.refuse("it needs an image, what comes before it makes %s".formatted(shape));
    }
    if (!channelsFirst) {
      channelsFirst = true;
      add((out, x) -> transpose(out, x, 0, 3, 1, 2));
    }
  }

  /** Sees to it that values lie in Keras's order. */
  void needKerasOrder() {
    if (channelsFirst()) {
      add((out, x) -> transpose(out, x, 0, 2, 3, 1));
    }
    channelsFirst = false;
  }

  /** Reshapes in Keras's order. */
  void reshape(KerasLayer layer, List<Integer> newShape) {
    needKerasOrder();
    long[] target = new long[newShape.size() + 1];
    for (int i = 0; i < newShape.size(); i++) {
      target[i + 1] = newShape.get(i);
    }
    String name = "shape " + steps.size();
    add(
        layer,
        newShape,
        (out, x) ->
            out.graph().node("Reshape", List.of(x, out.graph().inlineIntegers(name, target))));
  }

  /** Refuses weights that would be too many before any is read. */
  void weigh(KerasLayer layer, long... sizes) {
    long count = 1;
    for (long size : sizes) {
      count = Math.min(count * size, MOST_WEIGHTS + 1);
    }
    weighed += count;
    if (weighed > MOST_WEIGHTS) {
      throw layer.refuse(
          "with its weights the network has more than %d; convert it to ONNX with tf2onnx instead"
              .formatted(MOST_WEIGHTS));
    }
  }

  /** Takes weights and returns their name. */
  String weights(KerasLayer layer, String variable, float[] values, long... sizes) {
    String name = name(layer, variable);
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    if (weights.put(name, new Tensor(Dtype.F32, sizes, bytes)) != null) {
      throw layer.refuse("another layer has its name");
    }
    return name;
  }

  /** A name of a layer's own in the graph. */
  static String name(KerasLayer layer, String variable) {
    return String.join("/", layer.path()) + "." + variable;
  }

  /** The steps so far. */
  List<Step> steps() {
    return List.copyOf(steps);
  }

  /** All weights, by name. */
  Map<String, Tensor> weights() {
    return weights;
  }

  /** Writes the graph of some steps, the last of which makes the logits. */
  byte[] write(List<Step> some, int logits, Function<String, OnnxGraph.External> place) {
    OnnxGraph graph = new OnnxGraph("imported");
    Emission out = new Emission(graph, weights, place);
    String x =
        graph.input(
            "image",
            List.of(
                Dimension.BATCH,
                Dimension.of(input.channels()),
                Dimension.of(input.height()),
                Dimension.of(input.width())));
    for (Step step : some) {
      x = step.emitter().emit(out, x);
    }
    graph.named("logits", "Identity", List.of(x));
    graph.output("logits", List.of(Dimension.BATCH, Dimension.of(logits)));
    return graph.toBytes();
  }

  /** An error about the whole network. */
  static InputException fault(String file, String what) {
    return new InputException("%s: %s".formatted(file, what));
  }

  private static String transpose(Emission out, String x, long... order) {
    return out.graph().node("Transpose", List.of(x), Attribute.integers("perm", order));
  }
}
