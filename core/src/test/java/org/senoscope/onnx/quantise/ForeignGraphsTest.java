package org.senoscope.onnx.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.senoscope.image.GreyImage;
import org.senoscope.model.InputDescription;
import org.senoscope.model.NetworkSession;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxGraph.Dimension;
import org.senoscope.onnx.OnnxModel;

/** Graphs of forms that our own networks do not have. */
class ForeignGraphsTest {
  private static final int SIDE = 8;
  private static final int CHANNELS = 4;
  private static final InputDescription INPUT =
      new InputDescription(1, SIDE, SIDE, new float[1], new float[] {1});

  private static String image(OnnxGraph graph) {
    return graph.input(
        "image", List.of(Dimension.BATCH, Dimension.of(1), Dimension.of(SIDE), Dimension.of(SIDE)));
  }

  /** A 3 × 3 convolution with padding, made weights and one bias for all. */
  private static String conv(OnnxGraph graph, String name, String input, int in, float bias) {
    float[] weights = new float[CHANNELS * in * 9];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) Math.sin(i * 1.3 + name.length());
    }
    float[] biases = {bias, bias, bias, bias};
    return graph.node(
        "Conv",
        List.of(
            input,
            graph.inline(name, new long[] {CHANNELS, in, 3, 3}, weights),
            graph.inline(name + ".b", new long[] {CHANNELS}, biases)),
        Attribute.integers("kernel_shape", 3, 3),
        Attribute.integers("pads", 1, 1, 1, 1));
  }

  private static void end(OnnxGraph graph, String maps) {
    String flat = graph.node("Flatten", List.of(graph.node("GlobalAveragePool", List.of(maps))));
    graph.named("logits", "Identity", List.of(flat));
    graph.output("logits");
  }

  private static Int8Network planned(OnnxGraph graph) {
    return Int8Network.of(
        OnnxModel.read(ByteBuffer.wrap(graph.toBytes()), _ -> ByteBuffer.allocate(0)));
  }

  /** A picture of one brightness, with a brighter square. */
  private static GreyImage picture(float brightness) {
    float[] pixels = new float[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i / SIDE > 2 && i % SIDE > 2 && i % SIDE < 6 ? brightness : brightness / 3;
    }
    return new GreyImage(SIDE, SIDE, pixels);
  }

  private static Map<String, Histogram> seen(Int8Network planned, List<GreyImage> pictures) {
    Map<String, Histogram> seen = new HashMap<>();
    try (NetworkSession session = NetworkSession.open(planned.observable(), INPUT, 1)) {
      var batch = session.batch(pictures);
      float[] image = new float[batch.remaining()];
      batch.duplicate().get(image);
      Map<String, float[]> values = new HashMap<>(session.run(batch, session.outputs()));
      values.put("image", image);
      planned
          .observed()
          .forEach(
              name -> {
                float[] found = Objects.requireNonNull(values.get(name), name);
                Histogram histogram = new Histogram(MadeNetworks.range(found));
                histogram.add(found);
                seen.put(name, histogram);
              });
    }
    return seen;
  }

  private static float[] logits(byte[] onnx, GreyImage picture) {
    try (NetworkSession session = NetworkSession.open(onnx, INPUT, 1)) {
      return Objects.requireNonNull(
          session.run(session.batch(List.of(picture)), session.outputs()).get("logits"));
    }
  }

  /** So the activation is not absorbed, and the passing step's steps are its own. */
  @Test
  void aPassingStepBehindAnActivationOfWhatIsTakenTwice() {
    OnnxGraph graph = new OnnxGraph("twice");
    String first = conv(graph, "a", image(graph), 1, 0.1f);
    String pooled =
        graph.node(
            "MaxPool",
            List.of(graph.node("Relu", List.of(first))),
            Attribute.integers("kernel_shape", 3, 3),
            Attribute.integers("pads", 1, 1, 1, 1));
    String mean =
        graph.node(
            "AveragePool",
            List.of(pooled),
            Attribute.integers("kernel_shape", 3, 3),
            Attribute.integers("pads", 1, 1, 1, 1));
    String second = conv(graph, "bb", mean, CHANNELS, 0);
    String third = conv(graph, "ccc", first, CHANNELS, 0);
    String sum = graph.node("Relu", List.of(graph.node("Add", List.of(second, third))));
    end(graph, conv(graph, "dddd", sum, CHANNELS, 0));
    Int8Network planned = planned(graph);
    List<GreyImage> pictures = List.of(picture(0.3f), picture(0.6f), picture(0.9f));
    byte[] int8 = planned.write(seen(planned, pictures), RangeRule.MIN_MAX);
    float[] before = logits(graph.toBytes(), picture(0.75f));
    float[] after = logits(int8, picture(0.75f));
    assertThat(after).isNotEqualTo(before);
    double most = 0;
    for (float value : before) {
      most = Math.max(most, Math.abs(value));
    }
    for (int i = 0; i < before.length; i++) {
      assertThat((double) after[i]).isCloseTo(before[i], within(0.05 * most));
    }
  }

  @Test
  void anActivationThatWasNeverAboveZeroStillCutsOff() {
    OnnxGraph graph = new OnnxGraph("dead");
    String image = image(graph);
    String positive =
        graph.inline("brightness", new long[] {CHANNELS, 1, 1, 1}, new float[] {20, 30, 40, 50});
    String bias = graph.inline("dark", new long[] {CHANNELS}, new float[] {-9, -9, -9, -9});
    String first =
        graph.node(
            "Conv", List.of(image, positive, bias), Attribute.integers("kernel_shape", 1, 1));
    String cut =
        graph.node(
            "Clip",
            List.of(
                first,
                graph.inline("least", new long[0], new float[1]),
                graph.inline("most", new long[0], new float[] {6})));
    end(graph, conv(graph, "bb", conv(graph, "b", cut, CHANNELS, 0), CHANNELS, 0));
    Int8Network planned = planned(graph);
    byte[] int8 = planned.write(seen(planned, List.of(picture(0.1f))), RangeRule.MIN_MAX);
    // Steps of 1, as for nothing but 0, would let 11 to 41 pass where the network cuts at 6.
    assertThat(planned.observed()).contains(cut).doesNotContain(first);
    assertThat(scaleOf(int8, cut)).isEqualTo(6f / 255);
  }

  private static float scaleOf(byte[] int8, String tensor) {
    OnnxModel model = OnnxModel.read(ByteBuffer.wrap(int8), _ -> ByteBuffer.allocate(0));
    String stored =
        model.nodes().stream()
            .filter(node -> node.outputs().contains(tensor))
            .findFirst()
            .orElseThrow()
            .inputs()
            .get(1);
    return Objects.requireNonNull(model.initializers().get(stored)).floats().orElseThrow()[0];
  }

  @Test
  void aNetworkThatWasCleanedBeforeIsNotTakenAgain() {
    OnnxGraph graph = new OnnxGraph("again");
    String name = "a" + ConvFolding.FOLDED + "weight";
    end(graph, conv(graph, "bb", conv(graph, name, image(graph), 1, 0), CHANNELS, 0));
    assertThatThrownBy(() -> planned(graph))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quantised or cleaned before");
  }
}
