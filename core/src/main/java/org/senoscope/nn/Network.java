package org.senoscope.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxGraph.Dimension;

/**
 * What a network is, without weights.
 *
 * @param name of its family, such as {@code resnet18}
 * @param channels of its input, 1 or 3
 * @param height of its input
 * @param width of its input
 * @param trunk from the input to maps of features (n, d, h', w')
 * @param neck from the maps to one row of features (n, d)
 * @param heads from the features to logits, one for each task
 * @param mask from the trunk's maps to where the lesion is; empty where that is not learned
 * @param frozen how many of the trunk's first layers keep their weights in training
 */
public record Network(
    String name,
    int channels,
    int height,
    int width,
    Layer trunk,
    Layer neck,
    List<Head> heads,
    Optional<MaskHead> mask,
    int frozen) {
  /**
   * One task's last layer.
   *
   * @param task its name
   * @param layer (n, d) to (n, labels)
   */
  public record Head(String task, Layer.Linear layer) {}

  public Network {
    heads = List.copyOf(heads);
    if (heads.isEmpty()) {
      throw new IllegalArgumentException("A network must have a head");
    }
    if (Extent.after(trunk, height) < 1 || Extent.after(trunk, width) < 1) {
      throw new IllegalArgumentException(
          "An input of %d×%d is too small for %s; use a larger input"
              .formatted(height, width, name));
    }
  }

  /** A network that answers labels alone. */
  public Network(
      String name, int channels, int height, int width, Layer trunk, Layer neck, List<Head> heads) {
    this(name, channels, height, width, trunk, neck, heads, Optional.empty(), 0);
  }

  /**
   * The same with a mask head.
   *
   * @param decoder channels of the mask head
   * @param guides whether the labels are told from where it sees a lesion
   * @throws IllegalArgumentException when it is to guide a network whose labels are not told from
   *     the mean over the picture
   */
  public Network withMask(int decoder, boolean guides) {
    if (guides && !hasMaps()) {
      throw new IllegalArgumentException(
          "A mask can guide only a network that takes the mean over the picture, and %s connects all places fully; leave out dense, or masks.guides"
              .formatted(name));
    }
    return new Network(
        name,
        channels,
        height,
        width,
        trunk,
        neck,
        heads,
        Optional.of(MaskHead.of(trunk, channels, height, width, decoder, guides)),
        frozen);
  }

  /**
   * The same, with stages that keep their weights: no gradient is computed for them, and batch norm
   * normalises there as it does in evaluation.
   *
   * @param stages from the first, with all that comes before; 0 for none
   * @throws IllegalArgumentException when the trunk has not so many and one more to learn
   */
  public Network withFrozen(int stages) {
    List<Layer> layers = layers();
    int left = stages;
    int count = 0;
    while (left > 0 && count < layers.size()) {
      if (layers.get(count++) instanceof Layer.StageEnd) {
        left--;
      }
    }
    long all = layers.stream().filter(Layer.StageEnd.class::isInstance).count();
    if (stages > 0 && stages >= all) {
      throw new IllegalArgumentException(
          "%d stages cannot be frozen: %s has %d, of which one must learn; freeze %d at most"
              .formatted(stages, name, all, Math.max(0, all - 1)));
    }
    return new Network(name, channels, height, width, trunk, neck, heads, mask, count);
  }

  private List<Layer> layers() {
    return trunk instanceof Layer.Sequence sequence ? sequence.layers() : List.of(trunk);
  }

  /** The part of the trunk that keeps its weights; no layer where all learn. */
  Layer.Sequence frozenTrunk() {
    return new Layer.Sequence(layers().subList(0, frozen));
  }

  /** The part of the trunk that learns, behind the frozen one. */
  Layer.Sequence learningTrunk() {
    return new Layer.Sequence(layers().subList(frozen, layers().size()));
  }

  /** Every tensor, in the order of the layers. */
  public List<ParameterSpec> tensors() {
    List<ParameterSpec> specs = new ArrayList<>();
    trunk.declare(specs::add);
    neck.declare(specs::add);
    heads.forEach(head -> head.layer().declare(specs::add));
    mask.ifPresent(head -> head.declare(specs::add));
    return List.copyOf(specs);
  }

  /** Whether a tensor belongs to a head rather than to trunk or neck. */
  public boolean inHead(String tensor) {
    return Stream.concat(
            heads.stream().map(head -> head.layer().name()), mask.stream().map(MaskHead::name))
        .anyMatch(head -> tensor.startsWith(head + "."));
  }

  /** Whether the labels are told from where the mask head sees a lesion. */
  public boolean guided() {
    return mask.isPresent() && mask.get().guides();
  }

  /**
   * Whether the logits are the mean over the picture of a map for each label, so that the map shows
   * exactly where a logit comes from (class activation maps; Zhou et al. 2016).
   */
  public boolean hasMaps() {
    return neck instanceof Layer.Sequence sequence
        && sequence.layers().stream()
            .allMatch(
                layer -> layer instanceof Layer.GlobalAverage || layer instanceof Layer.Dropout);
  }

  /** The name of an output for a task: {@code logits}, or {@code logits.<task>} for several. */
  public String output(String kind, Head head) {
    return heads.size() == 1 ? kind : kind + "." + head.task();
  }

  /**
   * The network in evaluation mode as an ONNX model: input {@code image}, outputs {@code logits},
   * {@code features}, where it {@link #hasMaps} {@code maps}, where maps of the trunk are marked
   * {@code textures}, the mean of each channel of them, and with a mask head {@code mask} (n, 1,
   * rows, columns), the probability of a lesion.
   *
   * @param place where each tensor's values lie in a file beside the model
   */
  public byte[] toOnnx(Function<String, OnnxGraph.External> place) {
    return toOnnx(List.of(""), place);
  }

  /**
   * Several networks of this kind, each with weights of its own, as one ONNX model of the same
   * outputs: {@code logits} and {@code maps} are the means of theirs, so that a map still shows
   * where a logit comes from, and {@code mask} that of the mean of their log-odds; {@code features}
   * and {@code textures}, which mean nothing across networks, are the first one's.
   *
   * @param members what the names of each one's tensors begin with, all different
   * @param place where each tensor's values lie in a file beside the model
   */
  public byte[] toOnnx(List<String> members, Function<String, OnnxGraph.External> place) {
    if (members.isEmpty() || members.stream().distinct().count() < members.size()) {
      throw new IllegalArgumentException("Members must differ and be one or more, were " + members);
    }
    OnnxGraph graph = new OnnxGraph(name);
    Map<String, long[]> shapes = new LinkedHashMap<>();
    tensors().forEach(spec -> shapes.put(spec.name(), spec.shape()));
    String image =
        graph.input(
            "image",
            List.of(
                Dimension.BATCH,
                Dimension.of(channels),
                Dimension.of(height),
                Dimension.of(width)));
    Map<String, List<String>> means = new LinkedHashMap<>();
    List<String> masks = new ArrayList<>();
    int textures = 0;
    for (String member : members) {
      Emission out =
          new Emission(graph, member, shapes, place, new ArrayList<>(), new ArrayList<>());
      String maps = trunk.emit(out, image);
      Optional<MaskHead.Weights> weights = Optional.empty();
      if (mask.isPresent()) {
        List<String> levels = new ArrayList<>(out.laterals());
        levels.add(maps);
        String odds = mask.get().emit(out, levels.reversed());
        masks.add(odds);
        weights = mask.filter(MaskHead::guides).map(head -> head.weights(graph, odds));
      }
      String weighed =
          weights.map(each -> graph.node("Mul", List.of(maps, each.coarse()))).orElse(maps);
      String row = neck.emit(out, weighed);
      if (member.equals(members.getFirst())) {
        row = graph.named("features", "Identity", List.of(row));
        textures = textures(out);
      }
      for (Head head : heads) {
        Made made =
            members.size() == 1
                ? graph::named
                : (output, operator, inputs, attributes) ->
                    means
                        .computeIfAbsent(output, _ -> new ArrayList<>())
                        .add(graph.node(operator, inputs, attributes));
        answer(out, head, row, maps, weights, made);
      }
    }
    means.forEach((output, each) -> graph.named(output, "Mean", each));
    if (!masks.isEmpty()) {
      String odds = masks.size() == 1 ? masks.getFirst() : graph.node("Mean", masks);
      graph.named("mask", "Sigmoid", List.of(odds));
    }
    outputs(graph, textures);
    return graph.toBytes();
  }

  private void outputs(OnnxGraph graph, int textures) {
    for (Head head : heads) {
      Dimension labels = Dimension.of(head.layer().out());
      graph.output(output("logits", head), List.of(Dimension.BATCH, labels));
      if (hasMaps()) {
        graph.output(
            output("maps", head),
            List.of(
                Dimension.BATCH,
                labels,
                new Dimension.Named("rows"),
                new Dimension.Named("columns")));
      }
    }
    graph.output("features", List.of(Dimension.BATCH, Dimension.of(heads.getFirst().layer().in())));
    if (textures > 0) {
      graph.output("textures", List.of(Dimension.BATCH, Dimension.of(textures)));
    }
    mask.ifPresent(
        head ->
            graph.output(
                "mask",
                List.of(
                    Dimension.BATCH,
                    Dimension.of(1),
                    Dimension.of(head.rows()),
                    Dimension.of(head.columns()))));
  }

  /** Takes what a network makes for an output. */
  @FunctionalInterface
  private interface Made {
    void by(String output, String operator, List<String> inputs, Attribute... attributes);
  }

  /** Emits a head's logits, and its maps where there are any. */
  private void answer(
      Emission out,
      Head head,
      String features,
      String maps,
      Optional<MaskHead.Weights> weights,
      Made made) {
    Layer.Linear last = head.layer();
    String weight = last.name() + ".weight";
    String bias = last.name() + ".bias";
    made.by(
        output("logits", head),
        "Gemm",
        List.of(features, out.tensor(weight), out.tensor(bias)),
        Attribute.integer("transB", 1));
    if (!hasMaps()) {
      return;
    }
    String kernel = out.tensor(weight, weight + ".1x1", new long[] {last.out(), last.in(), 1, 1});
    Attribute size = Attribute.integers("kernel_shape", 1, 1);
    if (weights.isEmpty()) {
      made.by(output("maps", head), "Conv", List.of(maps, kernel, out.tensor(bias)), size);
      return;
    }
    // Weighed as finely as the mask tells, so that their mean is still the logit.
    OnnxGraph graph = out.graph();
    String finer =
        mask.orElseThrow().enlarged(graph, graph.node("Conv", List.of(maps, kernel), size));
    made.by(
        output("maps", head),
        "Add",
        List.of(
            graph.node("Mul", List.of(finer, weights.get().fine())),
            out.tensor(bias, bias + ".1x1", new long[] {last.out(), 1, 1})));
  }

  /** Emits the means of marked maps; says how many channels they have. */
  private static int textures(Emission out) {
    List<Emission.Tapped> taps = out.taps();
    if (taps.isEmpty()) {
      return 0;
    }
    Layer mean = new Layer.GlobalAverage();
    out.graph()
        .named(
            "textures",
            "Concat",
            taps.stream().map(tap -> mean.emit(out, tap.name())).toList(),
            Attribute.integer("axis", 1));
    return taps.stream().mapToInt(Emission.Tapped::channels).sum();
  }
}
