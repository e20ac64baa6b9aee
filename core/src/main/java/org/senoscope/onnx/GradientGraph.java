package org.senoscope.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.senoscope.onnx.OnnxGraph.Dimension;

/**
 * Puts a network's way back into its graph: the gradient of each logit, against the mean of all, by
 * the values of the last residual sum at each of the two coarsest sizes of picture. Reverse-mode
 * differentiation, written as ONNX nodes, since ONNX Runtime has no gradients of its own.
 *
 * <p>All that is added has names that nothing in the network begins with, whatever another program
 * called its tensors.
 *
 * <p>Where the logits are the mean of several networks', so are those two: each network's values
 * are its own, and a sum over the channels of all of them is the sum of theirs.
 *
 * <p>Knows Conv, BatchNormalization, Clip, Relu, Add, GlobalAveragePool, Flatten, Gemm and
 * Identity: what Senoscope's own residual networks are made of behind those sums.
 */
public final class GradientGraph {
  /**
   * A network with its way back.
   *
   * @param model its bytes
   * @param contributions the output of what values make up of each logit, of shape (n, logits,
   *     height, width) at the coarser size: the sum over channels of |gradient × value|
   * @param gradients the output of how much each logit changes with values, at the finer size: the
   *     sum over channels of |gradient|
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on to ONNX Runtime alone, and never compared
  public record WayBack(byte[] model, String contributions, String gradients) {}

  private static final String CONTRIBUTIONS = "contributions";
  private static final String GRADIENTS = "gradients";

  private static final int SIZES = 2;

  /** Since when ReduceSum and Unsqueeze take their axes as inputs, as they are written here. */
  private static final int OPERATOR_SET = 13;

  private static final double BATCH_NORM_EPSILON = 1e-5;

  private final OnnxModel model;
  private final OnnxGraph graph;
  private final String prefix;
  private final Map<String, long[]> sizes = new HashMap<>();

  private GradientGraph(OnnxModel model, OnnxGraph graph) {
    this.model = model;
    this.graph = graph;
    this.prefix = freePrefix(model);
  }

  /** What no tensor's name begins with. */
  private static String freePrefix(OnnxModel model) {
    Set<String> taken = new HashSet<>(model.initializers().keySet());
    model.inputs().forEach(input -> taken.add(input.name()));
    for (OnnxModel.Node node : model.nodes()) {
      taken.addAll(node.inputs());
      taken.addAll(node.outputs());
    }
    StringBuilder prefix = new StringBuilder("way-back");
    while (taken.stream().anyMatch(name -> name.startsWith(prefix.toString()))) {
      prefix.append('_');
    }
    return prefix.toString();
  }

  private String own(String name) {
    return prefix + "." + name;
  }

  /** What cannot be differentiated here. */
  private static final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unsupported(String what) {
      super(what);
    }
  }

  /**
   * The model with its way back.
   *
   * @param whole with all its values at hand
   * @param input its one input
   * @param shape of the input after the batch: channels, height, width
   * @param logits the output to differentiate, of shape (n, {@code count})
   * @param count of logits
   * @return empty where it has no residual sums at two sizes, a step behind them that is not known
   *     here, or operators of a set before 13
   */
  public static Optional<WayBack> of(
      OnnxModel whole, String input, long[] shape, String logits, int count) {
    return made(whole, input, shape, logits, count, false)
        .map(
            made ->
                new WayBack(made.graph.toBytes(), made.own(CONTRIBUTIONS), made.own(GRADIENTS)));
  }

  /**
   * Whether {@link #of} would give one: told from the graph, without touching its weights.
   *
   * @param whole whose values of single precision may be anything
   */
  public static boolean suits(
      OnnxModel whole, String input, long[] shape, String logits, int count) {
    return made(whole, input, shape, logits, count, true).isPresent();
  }

  private static Optional<GradientGraph> made(
      OnnxModel whole,
      String input,
      long[] shape,
      String logits,
      int count,
      boolean withoutWeights) {
    if (whole.operatorSet() < OPERATOR_SET) {
      return Optional.empty();
    }
    OnnxModel model = whole.upTo(logits, 0);
    OnnxGraph graph = model.graph("gradients");
    graph.input(
        input,
        List.of(
            Dimension.BATCH,
            Dimension.of(shape[0]),
            Dimension.of(shape[1]),
            Dimension.of(shape[2])));
    Optional<OnnxGraph.External> place =
        withoutWeights ? Optional.of(new OnnxGraph.External("", 0, 0)) : Optional.empty();
    model.copyInto(graph, Function.identity(), _ -> place);
    GradientGraph made = new GradientGraph(model, graph);
    try {
      made.sizes.put(input, new long[] {shape[1], shape[2]});
      return made.add(logits, count) ? Optional.of(made) : Optional.empty();
    } catch (Unsupported e) {
      return Optional.empty();
    }
  }

  private boolean add(String logits, int count) {
    model
        .nodes()
        .forEach(node -> size(node).ifPresent(s -> sizes.put(node.outputs().getFirst(), s)));
    List<String> networks =
        model
            .maker(logits)
            .filter(node -> node.operator().equals("Mean"))
            .map(OnnxModel.Node::inputs)
            .orElse(List.of(logits));
    List<Maps> maps = new ArrayList<>();
    for (String network : networks) {
      Optional<Maps> found = maps(network, count);
      if (found.isEmpty()) {
        return false;
      }
      maps.add(found.get());
    }
    // Networks that share a trunk add up before their sizes are taken: that is not known here.
    if (maps.stream().map(each -> each.contributions().like()).distinct().count() < maps.size()) {
      return false;
    }
    output(own(CONTRIBUTIONS), maps.stream().map(Maps::contributions).toList());
    output(own(GRADIENTS), maps.stream().map(Maps::gradients).toList());
    return true;
  }

  /** One network's planes, one of each logit, at the two sizes. */
  private record Maps(Planes contributions, Planes gradients) {}

  /**
   * Planes side by side.
   *
   * @param like what their height and width are as those of
   */
  private record Planes(List<String> each, String like) {}

  /** The maps of one network; empty where it has no residual sums at two sizes. */
  private Optional<Maps> maps(String logits, int count) {
    List<OnnxModel.Node> nodes = model.upTo(logits, 0).nodes();
    List<String> sums = lastSums(nodes);
    if (sums.size() < SIZES) {
      return Optional.empty();
    }
    String coarse = sums.getFirst();
    String fine = sums.getLast();
    Set<String> behind = behind(fine, nodes);
    List<String> contributions = new ArrayList<>();
    List<String> gradients = new ArrayList<>();
    String axis = graph.inlineIntegers(own("channels"), 1);
    for (int logit = 0; logit < count; logit++) {
      Map<String, String> back = backwards(logits, logit, count, nodes, behind, fine);
      if (!back.containsKey(coarse) || !back.containsKey(fine)) {
        throw new Unsupported("the logits do not rest on both sums");
      }
      String byCoarse = Objects.requireNonNull(back.get(coarse));
      contributions.add(total(graph.node("Mul", List.of(coarse, byCoarse)), axis));
      gradients.add(total(Objects.requireNonNull(back.get(fine)), axis));
    }
    return Optional.of(new Maps(new Planes(contributions, coarse), new Planes(gradients, fine)));
  }

  /** The sum over channels of the values' sizes, as one channel. */
  private String total(String values, String axis) {
    return graph.node(
        "ReduceSum",
        List.of(graph.node("Abs", List.of(values)), axis),
        Attribute.integer("keepdims", 1));
  }

  /** The mean over networks of their planes, as an output. */
  private void output(String name, List<Planes> networks) {
    Attribute axis = Attribute.integer("axis", 1);
    if (networks.size() == 1) {
      graph.named(name, "Concat", networks.getFirst().each(), axis);
    } else {
      graph.named(
          name,
          "Mean",
          networks.stream().map(planes -> graph.node("Concat", planes.each(), axis)).toList());
    }
    Planes first = networks.getFirst();
    long[] size = Objects.requireNonNull(sizes.get(first.like()));
    graph.output(
        name,
        List.of(
            Dimension.BATCH,
            Dimension.of(first.each().size()),
            Dimension.of(size[0]),
            Dimension.of(size[1])));
  }

  /** The last sums of two pictures at the two coarsest sizes that have one, coarsest first. */
  private List<String> lastSums(List<OnnxModel.Node> nodes) {
    List<String> sums = new ArrayList<>();
    for (OnnxModel.Node node : nodes.reversed()) {
      long[] size = sizes.get(node.outputs().getFirst());
      boolean sum =
          node.operator().equals("Add")
              && size != null
              && node.inputs().stream().allMatch(sizes::containsKey);
      if (sum
          && sums.size() < SIZES
          && sums.stream().noneMatch(found -> Arrays.equals(sizes.get(found), size))) {
        sums.add(node.outputs().getFirst());
      }
    }
    return sums;
  }

  /** All that is computed from a tensor. */
  private static Set<String> behind(String tensor, List<OnnxModel.Node> nodes) {
    Set<String> behind = new HashSet<>(Set.of(tensor));
    for (OnnxModel.Node node : nodes) {
      if (node.inputs().stream().anyMatch(behind::contains)) {
        behind.addAll(node.outputs());
      }
    }
    return behind;
  }

  /** By tensor from one on, the gradient of a logit less the mean of all. */
  private Map<String, String> backwards(
      String logits,
      int logit,
      int count,
      List<OnnxModel.Node> nodes,
      Set<String> behind,
      String from) {
    float[] direction = new float[count];
    Arrays.fill(direction, count == 1 ? 0 : -1f / count);
    direction[logit] += 1;
    Map<String, String> back = new HashMap<>();
    // As many rows as there are images: nothing of the logits but their shape.
    String nothing =
        graph.node("Mul", List.of(logits, graph.inline(own("zero"), new long[] {1}, new float[1])));
    back.put(
        logits,
        graph.node(
            "Add",
            List.of(
                nothing,
                graph.inline(prefix + ".direction." + logit, new long[] {1, count}, direction))));
    for (OnnxModel.Node node : nodes.reversed()) {
      String output = node.outputs().getFirst();
      String gradient = back.get(output);
      if (gradient == null || output.equals(from) || !behind.contains(output)) {
        continue;
      }
      String first = node.inputs().getFirst();
      List<String> targets =
          node.operator().equals("Add")
              ? node.inputs().stream().filter(behind::contains).toList()
              : List.of(first);
      for (String target : targets) {
        if (behind.contains(target)) {
          back.merge(
              target,
              node.operator().equals("Add") ? gradient : through(node, gradient),
              (one, other) -> graph.node("Add", List.of(one, other)));
        }
      }
    }
    return back;
  }

  /** The gradient by a node's first input, from that by its output. */
  private String through(OnnxModel.Node node, String gradient) {
    String input = node.inputs().getFirst();
    String output = node.outputs().getFirst();
    return switch (node.operator()) {
      case "Identity" -> gradient;
      case "Gemm" -> {
        if (node.integer("transB").orElse(0) != 1) {
          throw new Unsupported("Gemm without transB");
        }
        yield graph.node("MatMul", List.of(gradient, node.inputs().get(1)));
      }
      case "Flatten" -> {
        long[] size = sizes.get(input);
        if (size == null || size[0] != 1 || size[1] != 1) {
          throw new Unsupported("Flatten of a picture");
        }
        yield graph.node(
            "Unsqueeze", List.of(gradient, graph.inlineIntegers(own("picture"), 2, 3)));
      }
      case "GlobalAveragePool" -> {
        long[] size = sizes.get(input);
        if (size == null) {
          throw new Unsupported("the mean over a picture of unknown size");
        }
        String spread =
            graph.node("Expand", List.of(gradient, graph.node("Shape", List.of(input))));
        float share = 1f / (size[0] * size[1]);
        yield graph.node(
            "Mul",
            List.of(
                spread,
                graph.inline(
                    prefix + ".share." + size[0] + "." + size[1],
                    new long[] {1},
                    new float[] {share})));
      }
      case "Relu" ->
          masked(
              gradient,
              graph.node(
                  "Greater",
                  List.of(output, graph.inline(own("zero"), new long[] {1}, new float[1]))));
      case "Clip" -> {
        if (node.inputs().size() != 3) {
          throw new Unsupported("Clip with one limit");
        }
        yield masked(
            gradient,
            graph.node(
                "And",
                List.of(
                    graph.node("Greater", List.of(output, node.inputs().get(1))),
                    graph.node("Less", List.of(output, node.inputs().get(2))))));
      }
      case "BatchNormalization" -> {
        double epsilon = node.real("epsilon").orElse(BATCH_NORM_EPSILON);
        String variance =
            graph.node(
                "Add",
                List.of(
                    node.inputs().get(4),
                    graph.inline(
                        prefix + ".epsilon." + epsilon,
                        new long[] {1},
                        new float[] {(float) epsilon})));
        String scale =
            graph.node("Div", List.of(node.inputs().get(1), graph.node("Sqrt", List.of(variance))));
        yield graph.node(
            "Mul",
            List.of(
                gradient,
                graph.node(
                    "Unsqueeze", List.of(scale, graph.inlineIntegers(own("channel"), 1, 2)))));
      }
      case "Conv" -> convolution(node, gradient);
      default -> throw new Unsupported(node.operator());
    };
  }

  private String masked(String gradient, String where) {
    return graph.node(
        "Mul", List.of(gradient, graph.node("Cast", List.of(where), Attribute.integer("to", 1))));
  }

  private String convolution(OnnxModel.Node node, String gradient) {
    long[] size = sizes.get(node.inputs().getFirst());
    if (size == null) {
      throw new Unsupported("a convolution of unknown size");
    }
    Window window = Window.of(node, kernel(node));
    return graph.node(
        "ConvTranspose",
        List.of(gradient, node.inputs().get(1)),
        Attribute.integers("kernel_shape", window.kernel),
        Attribute.integers("strides", window.strides),
        Attribute.integers("pads", window.pads),
        // Rows that no step of the window reached.
        Attribute.integers("output_padding", window.rest(size, 0), window.rest(size, 1)),
        Attribute.integer("group", node.integer("group").orElse(1)));
  }

  private long[] kernel(OnnxModel.Node node) {
    OnnxModel.Initializer weights =
        node.inputs().size() > 1 ? model.initializers().get(node.inputs().get(1)) : null;
    if (weights != null && weights.shape().size() == 4) {
      return new long[] {weights.shape().get(2), weights.shape().get(3)};
    }
    return node.integers("kernel_shape");
  }

  /** How a window moves over a picture: sizes down and across. */
  @SuppressWarnings("ArrayRecordComponent") // read here alone, and never compared
  private record Window(long[] kernel, long[] strides, long[] pads) {
    static Window of(OnnxModel.Node node, long[] kernel) {
      long[] strides = node.integers("strides");
      long[] pads = node.integers("pads");
      boolean plain =
          Arrays.stream(node.integers("dilations")).allMatch(dilation -> dilation == 1)
              && node.integer("ceil_mode").orElse(0) == 0
              && !node.has("auto_pad");
      if (!plain || kernel.length != 2) {
        throw new Unsupported(node.operator() + " of a kind that is not known");
      }
      return new Window(
          kernel,
          strides.length == 2 ? strides : new long[] {1, 1},
          pads.length == 4 ? pads : new long[4]);
    }

    long rest(long[] size, int axis) {
      return (size[axis] + pads[axis] + pads[axis + 2] - kernel[axis]) % strides[axis];
    }

    long out(long[] size, int axis) {
      return (size[axis] + pads[axis] + pads[axis + 2] - kernel[axis]) / strides[axis] + 1;
    }
  }

  /** Height and width of what a node makes; empty where it is no picture. */
  private Optional<long[]> size(OnnxModel.Node node) {
    long[] before = node.inputs().isEmpty() ? null : sizes.get(node.inputs().getFirst());
    if (before == null) {
      return Optional.empty();
    }
    return switch (node.operator()) {
      case "Conv", "MaxPool", "AveragePool" -> {
        Window window = Window.of(node, kernel(node));
        yield Optional.of(new long[] {window.out(before, 0), window.out(before, 1)});
      }
      case "GlobalAveragePool" -> Optional.of(new long[] {1, 1});
      case "BatchNormalization", "Clip", "Relu", "Add", "Identity" -> Optional.of(before);
      default -> Optional.empty();
    };
  }
}
