package org.senoscope.onnx.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.image.GreyImage;
import org.senoscope.nn.Families;
import org.senoscope.nn.Network;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxGraph.Dimension;
import org.senoscope.onnx.OnnxModel;

class CleanGraphTest {
  private static final Network SMALL =
      Families.cnn(
          new Families.Shape(1, 8, 8, List.of(new Families.Output("cancer", 2))),
          List.of(4),
          1,
          false,
          false,
          0,
          List.of(),
          0);

  static Stream<Network> networks() {
    return MadeNetworks.all();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theCleanedNetworkGivesTheSame(Network network) {
    OnnxModel model = MadeNetworks.model(network);
    CleanGraph clean = CleanGraph.of(model);
    assertThat(clean.nodes())
        .extracting(OnnxModel.Node::operator)
        .doesNotContain("BatchNormalization", "Identity", "Dropout", "Constant");
    List<GreyImage> pictures = MadeNetworks.pictures(network, 3, 1);
    requireEqual(
        MadeNetworks.run(MadeNetworks.bytes(model, network), network, pictures),
        MadeNetworks.run(clean.toBytes(Set.of()), network, pictures));
  }

  private static void requireEqual(Map<String, float[]> before, Map<String, float[]> after) {
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach(
        (name, values) -> {
          float[] found = after.get(name);
          assertThat(found).hasSameSizeAs(values);
          double most = 0;
          for (float value : values) {
            most = Math.max(most, Math.abs(value));
          }
          assertThat(most).as(name).isPositive();
          for (int i = 0; i < values.length; i++) {
            assertThat((double) found[i]).as(name).isCloseTo(values[i], within(1e-5 * most));
          }
        });
  }

  /** Batch norm behind pooling and in front, padding, Identity to an output, a Constant bound. */
  @Test
  void whatOtherProgramsWriteIsCleanedToo() {
    OnnxGraph graph = new OnnxGraph("foreign");
    String image =
        graph.input(
            "image", List.of(Dimension.BATCH, Dimension.of(1), Dimension.of(8), Dimension.of(8)));
    String first = norm(graph, "first", image, 1);
    String padded =
        graph.node("Pad", List.of(first, graph.inlineIntegers("pads", 0, 0, 1, 2, 0, 0, 2, 1)));
    String conv = conv(graph, "a", padded, 1);
    String pool =
        graph.node(
            "MaxPool",
            List.of(graph.node("Relu", List.of(conv))),
            Attribute.integers("kernel_shape", 2, 2));
    String second = conv(graph, "b", norm(graph, "second", pool, 4), 4);
    String flat = graph.node("Flatten", List.of(graph.node("GlobalAveragePool", List.of(second))));
    String dropped = graph.node("Dropout", List.of(graph.node("Identity", List.of(flat))));
    graph.named("features", "Identity", List.of(dropped));
    graph.named("logits", "Identity", List.of("features"));
    graph.output("features");
    graph.output("logits");
    OnnxModel model = OnnxModel.read(ByteBuffer.wrap(graph.toBytes()), _ -> ByteBuffer.allocate(0));
    CleanGraph clean = CleanGraph.of(model);
    // One Identity stays: one tensor cannot have two outputs' names.
    assertThat(clean.nodes())
        .extracting(OnnxModel.Node::operator)
        .containsExactly(
            "Conv",
            "Conv",
            "Relu",
            "MaxPool",
            "Conv",
            "Conv",
            "GlobalAveragePool",
            "Flatten",
            "Identity");
    List<GreyImage> pictures = MadeNetworks.pictures(SMALL, 4, 2);
    requireEqual(
        MadeNetworks.run(graph.toBytes(), SMALL, pictures),
        MadeNetworks.run(clean.toBytes(Set.of()), SMALL, pictures));
  }

  private static String conv(OnnxGraph graph, String name, String input, int in) {
    float[] weights = new float[4 * in * 9];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) Math.sin(i * 1.3 + name.length());
    }
    return graph.node(
        "Conv",
        List.of(input, graph.inline(name, new long[] {4, in, 3, 3}, weights)),
        Attribute.integers("kernel_shape", 3, 3));
  }

  private static String norm(OnnxGraph graph, String name, String input, int channels) {
    long[] shape = {channels};
    float[] factor = new float[channels];
    float[] shift = new float[channels];
    float[] mean = new float[channels];
    float[] variance = new float[channels];
    for (int i = 0; i < channels; i++) {
      factor[i] = 1 + 0.3f * i;
      shift[i] = 0.4f - i;
      mean[i] = 0.1f * i + 0.2f;
      variance[i] = 0.3f + i;
    }
    return graph.node(
        "BatchNormalization",
        List.of(
            input,
            graph.inline(name + ".f", shape, factor),
            graph.inline(name + ".s", shape, shift),
            graph.inline(name + ".m", shape, mean),
            graph.inline(name + ".v", shape, variance)));
  }

  @Test
  void aNetworkOfOlderOperatorsIsRefused() {
    byte[] bytes = MadeNetworks.bytes(MadeNetworks.model(SMALL), SMALL);
    byte[] old = bytes.clone();
    // The model ends with opset_import: domain "" and the version, one byte.
    assertThat(old[old.length - 1]).isEqualTo((byte) 17);
    old[old.length - 1] = 11;
    OnnxModel model = OnnxModel.read(ByteBuffer.wrap(old), _ -> ByteBuffer.allocate(0));
    assertThatThrownBy(() -> CleanGraph.of(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set 13 or later, it has 11");
    assertThat(Optional.of(model.operatorSet())).hasValue(11L);
  }
}
