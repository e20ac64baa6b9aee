package org.senoscope.foreign.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.senoscope.foreign.Activation;
import org.senoscope.foreign.ForeignNetwork;
import org.senoscope.foreign.InputSize;
import org.senoscope.foreign.ReadOptions;
import org.senoscope.foreign.keras.GraphBuilder.Kind;
import org.senoscope.foreign.keras.GraphBuilder.Step;
import org.senoscope.model.TensorLayout;
import org.senoscope.onnx.Attribute;

/** What each kind of layer does at inference. */
final class LayerKinds {
  /** Layers that do nothing once a network is trained: chance in training, and bookkeeping. */
  private static final List<String> IDENTITY =
      List.of(
          "InputLayer",
          "Dropout",
          "SpatialDropout2D",
          "GaussianDropout",
          "GaussianNoise",
          "AlphaDropout",
          "ActivityRegularization",
          "RandomFlip",
          "RandomRotation",
          "RandomZoom",
          "RandomTranslation",
          "RandomShear",
          "RandomContrast",
          "RandomBrightness");

  private static final List<String> WORKING =
      List.of(
          "Rescaling",
          "Conv2D",
          "DepthwiseConv2D",
          "SeparableConv2D",
          "BatchNormalization",
          "Activation",
          "ReLU",
          "LeakyReLU",
          "Softmax",
          "MaxPooling2D",
          "AveragePooling2D",
          "GlobalMaxPooling2D",
          "GlobalAveragePooling2D",
          "ZeroPadding2D",
          "Flatten",
          "Reshape",
          "Dense");

  /** Every kind that is known. */
  static final List<String> SUPPORTED = supported();

  /** A first factor below this undoes values of 0 to 255. */
  private static final double UNDOES_BYTES = 0.02;

  private final String path;
  private final KerasFile file;
  private final List<KerasLayer> layers;
  private final ReadOptions options;
  private final GraphBuilder graph;
  private final Activations activations;
  private final Convolutions convolutions;
  private final InputSize size;
  private final List<Integer> declared;

  LayerKinds(String path, KerasFile file, List<KerasLayer> layers, ReadOptions options) {
    this.path = path;
    this.file = file;
    this.layers = layers;
    this.options = options;
    this.declared = declared();
    this.size = size();
    this.graph = new GraphBuilder(size);
    this.activations = new Activations(graph);
    this.convolutions = new Convolutions(graph, file);
  }

  /** The whole network. */
  ForeignNetwork network() {
    if (declared.size() < 3) {
      // Networks of rows or planes: the image's values in the same order.
      graph.reshape(
          layers.getFirst(),
          declared.size() == 2
              ? List.of(size.height(), size.width())
              : List.of(size.height() * size.width() * size.channels()));
    }
    layers.forEach(this::add);
    if (graph.shape().size() != 1) {
      throw GraphBuilder.fault(
          path,
          "it ends with shape %s, a classifier ends with one value for each label"
              .formatted(graph.shape()));
    }
    List<Step> steps = graph.steps();
    Step last = steps.isEmpty() ? new Step(Kind.LINEAR, "", (_, x) -> x) : steps.getLast();
    Activation activation =
        switch (last.kind()) {
          case SOFTMAX -> Activation.SOFTMAX;
          case SIGMOID -> Activation.SIGMOID;
          case LINEAR -> Activation.LOGITS;
          case BENDING ->
              throw GraphBuilder.fault(
                  path,
                  "it ends with the activation %s, from which no probabilities can be had; softmax, sigmoid or none is needed"
                      .formatted(last.name()));
        };
    if (options.activation().filter(said -> said != activation).isPresent()) {
      throw GraphBuilder.fault(
          path, "it ends with %s: leave --activation out".formatted(activation));
    }
    List<Step> toLogits =
        activation == Activation.LOGITS ? steps : steps.subList(0, steps.size() - 1);
    return new ForeignNetwork(
        file.format(),
        size,
        TensorLayout.NHWC,
        activation,
        Optional.of(graph.channels()),
        graph.weights(),
        (logits, place) -> graph.write(toLogits, logits, place),
        notes());
  }

  private void add(KerasLayer layer) {
    if (layer.text("data_format", "channels_last").equals("channels_first")) {
      throw layer.refuse("data_format channels_first is not supported");
    }
    switch (layer.kind()) {
      case "Rescaling" -> rescaling(layer);
      case "Conv2D" -> {
        convolutions.conv(layer);
        activations.ofSetting(layer);
      }
      case "DepthwiseConv2D" -> {
        convolutions.depthwise(layer);
        activations.ofSetting(layer);
      }
      case "SeparableConv2D" -> {
        convolutions.separable(layer);
        activations.ofSetting(layer);
      }
      case "BatchNormalization" -> batchNormalization(layer);
      case "Activation" -> activations.ofSetting(layer);
      case "ReLU" -> activations.relu(layer);
      case "LeakyReLU" -> activations.leakyRelu(layer);
      case "Softmax" -> activations.softmax(layer);
      case "MaxPooling2D" -> convolutions.pool(layer, "MaxPool");
      case "AveragePooling2D" -> convolutions.pool(layer, "AveragePool");
      case "GlobalMaxPooling2D" -> globalPool(layer, "GlobalMaxPool");
      case "GlobalAveragePooling2D" -> globalPool(layer, "GlobalAveragePool");
      case "ZeroPadding2D" -> zeroPadding(layer);
      case "Flatten" ->
          graph.reshape(layer, List.of(graph.shape().stream().reduce(1, Math::multiplyExact)));
      case "Reshape" -> reshape(layer);
      case "Dense" -> {
        dense(layer);
        activations.ofSetting(layer);
      }
      default -> {} // of IDENTITY; the stack has nothing else
    }
  }

  private void rescaling(KerasLayer layer) {
    perChannel(layer, "scale", "Mul");
    perChannel(layer, "offset", "Add");
  }

  private void perChannel(KerasLayer layer, String setting, String operator) {
    JsonNode value = layer.config().path(setting);
    if (!value.isArray()) {
      double number = layer.number(setting, operator.equals("Mul") ? 1 : 0);
      graph.add(
          (out, x) ->
              out.graph().node(operator, List.of(x, Activations.number(out.graph(), number))));
      return;
    }
    if (value.size() != graph.channels() && value.size() != 1) {
      throw layer.fault(setting, "one number, or one for each channel", value);
    }
    float[] numbers = new float[value.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!value.path(i).isNumber()) {
        throw layer.fault(setting, "numbers", value);
      }
      numbers[i] = value.path(i).floatValue();
    }
    long[] shape =
        graph.channelsFirst() ? new long[] {numbers.length, 1, 1} : new long[] {numbers.length};
    String name = GraphBuilder.name(layer, setting);
    graph.add(
        (out, x) ->
            out.graph().node(operator, List.of(x, out.graph().inline(name, shape, numbers))));
  }

  private void batchNormalization(KerasLayer layer) {
    JsonNode axis = layer.config().path("axis");
    JsonNode one = axis.isArray() && axis.size() == 1 ? axis.path(0) : axis;
    boolean last =
        one.isMissingNode() || one.asInt(0) == -1 || one.asInt(0) == graph.shape().size();
    if (!last) {
      throw layer.fault("axis", "the last one", axis);
    }
    if (graph.isImage()) {
      graph.needImage(layer);
    } else if (graph.shape().size() != 1) {
      throw layer.refuse("it needs an image or a row, was given " + graph.shape());
    }
    int channels = graph.channels();
    boolean scale = layer.flag("scale", true);
    boolean center = layer.flag("center", true);
    graph.weigh(layer, 4, channels);
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    int index = 0;
    float[] gamma = scale ? file.weights(layer, List.of("gamma"), index++, channels) : ones;
    float[] beta =
        center ? file.weights(layer, List.of("beta"), index++, channels) : new float[channels];
    float[] mean = file.weights(layer, List.of("moving_mean"), index++, channels);
    float[] variance = file.weights(layer, List.of("moving_variance"), index, channels);
    List<String> names =
        List.of(
            graph.weights(layer, "gamma", gamma, channels),
            graph.weights(layer, "beta", beta, channels),
            graph.weights(layer, "moving_mean", mean, channels),
            graph.weights(layer, "moving_variance", variance, channels));
    double epsilon = layer.number("epsilon", 1e-3);
    graph.add(
        (out, x) -> {
          List<String> inputs = new ArrayList<>(List.of(x));
          names.forEach(name -> inputs.add(out.tensor(name)));
          return out.graph().node("BatchNormalization", inputs, Attribute.real("epsilon", epsilon));
        });
  }

  private void globalPool(KerasLayer layer, String operator) {
    graph.needImage(layer);
    int channels = graph.channels();
    graph.add(layer, List.of(1, 1, channels), (out, x) -> out.graph().node(operator, List.of(x)));
    if (!layer.flag("keepdims", false)) {
      graph.reshape(layer, List.of(channels));
    }
  }

  private void zeroPadding(KerasLayer layer) {
    graph.needImage(layer);
    JsonNode padding = layer.config().path("padding");
    int[] rows = pair(layer, padding.isArray() ? padding.path(0) : padding, padding);
    int[] columns = pair(layer, padding.isArray() ? padding.path(1) : padding, padding);
    String name = GraphBuilder.name(layer, "pads");
    List<Integer> shape =
        List.of(
            Math.addExact(graph.height(), rows[0] + rows[1]),
            Math.addExact(graph.width(), columns[0] + columns[1]),
            graph.channels());
    graph.add(
        layer,
        shape,
        (out, x) ->
            out.graph()
                .node(
                    "Pad",
                    List.of(
                        x,
                        out.graph()
                            .inlineIntegers(
                                name, 0, 0, rows[0], columns[0], 0, 0, rows[1], columns[1]))));
  }

  private static int[] pair(KerasLayer layer, JsonNode side, JsonNode whole) {
    int before = (side.isArray() ? side.path(0) : side).asInt(-1);
    int after = (side.isArray() ? side.path(1) : side).asInt(-1);
    if (before < 0 || after < 0 || before > InputSize.LARGEST || after > InputSize.LARGEST) {
      throw layer.fault("padding", "whole numbers of 0 to " + InputSize.LARGEST, whole);
    }
    return new int[] {before, after};
  }

  private void reshape(KerasLayer layer) {
    JsonNode target = layer.config().path("target_shape");
    long values = graph.shape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    long known = 1;
    int open = -1;
    List<Integer> shape = new ArrayList<>();
    for (JsonNode size : target) {
      int number = size.asInt(0);
      if (number == -1 && open < 0) {
        open = shape.size();
      } else if (number < 1 || known > values) {
        throw layer.fault("target_shape", "sizes of %d values in all".formatted(values), target);
      } else {
        known *= number;
      }
      shape.add(number);
    }
    if (open >= 0) {
      shape.set(open, (int) (values / known));
      known *= shape.get(open);
    }
    if (known != values || shape.isEmpty() || shape.size() > 3) {
      throw layer.fault(
          "target_shape", "one to three sizes of %d values in all".formatted(values), target);
    }
    graph.reshape(layer, shape);
  }

  private void dense(KerasLayer layer) {
    graph.needKerasOrder();
    int in = graph.channels();
    int out = layer.count("units");
    graph.weigh(layer, in, out);
    String kernel =
        graph.weights(layer, "kernel", file.weights(layer, List.of("kernel"), 0, in, out), in, out);
    List<String> bias =
        layer.flag("use_bias", true)
            ? List.of(
                graph.weights(layer, "bias", file.weights(layer, List.of("bias"), 1, out), out))
            : List.of();
    List<Integer> shape = new ArrayList<>(graph.shape());
    shape.set(shape.size() - 1, out);
    graph.add(
        layer,
        shape,
        (to, x) -> {
          String product = to.graph().node("MatMul", List.of(x, to.tensor(kernel)));
          return bias.isEmpty()
              ? product
              : to.graph().node("Add", List.of(product, to.tensor(bias.getFirst())));
        });
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (KerasLayer layer : layers) {
      if (layer.kind().equals("Rescaling")
          && layer.config().path("scale").isNumber()
          && layer.number("scale", 1) < UNDOES_BYTES
          && options.scale().highest() <= 1) {
        notes.add(
            "The network divides by about %.0f itself (%s), and --scale %s gives it values of at most 1: if it was trained on 0 to 255, import it with --scale 0..255."
                .formatted(1 / layer.number("scale", 1), layer.title(), options.scale().text()));
      }
    }
    return notes;
  }

  /**
   * Sizes of the input as declared, -1 where open; three of them open where nothing is declared.
   */
  private List<Integer> declared() {
    if (layers.isEmpty()) {
      throw GraphBuilder.fault(path, "it has no layers");
    }
    JsonNode config = layers.getFirst().config();
    JsonNode batch =
        config.has("batch_shape") ? config.path("batch_shape") : config.path("batch_input_shape");
    if (!batch.isArray()) {
      return List.of(-1, -1, -1);
    }
    List<Integer> sizes = new ArrayList<>();
    for (JsonNode each : batch) {
      sizes.add(each.isNull() ? -1 : Math.max(each.asInt(0), 0));
    }
    if (sizes.size() < 2 || sizes.size() > 4) {
      throw GraphBuilder.fault(path, "it takes %s, which is no image".formatted(batch));
    }
    return List.copyOf(sizes.subList(1, sizes.size()));
  }

  private InputSize size() {
    Optional<InputSize> said = options.size();
    if (declared.size() == 1) {
      InputSize given =
          said.orElseThrow(
              () ->
                  GraphBuilder.fault(
                      path,
                      "it takes rows of values: give the image's --input HEIGHTxWIDTHxCHANNELS"));
      if (given.height() * given.width() * given.channels() != declared.getFirst()) {
        throw disagreement();
      }
      return given;
    }
    int[] sizes = {declared.get(0), declared.get(1), declared.size() == 3 ? declared.get(2) : 1};
    if (said.isPresent()) {
      int[] given = {said.get().height(), said.get().width(), said.get().channels()};
      for (int i = 0; i < sizes.length; i++) {
        if (sizes[i] >= 0 && sizes[i] != given[i]) {
          throw disagreement();
        }
      }
      return said.get();
    }
    if (Arrays.stream(sizes).anyMatch(each -> each < 0)) {
      throw GraphBuilder.fault(
          path, "it takes images of any size: give one by --input HEIGHTxWIDTHxCHANNELS");
    }
    return new InputSize(sizes[0], sizes[1], sizes[2]);
  }

  private RuntimeException disagreement() {
    return GraphBuilder.fault(
        path,
        "it takes %s, not the --input %s"
            .formatted(declared, options.size().map(InputSize::toString).orElse("")));
  }

  private static List<String> supported() {
    List<String> supported = new ArrayList<>(WORKING);
    supported.addAll(IDENTITY);
    supported.add("Sequential");
    supported.add("Functional");
    return List.copyOf(supported);
  }
}
