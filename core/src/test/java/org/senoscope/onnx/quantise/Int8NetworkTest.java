package org.senoscope.onnx.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.image.GreyImage;
import org.senoscope.nn.Families;
import org.senoscope.nn.Network;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxGraph.Dimension;
import org.senoscope.onnx.OnnxModel;

class Int8NetworkTest {
  @TempDir private Path folder;

  static Stream<Network> networks() {
    return MadeNetworks.all();
  }

  private static byte[] int8(Network network, Int8Network planned, RangeRule rule) {
    List<GreyImage> pictures = MadeNetworks.pictures(network, 8, 5);
    return planned.write(MadeNetworks.seen(planned, network, pictures), rule);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyOutputIsThereAndNearWhatItWas(Network network) {
    OnnxModel model = MadeNetworks.model(network);
    byte[] int8 = int8(network, Int8Network.of(model), RangeRule.SQUARED_ERROR);
    List<GreyImage> others = MadeNetworks.pictures(network, 6, 9);
    Map<String, float[]> before =
        MadeNetworks.run(MadeNetworks.bytes(model, network), network, others);
    Map<String, float[]> after = MadeNetworks.run(int8, network, others);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach(
        (name, values) -> {
          assertThat(after.get(name)).as(name).hasSameSizeAs(values).isNotEqualTo(values);
          assertThat(off(values, after.get(name))).as(name).isLessThan(0.25);
        });
  }

  /** Root mean square of the difference, in those of the values. */
  private static double off(float[] values, float[] found) {
    double squares = 0;
    double all = 0;
    for (int i = 0; i < values.length; i++) {
      squares += Math.pow(found[i] - values[i], 2);
      all += Math.pow(values[i], 2);
    }
    return Math.sqrt(squares / all);
  }

  /** What ONNX Runtime makes of it: else 8 bits would be slower than floats. */
  @ParameterizedTest
  @MethodSource("networks")
  void onnxRuntimeComputesItInIntegers(Network network) throws OrtException, IOException {
    OnnxModel model = MadeNetworks.model(network);
    Int8Network planned = Int8Network.of(model);
    Path optimised = folder.resolve("optimised.onnx");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizedModelFilePath(optimised.toString());
      OrtEnvironment.getEnvironment()
          .createSession(int8(network, planned, RangeRule.MIN_MAX), options)
          .close();
    }
    List<String> operators =
        OnnxModel.read(ByteBuffer.wrap(Files.readAllBytes(optimised)), _ -> ByteBuffer.allocate(0))
            .nodes()
            .stream()
            .map(OnnxModel.Node::operator)
            .toList();
    int integers =
        Collections.frequency(operators, "QLinearConv") + Collections.frequency(operators, "QGemm");
    assertThat(integers).isEqualTo(planned.layers()).isGreaterThan(1);
    // No activation between them is left, and no normalisation.
    assertThat(operators).doesNotContain("Clip", "BatchNormalization");
    int sums = (int) model.nodes().stream().filter(node -> node.operator().equals("Add")).count();
    int inFloats = Collections.frequency(operators, "Add");
    assertThat(Collections.frequency(operators, "QLinearAdd")).isEqualTo(sums - inFloats);
    if (!network.guided()) { // whose heads have sums of their own
      // A residual network's last sum goes to means and heads alone, and stays in floats.
      assertThat(inFloats).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void lastLayersStayInFloats() {
    Network network =
        Families.efficientNetLite0(
                new Families.Shape(3, 64, 64, List.of(new Families.Output("pathology", 3))), 0, 0)
            .withMask(16, false);
    OnnxModel model = MadeNetworks.model(network);
    long convolutions =
        model.nodes().stream().filter(node -> node.operator().equals("Conv")).count();
    // Class maps and the outline's last; the logits' Gemm is no convolution.
    assertThat(Int8Network.of(model).layers()).isEqualTo((int) convolutions - 2);
  }

  @Test
  void aNetworkOfOneLayerIsRefused() {
    OnnxGraph graph = new OnnxGraph("one");
    String image = graph.input("image", List.of(Dimension.BATCH, Dimension.of(4)));
    graph.named(
        "logits", "Gemm", List.of(image, graph.inline("w", new long[] {4, 2}, new float[8])));
    graph.output("logits", List.of(Dimension.BATCH, Dimension.of(2)));
    OnnxModel model = OnnxModel.read(ByteBuffer.wrap(graph.toBytes()), _ -> ByteBuffer.allocate(0));
    assertThatThrownBy(() -> Int8Network.of(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two layers with weights");
  }

  @Test
  void aNetworkIn8BitsIsNotTakenAgain() {
    Network network =
        Families.cnn(
            new Families.Shape(1, 16, 16, List.of(new Families.Output("cancer", 2))),
            List.of(4, 8),
            1,
            true,
            false,
            0,
            List.of(),
            0);
    Int8Network planned = Int8Network.of(MadeNetworks.model(network));
    byte[] int8 = int8(network, planned, RangeRule.MIN_MAX);
    OnnxModel again = OnnxModel.read(ByteBuffer.wrap(int8), _ -> ByteBuffer.allocate(0));
    assertThatThrownBy(() -> Int8Network.of(again))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quantised or cleaned before");
  }
}
