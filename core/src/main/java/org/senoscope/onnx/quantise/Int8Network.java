package org.senoscope.onnx.quantise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxModel;
import org.senoscope.onnx.OnnxModel.Initializer;
import org.senoscope.onnx.OnnxModel.Node;

/**
 * A float network on its way to 8 bits: what of its tensors must be known ({@link #observed}), and
 * the network written with it.
 *
 * <p>Activations are held in 8 bits without sign, with a scale and a zero point for each tensor;
 * weights in 8 bits with sign, with a scale for each channel of the output; biases in 32 bits. That
 * is the pairing that processors multiply fastest (AVX-512 VNNI: unsigned by signed). Written as
 * QuantizeLinear and DequantizeLinear around float operators, which any program that knows ONNX
 * computes, and from which ONNX Runtime makes QLinearConv and its like. Not safe for several
 * threads.
 */
public final class Int8Network {
  /** In the names of all that is added, and in no other. */
  private static final String MARK = ".int8-";

  private static final int UINT8 = 2;
  private static final int INT8 = 3;
  private static final int INT32 = 6;

  private final CleanGraph graph;
  private final Int8Plan plan;

  private Int8Network(CleanGraph graph, Int8Plan plan) {
    this.graph = graph;
    this.plan = plan;
  }

  /**
   * Cleans a network and plans its integers.
   *
   * @param model whole, with its values at hand
   * @throws IllegalArgumentException when there is nothing in it to compute in integers, or its
   *     operators are of a set before 13
   */
  public static Int8Network of(OnnxModel model) {
    CleanGraph graph = CleanGraph.of(model);
    graph.requireFree(MARK);
    Int8Plan plan = Int8Plan.of(graph);
    if (plan.observed().isEmpty()) {
      throw new IllegalArgumentException(
          "none of its steps would be computed in integers: it needs two layers with weights one behind the other");
    }
    return new Int8Network(graph, plan);
  }

  /** The tensors whose values must be known. */
  public Set<String> observed() {
    return Set.copyOf(plan.observed());
  }

  /** The cleaned network in floats, giving what must be known beside its outputs. */
  public byte[] observable() {
    Set<String> given = new HashSet<>(plan.observed());
    graph.inputs().forEach(input -> given.remove(input.name()));
    return graph.toBytes(given);
  }

  /** How many layers with weights are computed in integers. */
  public int layers() {
    return plan.layers();
  }

  /**
   * The network in 8 bits.
   *
   * @param seen by tensor, how often it had which values
   * @param rule what of them is to be held
   */
  public byte[] write(Map<String, Histogram> seen, RangeRule rule) {
    Map<String, Affine> steps = new LinkedHashMap<>();
    for (String tensor : plan.observed()) {
      Histogram histogram = seen.get(tensor);
      if (histogram == null || histogram.total() == 0) {
        throw new IllegalArgumentException("Nothing was seen of tensor " + tensor);
      }
      steps.put(tensor, Affine.of(plan.held(tensor, rule.narrowed(histogram))));
    }
    return new Writing(steps).write();
  }

  /** One network being written. */
  private final class Writing {
    private final Map<String, Affine> steps;
    private final OnnxGraph out = graph.begin("int8");
    private final Set<String> written = new HashSet<>();

    /** By tensor, the name of what it is after it was stored and read again. */
    private final Map<String, String> read = new HashMap<>();

    Writing(Map<String, Affine> steps) {
      this.steps = steps;
    }

    byte[] write() {
      Set<String> needed = new HashSet<>();
      for (Node node : graph.nodes()) {
        if (!isWeighted(node) && !plan.isGone(node)) {
          needed.addAll(node.inputs());
        }
      }
      graph.known().values().stream()
          .filter(value -> needed.contains(value.name()))
          .forEach(out::initializer);
      for (Node node : graph.nodes()) {
        if (plan.isGone(node)) {
          continue;
        }
        if (!plan.inIntegers(node)) {
          out.node(node);
          continue;
        }
        Node step = isWeighted(node) ? weighted(node) : unweighted(node);
        String output = plan.output(node);
        String whole = output + MARK + "whole";
        out.node(
            new Node(
                step.operator(), step.domain(), step.inputs(), List.of(whole), step.attributes()));
        stored(whole, output, plan.passes(node) ? plan.root(output) : output);
      }
      graph.end(out);
      return out.toBytes();
    }

    private boolean isWeighted(Node node) {
      return plan.inIntegers(node) && Set.of("Conv", "Gemm").contains(node.operator());
    }

    private Node unweighted(Node node) {
      List<String> inputs = new ArrayList<>(node.inputs());
      List<String> activations = plan.activations(node);
      inputs.replaceAll(input -> activations.contains(input) ? inIntegers(input) : input);
      return new Node(node.operator(), node.domain(), inputs, node.outputs(), node.attributes());
    }

    /** A tensor as a step in integers takes it: stored, and read again. */
    private String inIntegers(String tensor) {
      if (plan.isStored(tensor)) {
        return tensor; // what bears the name was read again
      }
      return read.computeIfAbsent(
          tensor, name -> stored(name, name + MARK + "read", plan.root(name)));
    }

    /** Stores a tensor and reads it again. */
    private String stored(String tensor, String output, String root) {
      String stored = output + MARK + "stored";
      out.node(node("QuantizeLinear", steps(tensor, root), stored));
      out.node(node("DequantizeLinear", steps(stored, root), output));
      return output;
    }

    /** A tensor with the scale and the zero point that another is held in. */
    private List<String> steps(String tensor, String root) {
      Affine affine = Objects.requireNonNull(steps.get(root), root);
      String scale = root + MARK + "scale";
      String zero = root + MARK + "zero";
      if (written.add(scale)) {
        out.initializer(ConvFolding.floats(scale, List.of(), affine.scale()));
        out.initializer(bytes(zero, UINT8, List.of(), (byte) affine.zeroPoint()));
      }
      return List.of(tensor, scale, zero);
    }

    /** A picture in blocks, stored, and read again. */
    private String inBlocks(String picture) {
      String blocks = picture + MARK + "blocks";
      if (written.add(blocks)) {
        String stored = picture + MARK + "stored-picture";
        out.node(node("QuantizeLinear", steps(picture, picture), stored));
        out.node(
            node(
                "SpaceToDepth",
                List.of(stored),
                stored + "-blocks",
                Attribute.integer("blocksize", Stem.BLOCK)));
        out.node(node("DequantizeLinear", steps(stored + "-blocks", picture), blocks));
      }
      return blocks;
    }

    /** A layer with its weights and its bias stored, and read again. */
    private Node weighted(Node node) {
      String input = node.inputs().getFirst();
      Initializer weight = Objects.requireNonNull(graph.known().get(node.inputs().get(1)));
      ChannelAxis axis = ChannelAxis.of(node, graph);
      float[] bias =
          node.inputs().size() > 2 && !node.inputs().get(2).isEmpty()
              ? graph.floats(node.inputs().get(2)).orElseThrow()
              : new float[axis.channels()];
      float step = Objects.requireNonNull(steps.get(plan.root(input))).scale();
      float[] values = weight.floats().orElseThrow();
      ChannelWeights weights = ChannelWeights.of(values, axis.channels(), axis.inner(), bias, step);
      Optional<Stem> stem =
          graph.inputs().stream()
              .filter(each -> each.name().equals(input) && each.shape().isPresent())
              .findFirst()
              .flatMap(each -> Stem.of(node, each.shape().orElseThrow(), weight.shape()));
      String name = node.outputs().getFirst() + MARK;
      out.initializer(
          bytes(
              name + "weight",
              INT8,
              stem.map(form -> form.shape(weight.shape())).orElse(weight.shape()),
              stem.isPresent()
                  ? stem.get().moved(weights.stored(), weight.shape())
                  : weights.stored()));
      readWeights(name, axis, weights, step);
      return new Node(
          node.operator(),
          node.domain(),
          List.of(
              stem.isPresent() ? inBlocks(input) : inIntegers(input),
              name + "weight-read",
              name + "bias-read"),
          node.outputs(),
          stem.map(Stem::attributes).orElse(node.attributes()));
    }

    private void readWeights(String name, ChannelAxis axis, ChannelWeights weights, float step) {
      List<Long> channels = List.of((long) axis.channels());
      out.initializer(ConvFolding.floats(name + "weight-scale", channels, weights.scales()));
      out.initializer(bytes(name + "weight-zero", INT8, channels, new byte[axis.channels()]));
      float[] biasScales = new float[axis.channels()];
      for (int i = 0; i < biasScales.length; i++) {
        biasScales[i] = step * weights.scales()[i];
      }
      out.initializer(integers(name + "bias", channels, weights.bias()));
      out.initializer(ConvFolding.floats(name + "bias-scale", channels, biasScales));
      out.initializer(integers(name + "bias-zero", channels, new int[axis.channels()]));
      out.node(
          node(
              "DequantizeLinear",
              List.of(name + "weight", name + "weight-scale", name + "weight-zero"),
              name + "weight-read",
              Attribute.integer("axis", axis.axis())));
      out.node(
          node(
              "DequantizeLinear",
              List.of(name + "bias", name + "bias-scale", name + "bias-zero"),
              name + "bias-read",
              Attribute.integer("axis", 0)));
    }

    private static Node node(
        String operator, List<String> inputs, String output, Attribute... attributes) {
      return new Node(
          operator,
          "",
          inputs,
          List.of(output),
          Arrays.stream(attributes).map(Attribute::message).toList());
    }

    private static Initializer bytes(String name, int type, List<Long> shape, byte... values) {
      return new Initializer(name, type, shape, Optional.of(ByteBuffer.wrap(values)));
    }

    private static Initializer integers(String name, List<Long> shape, int... values) {
      ByteBuffer raw =
          ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      raw.asIntBuffer().put(values);
      return new Initializer(name, INT32, shape, Optional.of(raw));
    }
  }
}
