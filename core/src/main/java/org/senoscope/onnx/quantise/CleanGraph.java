package org.senoscope.onnx.quantise;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxModel;
import org.senoscope.onnx.OnnxModel.Initializer;
import org.senoscope.onnx.OnnxModel.Node;

/**
 * A float network without what integers would stumble over: batch norm is folded into the
 * convolution before it (after anything else it becomes a convolution of each channel by itself),
 * padding with zeros is the convolution's own, and Identity, Dropout and Constant are gone. It
 * computes the same within float's rounding, and its outputs are called the same.
 */
public final class CleanGraph {
  /** Since when scales may be those of channels. */
  private static final long LEAST_OPERATOR_SET = 13;

  /** Dimensions of a batch of pictures. */
  private static final int PICTURE = 4;

  private static final Set<String> MAKES_PICTURES =
      Set.of("Conv", "MaxPool", "AveragePool", "GlobalAveragePool");

  private static final Set<String> KEEPS_PICTURES =
      Set.of("BatchNormalization", "Relu", "Clip", "LeakyRelu", "Sigmoid", "Pad", "Resize");

  private final OnnxModel origin;
  private final Map<String, Initializer> known = new LinkedHashMap<>();
  private final Set<String> outputs = new HashSet<>();
  private List<Node> nodes;

  private CleanGraph(OnnxModel origin) {
    this.origin = origin;
    this.nodes = origin.nodes();
    origin.outputs().forEach(output -> outputs.add(output.name()));
  }

  /**
   * Cleans a network.
   *
   * @param model whole, with its values at hand
   * @throws IllegalArgumentException when its operators are of a set before 13
   */
  public static CleanGraph of(OnnxModel model) {
    if (model.operatorSet() < LEAST_OPERATOR_SET) {
      throw new IllegalArgumentException(
          "scales by channel need ONNX's operators of set %d or later, it has %d"
              .formatted(LEAST_OPERATOR_SET, model.operatorSet()));
    }
    CleanGraph clean = new CleanGraph(model);
    clean.known.putAll(new TreeMap<>(model.initializers())); // so that files are the same each time
    clean.requireFree(ConvFolding.FOLDED);
    clean.dropConstants();
    clean.dropIdentities();
    clean.fusePads();
    clean.foldBatchNorms();
    clean.dropUnused();
    return clean;
  }

  /** Refuses a network whose tensors have names that only ours must have. */
  void requireFree(String mark) {
    Stream.concat(nodes.stream().flatMap(node -> node.outputs().stream()), known.keySet().stream())
        .filter(tensor -> tensor.contains(mark))
        .findFirst()
        .ifPresent(
            tensor -> {
              throw new IllegalArgumentException(
                  "it has a tensor %s, and \"%s\" marks those that are added: it was quantised or cleaned before"
                      .formatted(tensor, mark));
            });
  }

  /** The computation, in its order. */
  List<Node> nodes() {
    return nodes;
  }

  /** What is known beforehand, by name. */
  Map<String, Initializer> known() {
    return known;
  }

  /** The names of what it gives. */
  Set<String> outputs() {
    return outputs;
  }

  /** What it takes. */
  List<OnnxModel.Value> inputs() {
    return origin.inputs();
  }

  /** The real numbers that are known of a tensor. */
  Optional<float[]> floats(String tensor) {
    return Optional.ofNullable(known.get(tensor)).flatMap(Initializer::floats);
  }

  /** The nodes that take each tensor, each as often as it does. */
  Map<String, List<Node>> takers() {
    Map<String, List<Node>> takers = new HashMap<>();
    for (Node node : nodes) {
      node.inputs()
          .forEach(input -> takers.computeIfAbsent(input, _ -> new ArrayList<>()).add(node));
    }
    return takers;
  }

  /** The node that makes each tensor. */
  Map<String, Node> makers() {
    Map<String, Node> makers = new HashMap<>();
    nodes.forEach(node -> node.outputs().forEach(output -> makers.put(output, node)));
    return makers;
  }

  /**
   * The cleaned network, in floats.
   *
   * @param also tensors that it is to give beside its outputs
   */
  public byte[] toBytes(Set<String> also) {
    OnnxGraph graph = begin("clean");
    known.values().forEach(graph::initializer);
    nodes.forEach(graph::node);
    end(graph);
    also.stream().filter(tensor -> !outputs.contains(tensor)).forEach(graph::output);
    return graph.toBytes();
  }

  /** A graph of the same versions with the same inputs, and nothing else yet. */
  OnnxGraph begin(String name) {
    OnnxGraph graph = origin.graph(name);
    origin.inputs().forEach(input -> graph.input(input.name(), sizes(input)));
    return graph;
  }

  /** Declares the outputs. */
  void end(OnnxGraph graph) {
    for (OnnxModel.Value output : origin.outputs()) {
      if (output.shape().isPresent()) {
        graph.output(output.name(), sizes(output));
      } else {
        graph.output(output.name());
      }
    }
  }

  private static List<OnnxGraph.Dimension> sizes(OnnxModel.Value value) {
    List<OnnxGraph.Dimension> sizes = new ArrayList<>();
    for (long size : value.shape().orElse(List.of())) {
      sizes.add(
          size > 0
              ? OnnxGraph.Dimension.of(size)
              : sizes.isEmpty()
                  ? OnnxGraph.Dimension.BATCH
                  : new OnnxGraph.Dimension.Named(value.name() + "_" + sizes.size()));
    }
    return sizes;
  }

  private void dropConstants() {
    List<Node> kept = new ArrayList<>();
    for (Node node : nodes) {
      Optional<Initializer> value =
          node.operator().equals("Constant")
              ? origin.known(node.outputs().getFirst())
              : Optional.empty();
      String name = node.outputs().isEmpty() ? "" : node.outputs().getFirst();
      if (value.isPresent() && value.get().raw().isPresent() && !outputs.contains(name)) {
        known.put(
            name,
            new Initializer(name, value.get().type(), value.get().shape(), value.get().raw()));
      } else {
        kept.add(node);
      }
    }
    nodes = kept;
  }

  private void dropIdentities() {
    Map<String, String> names = new HashMap<>();
    Set<String> given = new HashSet<>(known.keySet());
    origin.inputs().forEach(input -> given.add(input.name()));
    List<Node> kept = new ArrayList<>();
    for (Node node : nodes) {
      Node renamed = renamed(node, names);
      boolean nothing =
          node.operator().equals("Identity")
              || (node.operator().equals("Dropout")
                  && node.inputs().size() < 3
                  && node.outputs().size() == 1);
      if (!nothing) {
        kept.add(renamed);
        continue;
      }
      String from = renamed.inputs().getFirst();
      String to = node.outputs().getFirst();
      if (!outputs.contains(to)) {
        names.put(to, from);
      } else if (given.contains(from) || outputs.contains(from)) {
        kept.add(renamed); // both names must stay
      } else {
        // What makes it makes the output itself, and all others take it from there.
        names.put(from, to);
        names.replaceAll((_, name) -> name.equals(from) ? to : name);
        kept.replaceAll(each -> renamed(each, Map.of(from, to)));
      }
    }
    nodes = kept;
  }

  private static Node renamed(Node node, Map<String, String> names) {
    return new Node(
        node.operator(),
        node.domain(),
        node.inputs().stream().map(name -> names.getOrDefault(name, name)).toList(),
        node.outputs().stream().map(name -> names.getOrDefault(name, name)).toList(),
        node.attributes());
  }

  private void fusePads() {
    Map<String, Node> makers = makers();
    List<Node> kept = new ArrayList<>();
    for (Node node : nodes) {
      Node pad = makers.get(node.inputs().isEmpty() ? "" : node.inputs().getFirst());
      kept.add(pad == null ? node : ConvFolding.padded(pad, node, known).orElse(node));
    }
    nodes = kept;
    dropUnused(); // paddings that nobody takes any more
  }

  private void foldBatchNorms() {
    Map<String, List<Node>> takers = takers();
    Set<String> pictures = new HashSet<>();
    origin.inputs().stream()
        .filter(input -> input.shape().filter(sizes -> sizes.size() == PICTURE).isPresent())
        .forEach(input -> pictures.add(input.name()));
    Map<String, Node> makers = new HashMap<>();
    List<Node> kept = new ArrayList<>();
    for (Node node : nodes) {
      Node result = node;
      String input = node.inputs().isEmpty() ? "" : node.inputs().getFirst();
      Optional<ConvFolding.Channels> norm = ConvFolding.channels(node, known);
      if (norm.isPresent()) {
        Node before = makers.get(input);
        boolean alone =
            takers.getOrDefault(input, List.of()).size() == 1 && !outputs.contains(input);
        Optional<ConvFolding.Folded> folded =
            before != null && alone
                ? ConvFolding.folded(before, norm.get(), node.outputs().getFirst(), known)
                : Optional.empty();
        if (folded.isPresent()) {
          kept.remove(before);
        } else if (pictures.contains(input)) {
          folded = Optional.of(norm.get().alone(input, node.outputs().getFirst()));
        }
        if (folded.isPresent()) {
          folded.get().values().forEach(value -> known.put(value.name(), value));
          result = folded.get().conv();
        }
      }
      if (MAKES_PICTURES.contains(result.operator())
          || (KEEPS_PICTURES.contains(result.operator()) && pictures.contains(input))) {
        pictures.addAll(result.outputs());
      }
      Node last = result;
      last.outputs().forEach(output -> makers.put(output, last));
      kept.add(result);
    }
    nodes = kept;
  }

  /** Leaves out what no output rests on. */
  private void dropUnused() {
    Set<String> needed = new HashSet<>(outputs);
    List<Node> kept = new ArrayList<>();
    for (Node node : nodes.reversed()) {
      if (node.outputs().stream().anyMatch(needed::contains)) {
        kept.addFirst(node);
        needed.addAll(node.inputs());
      }
    }
    nodes = kept;
    known.keySet().retainAll(needed);
  }
}
