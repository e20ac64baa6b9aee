package org.senoscope.foreign.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.senoscope.onnx.Attribute;

/** Keras's layers that go over an image by windows: convolutions and pooling. */
final class Convolutions {
  private static final int MOST_CHANNELS = 1_000_000;

  private final GraphBuilder graph;
  private final KerasFile file;

  Convolutions(GraphBuilder graph, KerasFile file) {
    this.graph = graph;
    this.file = file;
  }

  /** Layer Conv2D: a kernel (height, width, channels in / groups, channels out). */
  void conv(KerasLayer layer) {
    graph.needImage(layer);
    int in = graph.channels();
    int out = layer.count("filters");
    int groups = layer.has("groups") ? layer.count("groups") : 1;
    if (in % groups != 0 || out % groups != 0) {
      throw layer.refuse("%d groups do not divide %d and %d channels".formatted(groups, in, out));
    }
    int[] kernel = layer.counts("kernel_size", 1);
    float[] values = read(layer, List.of("kernel"), 0, kernel[0], kernel[1], in / groups, out);
    String weight =
        graph.weights(
            layer,
            "kernel",
            outputFirst(values, kernel, in / groups, out),
            out,
            in / groups,
            kernel[0],
            kernel[1]);
    add(layer, weight, bias(layer, 1, out), out, groups);
  }

  /** Layer DepthwiseConv2D: a kernel (height, width, channels, multiplier). */
  void depthwise(KerasLayer layer) {
    graph.needImage(layer);
    int in = graph.channels();
    int out = in * multiplier(layer);
    String weight = depthwiseKernel(layer, List.of("depthwise_kernel", "kernel"));
    add(layer, weight, bias(layer, 1, out), out, in);
  }

  /** Layer SeparableConv2D: depthwise, then a convolution of kernel 1 × 1, then the bias. */
  void separable(KerasLayer layer) {
    graph.needImage(layer);
    int in = graph.channels();
    int between = in * multiplier(layer);
    int out = layer.count("filters");
    String depthwise = depthwiseKernel(layer, List.of("depthwise_kernel"));
    float[] values = read(layer, List.of("pointwise_kernel"), 1, 1, 1, between, out);
    String pointwise =
        graph.weights(
            layer,
            "pointwise_kernel",
            outputFirst(values, new int[] {1, 1}, between, out),
            out,
            between,
            1,
            1);
    List<String> bias = bias(layer, 2, out);
    add(layer, depthwise, List.of(), between, in);
    List<Integer> shape = List.of(graph.height(), graph.width(), out);
    graph.add(layer, shape, (to, x) -> to.graph().node("Conv", inputs(to, x, pointwise, bias)));
  }

  /** Layers MaxPooling2D and AveragePooling2D; what is padded counts for neither. */
  void pool(KerasLayer layer, String operator) {
    graph.needImage(layer);
    int[] size = layer.counts("pool_size", 2);
    int[] strides = layer.has("strides") ? layer.counts("strides", 1) : size;
    Windows windows = windows(layer, size, strides, new int[] {1, 1});
    graph.add(
        layer,
        List.of(windows.height, windows.width, graph.channels()),
        (to, x) ->
            to.graph()
                .node(
                    operator,
                    List.of(x),
                    Attribute.integers("kernel_shape", size[0], size[1]),
                    Attribute.integers("strides", strides[0], strides[1]),
                    Attribute.integers("pads", windows.pads)));
  }

  private void add(KerasLayer layer, String weight, List<String> bias, int out, int groups) {
    int[] kernel = layer.counts("kernel_size", 1);
    int[] strides = layer.counts("strides", 1);
    int[] dilation = layer.counts("dilation_rate", 1);
    Windows windows = windows(layer, kernel, strides, dilation);
    graph.add(
        layer,
        List.of(windows.height, windows.width, out),
        (to, x) ->
            to.graph()
                .node(
                    "Conv",
                    inputs(to, x, weight, bias),
                    Attribute.integers("kernel_shape", kernel[0], kernel[1]),
                    Attribute.integers("strides", strides[0], strides[1]),
                    Attribute.integers("dilations", dilation[0], dilation[1]),
                    Attribute.integers("pads", windows.pads),
                    Attribute.integer("group", groups)));
  }

  private static List<String> inputs(
      GraphBuilder.Emission to, String x, String weight, List<String> bias) {
    List<String> inputs = new ArrayList<>(List.of(x, to.tensor(weight)));
    bias.forEach(name -> inputs.add(to.tensor(name)));
    return inputs;
  }

  private String depthwiseKernel(KerasLayer layer, List<String> names) {
    int in = graph.channels();
    int multiplier = multiplier(layer);
    int[] kernel = layer.counts("kernel_size", 1);
    float[] values = read(layer, names, 0, kernel[0], kernel[1], in, multiplier);
    // Output channel i·multiplier + j is of input channel i: as if each were an output of its own.
    int out = in * multiplier;
    return graph.weights(
        layer, names.getFirst(), outputFirst(values, kernel, 1, out), out, 1, kernel[0], kernel[1]);
  }

  private int multiplier(KerasLayer layer) {
    int multiplier = layer.has("depth_multiplier") ? layer.count("depth_multiplier") : 1;
    if ((long) multiplier * graph.channels() > MOST_CHANNELS) {
      throw layer.refuse(
          "it would make %d times %d channels, at most %d are supported"
              .formatted(multiplier, graph.channels(), MOST_CHANNELS));
    }
    return multiplier;
  }

  private List<String> bias(KerasLayer layer, int index, int out) {
    if (!layer.flag("use_bias", true)) {
      return List.of();
    }
    return List.of(graph.weights(layer, "bias", read(layer, List.of("bias"), index, out), out));
  }

  private float[] read(KerasLayer layer, List<String> names, int index, long... shape) {
    graph.weigh(layer, shape);
    return file.weights(layer, names, index, shape);
  }

  /** (height, width, in, out) to (out, in, height, width). */
  private static float[] outputFirst(float[] values, int[] kernel, int in, int out) {
    int places = kernel[0] * kernel[1];
    float[] turned = new float[values.length];
    for (int place = 0; place < places; place++) {
      for (int i = 0; i < in; i++) {
        for (int o = 0; o < out; o++) {
          turned[(o * in + i) * places + place] = values[(place * in + i) * out + o];
        }
      }
    }
    return turned;
  }

  /** How many windows there are, and how much is padded: top, left, bottom, right. */
  private static final class Windows {
    private final int height;
    private final int width;
    private final long[] pads;

    Windows(int height, int width, long[] pads) {
      this.height = height;
      this.width = width;
      this.pads = pads;
    }
  }

  /** TensorFlow's SAME and VALID: the former pads what is missing, the odd one behind. */
  private Windows windows(KerasLayer layer, int[] kernel, int[] strides, int[] dilation) {
    String padding = layer.text("padding", "valid").toLowerCase(Locale.ROOT);
    int[] sizes = {graph.height(), graph.width()};
    int[] made = new int[2];
    long[] pads = new long[4];
    for (int axis = 0; axis < 2; axis++) {
      long reach = (kernel[axis] - 1L) * dilation[axis] + 1;
      switch (padding) {
        case "same" -> {
          made[axis] = Math.ceilDiv(sizes[axis], strides[axis]);
          long missing = Math.max(0, (made[axis] - 1L) * strides[axis] + reach - sizes[axis]);
          pads[axis] = missing / 2;
          pads[axis + 2] = missing - missing / 2;
        }
        case "valid" -> {
          if (reach > sizes[axis]) {
            throw layer.refuse(
                "its window of %d passes the image's %d".formatted(reach, sizes[axis]));
          }
          made[axis] = (int) ((sizes[axis] - reach) / strides[axis] + 1);
        }
        default -> throw layer.fault("padding", "same or valid", layer.config().path("padding"));
      }
    }
    return new Windows(made[0], made[1], pads);
  }
}
