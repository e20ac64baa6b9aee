package org.senoscope.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.junit.jupiter.api.Test;
import org.senoscope.RealData;
import org.senoscope.files.Json;
import org.senoscope.study.Task;

/** Holds our EfficientNet-Lite0 with the published ImageNet weights against their golden logits. */
class EfficientNetGoldenTest {
  private static final Task IMAGENET =
      new Task("imagenet", IntStream.range(0, 1000).mapToObj(Integer::toString).toList());

  @Test
  void givesTheGoldenLogits() throws IOException {
    var weights = RealData.requireWeights("efficientnet-lite0-imagenet.safetensors");
    JsonNode golden = Json.read(RealData.requireWeights("efficientnet-lite0-golden.json"));
    Network network =
        Families.efficientNetLite0(
            new Families.Shape(3, 224, 224, List.of(Families.Output.of(IMAGENET))), 0.2, 0.2);
    float[] input = new float[3 * 224 * 224];
    for (int k = 0; k < input.length; k++) {
      input[k] = (float) Math.sin(0.01 * k);
    }
    try (Net net = new Net(network, 1);
        var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      assertThat(Weights.read(weights, net, name -> false)).isEmpty();
      assertThat(Weights.unused(weights, net)).isEmpty();
      Net.Answer answer = net.forward(Torch.copyOf(input, 1, 3, 224, 224), false, Precision.FP32);
      float[] logits = Torch.values(answer.logits().getFirst());
      for (int i = 0; i < 10; i++) {
        assertThat((double) logits[i])
            .isCloseTo(golden.path("logits_first10").path(i).asDouble(), within(1e-3));
      }
      for (JsonNode top : golden.path("top5")) {
        assertThat((double) logits[top.path(0).asInt()])
            .isCloseTo(top.path(1).asDouble(), within(1e-3));
      }
      float[] features = Torch.values(answer.features());
      for (int i = 0; i < 5; i++) {
        assertThat((double) features[i])
            .isCloseTo(golden.path("pooled_first5").path(i).asDouble(), within(1e-3));
      }
    }
  }
}
