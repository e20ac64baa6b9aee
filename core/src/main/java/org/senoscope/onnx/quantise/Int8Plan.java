package org.senoscope.onnx.quantise;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.senoscope.onnx.OnnxModel.Node;

/**
 * Which steps of a network are computed in integers, and what must be known for it of their
 * tensors.
 *
 * <p>In integers: convolutions and full connections whose weights are known, the sums of what they
 * make, and poolings and the like that pass values on unchanged. The last of those with weights
 * before each output stay in floats, and all that follows it: logits, class maps, the outline's
 * last step, and the means over a picture that features and textures are. They are small, and 8
 * bits would be all that is left of them.
 */
final class Int8Plan {
  private static final Set<String> WEIGHTED = Set.of("Conv", "Gemm", "MatMul", "ConvTranspose");

  /** Steps that give some of the values that they take, so that their steps are the same. */
  private static final Set<String> PASSING =
      Set.of("MaxPool", "Flatten", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Resize");

  /** Steps by which what a layer makes becomes an output, place by place. */
  private static final Set<String> SHOWING = Set.of("Sigmoid", "Softmax", "Identity", "Mean");

  private final CleanGraph graph;
  private final Map<String, List<Node>> takers;
  private final Map<String, Node> makers;
  private final Set<Node> inIntegers = new HashSet<>();

  /** By a step in integers, the activation that its storing does too. */
  private final Map<Node, Absorbed> absorbed = new HashMap<>();

  private final Set<Node> gone = new HashSet<>();

  /** By what a passing step gives, what it takes. */
  private final Map<String, String> passed = new HashMap<>();

  private final Set<String> observed = new LinkedHashSet<>();

  /**
   * An activation that cuts values off, as their storing in a range does.
   *
   * @param output what it gives
   * @param range that it leaves
   */
  record Absorbed(String output, Range range) {}

  private Int8Plan(CleanGraph graph) {
    this.graph = graph;
    this.takers = graph.takers();
    this.makers = graph.makers();
  }

  /** Plans. */
  static Int8Plan of(CleanGraph graph) {
    Int8Plan plan = new Int8Plan(graph);
    plan.chooseWeighted();
    plan.chooseBetween();
    plan.absorb();
    plan.observe();
    return plan;
  }

  /** Whether a step is computed in integers. */
  boolean inIntegers(Node node) {
    return inIntegers.contains(node);
  }

  /** Whether a step passes values on in the steps that they came in. */
  boolean passes(Node node) {
    return passed.containsKey(node.outputs().getFirst()) && inIntegers.contains(node);
  }

  /** Whether a step is done by the storing of what was before it. */
  boolean isGone(Node node) {
    return gone.contains(node);
  }

  /** What a step in integers gives, after the activation that its storing does too. */
  String output(Node node) {
    Absorbed activation = absorbed.get(node);
    return activation == null ? node.outputs().getFirst() : activation.output();
  }

  /** The tensor whose steps a tensor is held in. */
  String root(String tensor) {
    String root = tensor;
    for (String before = passed.get(root); before != null; before = passed.get(root)) {
      root = before;
    }
    return root;
  }

  /** The tensors whose values must be known. */
  Set<String> observed() {
    return observed;
  }

  /**
   * Which of a tensor's values are to be held.
   *
   * @param seen those that it had
   */
  Range held(String tensor, Range seen) {
    Range bounds = bounds(tensor);
    Range held = seen.within(bounds);
    // Steps for nothing but 0 would let pass what an absorbed activation cuts off.
    boolean onlyZero = held.low() == 0 && held.high() == 0;
    return onlyZero && Double.isFinite(bounds.low()) && Double.isFinite(bounds.high())
        ? bounds
        : held;
  }

  /** What values of a tensor can be at all. */
  private Range bounds(String tensor) {
    return absorbed.values().stream()
        .filter(activation -> activation.output().equals(tensor))
        .map(Absorbed::range)
        .findFirst()
        .orElse(Range.ALL);
  }

  private void chooseWeighted() {
    Set<String> beforeWeights = new HashSet<>();
    Set<String> shown = new HashSet<>(graph.outputs());
    for (Node node : graph.nodes().reversed()) {
      boolean before = node.outputs().stream().anyMatch(beforeWeights::contains);
      boolean isShown = node.outputs().stream().anyMatch(shown::contains);
      boolean weighted = WEIGHTED.contains(node.operator());
      if (SHOWING.contains(node.operator()) && isShown) {
        shown.addAll(node.inputs());
      }
      if (before && !isShown && weighted && hasKnownWeights(node)) {
        inIntegers.add(node);
      }
      if (before || weighted) {
        beforeWeights.addAll(node.inputs());
      }
    }
  }

  private boolean hasKnownWeights(Node node) {
    if (node.inputs().size() < 2 || node.outputs().size() != 1) {
      return false;
    }
    boolean bias =
        node.inputs().size() < 3
            || node.inputs().get(2).isEmpty()
            || graph.floats(node.inputs().get(2)).isPresent();
    Optional<float[]> weights = graph.floats(node.inputs().get(1));
    boolean plain = !graph.known().containsKey(node.inputs().getFirst());
    boolean output = graph.outputs().contains(node.outputs().getFirst());
    if (weights.isEmpty() || !bias || !plain || output) {
      return false;
    }
    int dimensions = Objects.requireNonNull(graph.known().get(node.inputs().get(1))).shape().size();
    return switch (node.operator()) {
      case "Conv" -> dimensions == 4;
      case "Gemm" ->
          dimensions == 2
              && node.integer("transA").orElse(0) == 0
              && node.real("alpha").orElse(1) == 1
              && node.real("beta").orElse(1) == 1
              && (node.inputs().size() < 3
                  || graph.floats(node.inputs().get(2)).orElseThrow().length
                      == ChannelAxis.of(node, graph).channels());
      default -> false;
    };
  }

  /** Sums and passing steps between steps in integers. */
  private void chooseBetween() {
    Set<String> wanted = new HashSet<>();
    for (Node node : graph.nodes().reversed()) {
      boolean before = node.outputs().stream().anyMatch(wanted::contains);
      if (before || inIntegers.contains(node)) {
        wanted.addAll(node.inputs());
      }
    }
    Set<String> stored = new HashSet<>();
    for (Node node : graph.nodes()) {
      String output = node.outputs().getFirst();
      boolean between = wanted.contains(output) && !graph.outputs().contains(output);
      if (!inIntegers.contains(node) && between) {
        if (isSum(node) && node.inputs().stream().anyMatch(stored::contains)) {
          inIntegers.add(node);
        } else if (isPassing(node) && stored.contains(node.inputs().getFirst())) {
          inIntegers.add(node);
          passed.put(output, node.inputs().getFirst());
        } else if (activation(node).isPresent() && stored.contains(node.inputs().getFirst())) {
          stored.add(output);
        }
      }
      if (inIntegers.contains(node)) {
        stored.add(output);
      }
    }
  }

  private boolean isSum(Node node) {
    return node.operator().equals("Add")
        && node.inputs().stream().noneMatch(graph.known()::containsKey);
  }

  private static boolean isPassing(Node node) {
    return PASSING.contains(node.operator())
        && node.outputs().size() == 1
        && (!node.operator().equals("Resize")
            || node.text("mode").orElse("nearest").equals("nearest"));
  }

  /** An activation is done by storing where nothing else takes what it is of. */
  private void absorb() {
    for (Node node : graph.nodes()) {
      List<Node> behind = takers.getOrDefault(node.outputs().getFirst(), List.of());
      if (!inIntegers.contains(node)
          || passes(node)
          || behind.size() != 1
          || graph.outputs().contains(node.outputs().getFirst())) {
        continue;
      }
      Node next = behind.getFirst();
      Optional<Range> range = activation(next);
      // 0 must be among what is left, since 0 is what can always be held.
      if (range.isPresent()
          && range.get().low() <= 0
          && range.get().high() >= 0
          && !graph.outputs().contains(next.outputs().getFirst())) {
        absorbed.put(node, new Absorbed(next.outputs().getFirst(), range.get()));
        gone.add(next);
      }
    }
  }

  /** What an activation leaves that only cuts off. */
  private Optional<Range> activation(Node node) {
    return switch (node.operator()) {
      case "Relu" -> Optional.of(new Range(0, Double.POSITIVE_INFINITY));
      case "Clip" -> {
        Optional<Double> low = bound(node, 1, Double.NEGATIVE_INFINITY);
        Optional<Double> high = bound(node, 2, Double.POSITIVE_INFINITY);
        yield low.isPresent() && high.isPresent() && low.get() <= high.get()
            ? Optional.of(new Range(low.get(), high.get()))
            : Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  private Optional<Double> bound(Node clip, int input, double otherwise) {
    if (clip.inputs().size() <= input || clip.inputs().get(input).isEmpty()) {
      return Optional.of(otherwise);
    }
    return graph
        .floats(clip.inputs().get(input))
        .filter(values -> values.length == 1)
        .map(values -> (double) values[0]);
  }

  private void observe() {
    for (Node node : graph.nodes()) {
      if (inIntegers.contains(node)) {
        activations(node).forEach(input -> observed.add(root(input)));
        observed.add(root(output(node)));
      }
    }
  }

  /** What a step in integers takes that is not known beforehand. */
  List<String> activations(Node node) {
    return isSum(node) ? node.inputs() : List.of(node.inputs().getFirst());
  }

  /** Whether a tensor comes from a step in integers, or what its storing does too. */
  boolean isStored(String tensor) {
    Node maker = makers.get(tensor);
    return maker != null && (inIntegers.contains(maker) || gone.contains(maker));
  }

  /** How many steps with weights are computed in integers. */
  int layers() {
    return (int) inIntegers.stream().filter(node -> WEIGHTED.contains(node.operator())).count();
  }
}
