package org.senoscope.explain.faithfulness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.explain.EvidenceMap;
import org.senoscope.image.GreyImage;
import org.senoscope.image.steps.Resize;
import org.senoscope.model.Bundle;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxModel;
import org.senoscope.safetensors.SafetensorsFile;

class RandomWeightsTest {
  /** What Senoscope ships: tests run in the module's folder. */
  private static final Path SHIPPED = Path.of("..", "models", "ultrasound");

  @TempDir Path folder;

  @Test
  void theSameSeedGivesTheSameWeightsAndTheNetworkRuns() throws IOException {
    Bundle bundle =
        QuadrantBundle.write(
            folder.resolve("bundle"), Resize.Fit.PAD, true, Fingerprint.of(List.of()));
    Bundle one = RandomWeights.copy(bundle, folder.resolve("one"), 1);
    Bundle same = RandomWeights.copy(bundle, folder.resolve("same"), 1);
    Bundle other = RandomWeights.copy(bundle, folder.resolve("other"), 2);
    assertThat(one.weights().floats("head.weight"))
        .isEqualTo(same.weights().floats("head.weight"))
        .isNotEqualTo(other.weights().floats("head.weight"))
        .isNotEqualTo(bundle.weights().floats("head.weight"));
    assertThat(one.weights().floats("head.bias")).containsOnly(0);
    try (Predictor predictor = Predictor.open(one, 1)) {
      assertThat(predictor.infer(noise(70, 90, 1)).logits("pathology")).hasSize(2);
    }
  }

  @Test
  void normsScaleByOneAndOnlyBiasesAreZero() {
    OnnxGraph graph = new OnnxGraph("norms");
    String image = graph.input("image", List.of(OnnxGraph.Dimension.BATCH));
    for (String name : List.of("layer.scale", "layer.shift", "scale", "bias", "slope")) {
      graph.inline(name, new long[] {3}, new float[3]);
    }
    graph.inline("half", new long[] {1}, new float[] {.5f});
    graph.inline("one", new long[0], new float[] {1});
    String normed = graph.node("LayerNormalization", List.of(image, "layer.scale", "layer.shift"));
    String scaled = graph.node("Mul", List.of(normed, "scale"));
    String shifted = graph.node("Add", List.of("bias", scaled));
    String halved = graph.node("Mul", List.of(shifted, "half"));
    graph.node("PRelu", List.of(graph.node("Add", List.of(halved, "one")), "slope"));
    assertThat(
            RandomWeights.roles(
                OnnxModel.read(ByteBuffer.wrap(graph.toBytes()), _ -> ByteBuffer.allocate(0))))
        .containsOnly(
            Map.entry("layer.scale", RandomWeights.Role.ONE),
            Map.entry("layer.shift", RandomWeights.Role.ZERO),
            Map.entry("scale", RandomWeights.Role.ONE),
            Map.entry("bias", RandomWeights.Role.ZERO));
  }

  @Test
  void batchNormChangesNothingAndMapsAreAliveInAWholeNetwork() throws IOException {
    Bundle random = RandomWeights.copy(Bundle.open(SHIPPED), folder.resolve("random"), 1);
    SafetensorsFile weights = random.weights();
    assertThat(weights.floats("_bn0.running_var")).containsOnly(1);
    assertThat(weights.floats("_bn0.weight")).containsOnly(1);
    assertThat(weights.floats("_bn0.running_mean")).containsOnly(0);
    assertThat(weights.floats("_bn0.bias")).containsOnly(0);
    double square = 0;
    float[] head = weights.floats("_conv_head.weight");
    for (float weight : head) {
      square += weight * weight / head.length;
    }
    assertThat(square).isCloseTo(1.0 / 320, within(1e-4));
    try (Predictor predictor = Predictor.open(random, 1)) {
      GreyImage image = noise(200, 260, 2);
      Inference inference = predictor.infer(image);
      EvidenceMap map =
          EvidenceMap.of(
              random.description(),
              inference,
              "pathology",
              "benign",
              image.height(),
              image.width());
      float least = Float.POSITIVE_INFINITY;
      float most = Float.NEGATIVE_INFINITY;
      for (float value : map.values()) {
        assertThat(value).isFinite();
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      assertThat(most).isGreaterThan(least);
    }
  }

  private static GreyImage noise(int height, int width, long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat();
    }
    return new GreyImage(height, width, pixels);
  }
}
