package org.senoscope.onnx.quantise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxModel;
import org.senoscope.onnx.OnnxModel.Initializer;
import org.senoscope.onnx.OnnxModel.Node;

/** What a convolution can take over from the step before or behind it. */
final class ConvFolding {
  /** In the names of new values, and in no other. */
  static final String FOLDED = ".folded-";

  private static final String CONV = "Conv";
  private static final double USUAL_EPSILON = 1e-5;

  /** Dimensions of a convolution's weights: out, in of each group, height, width. */
  private static final int DIMENSIONS = 4;

  private ConvFolding() {}

  /**
   * A convolution with new values.
   *
   * @param values that it takes and that were not known before
   */
  record Folded(Node conv, List<Initializer> values) {}

  /**
   * What a batch norm does to each channel: value × factor + shift.
   *
   * @param factors one for each channel
   * @param shifts one for each channel
   */
  @SuppressWarnings("ArrayRecordComponent") // used up at once, and never compared
  record Channels(double[] factors, double[] shifts) {
    /** The same as a convolution of each channel by itself, with kernels of 1 × 1. */
    Folded alone(String input, String output) {
      int channels = factors.length;
      float[] weights = new float[channels];
      float[] bias = new float[channels];
      for (int i = 0; i < channels; i++) {
        weights[i] = (float) factors[i];
        bias[i] = (float) shifts[i];
      }
      Initializer weight =
          floats(output + FOLDED + "weight", List.of((long) channels, 1L, 1L, 1L), weights);
      Initializer shift = floats(output + FOLDED + "bias", List.of((long) channels), bias);
      return new Folded(
          new Node(
              CONV,
              "",
              List.of(input, weight.name(), shift.name()),
              List.of(output),
              List.of(
                  Attribute.integers("kernel_shape", 1, 1).message(),
                  Attribute.integer("group", channels).message())),
          List.of(weight, shift));
    }
  }

  /** What a node does to each channel, if it is a batch norm whose numbers are known. */
  static Optional<Channels> channels(Node node, Map<String, Initializer> known) {
    if (!node.operator().equals("BatchNormalization")
        || node.integer("training_mode").orElse(0) != 0) {
      return Optional.empty();
    }
    List<float[]> numbers = new ArrayList<>();
    for (String input : node.inputs().subList(1, node.inputs().size())) {
      Optional.ofNullable(known.get(input)).flatMap(Initializer::floats).ifPresent(numbers::add);
    }
    if (numbers.size() != 4) {
      return Optional.empty();
    }
    double epsilon = node.real("epsilon").orElse(USUAL_EPSILON);
    int channels = numbers.getFirst().length;
    double[] factors = new double[channels];
    double[] shifts = new double[channels];
    for (int i = 0; i < channels; i++) {
      factors[i] = numbers.get(0)[i] / Math.sqrt(numbers.get(3)[i] + epsilon);
      shifts[i] = numbers.get(1)[i] - numbers.get(2)[i] * factors[i];
    }
    return Optional.of(new Channels(factors, shifts));
  }

  /** A convolution that does what follows it too; empty where its weights are not known. */
  static Optional<Folded> folded(
      Node conv, Channels then, String output, Map<String, Initializer> known) {
    Optional<Initializer> weight =
        conv.operator().equals(CONV)
            ? Optional.ofNullable(known.get(conv.inputs().get(1)))
            : Optional.empty();
    Optional<float[]> weights = weight.flatMap(Initializer::floats);
    boolean biased = conv.inputs().size() > 2 && !conv.inputs().get(2).isEmpty();
    Optional<float[]> bias =
        biased
            ? Optional.ofNullable(known.get(conv.inputs().get(2))).flatMap(Initializer::floats)
            : Optional.of(new float[then.factors.length]);
    if (weights.isEmpty()
        || bias.isEmpty()
        || weight.get().shape().size() != DIMENSIONS
        || weight.get().shape().getFirst() != then.factors.length) {
      return Optional.empty();
    }
    float[] scaled = weights.get();
    float[] shifted = bias.get();
    int each = scaled.length / then.factors.length;
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (scaled[i] * then.factors[i / each]);
    }
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = (float) (shifted[i] * then.factors[i] + then.shifts[i]);
    }
    // Named by what it makes: several convolutions may share the weights as they were.
    Initializer newWeight = floats(output + FOLDED + "weight", weight.get().shape(), scaled);
    Initializer newBias = floats(output + FOLDED + "bias", List.of((long) shifted.length), shifted);
    return Optional.of(
        new Folded(
            new Node(
                CONV,
                "",
                List.of(conv.inputs().getFirst(), newWeight.name(), newBias.name()),
                List.of(output),
                conv.attributes()),
            List.of(newWeight, newBias)));
  }

  /**
   * A convolution that pads as the step before it does; empty where that does not pad height and
   * width with zeros.
   */
  static Optional<Node> padded(Node pad, Node conv, Map<String, Initializer> known) {
    if (!pad.operator().equals("Pad")
        || !conv.operator().equals(CONV)
        || !pad.text("mode").orElse("constant").equals("constant")
        || !conv.text("auto_pad").orElse("NOTSET").equals("NOTSET")
        || pad.inputs().size() > 3) {
      return Optional.empty();
    }
    long[] added =
        Optional.ofNullable(known.get(pad.inputs().get(1)))
            .flatMap(Initializer::integers)
            .orElse(new long[0]);
    boolean zeros =
        pad.inputs().size() < 3
            || pad.inputs().get(2).isEmpty()
            || Optional.ofNullable(known.get(pad.inputs().get(2)))
                .flatMap(Initializer::floats)
                .filter(value -> value.length == 1 && value[0] == 0)
                .isPresent();
    if (!zeros
        || added.length != 2 * DIMENSIONS
        || Arrays.stream(added).anyMatch(each -> each < 0)
        || added[0] + added[1] + added[4] + added[5] != 0) {
      return Optional.empty();
    }
    long[] own = conv.integers("pads");
    long[] pads = own.length == 4 ? own : new long[4];
    pads[0] += added[2];
    pads[1] += added[3];
    pads[2] += added[6];
    pads[3] += added[7];
    List<ByteBuffer> attributes = new ArrayList<>();
    for (ByteBuffer attribute : conv.attributes()) {
      Node alone = new Node(CONV, "", List.of(), List.of(), List.of(attribute));
      if (!alone.has("pads") && !alone.has("auto_pad")) {
        attributes.add(attribute);
      }
    }
    attributes.add(Attribute.integers("pads", pads).message());
    List<String> inputs = new ArrayList<>(conv.inputs());
    inputs.set(0, pad.inputs().getFirst());
    return Optional.of(new Node(CONV, conv.domain(), inputs, conv.outputs(), attributes));
  }

  /** Real numbers that are known beforehand. */
  static Initializer floats(String name, List<Long> shape, float... values) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return new Initializer(name, OnnxModel.FLOAT, shape, Optional.of(raw));
  }
}
