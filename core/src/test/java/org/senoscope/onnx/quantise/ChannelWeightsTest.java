package org.senoscope.onnx.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChannelWeightsTest {
  private static final int CHANNELS = 6;
  private static final int EACH = 40;

  /** Channels whose weights are of very different sizes, as batch norm leaves them. */
  private static float[] weights() {
    Random random = new Random(2);
    float[] weights = new float[CHANNELS * EACH];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextGaussian() * Math.pow(10, i / EACH - 3));
    }
    return weights;
  }

  private static double squaredError(float[] meant, ChannelWeights weights) {
    double sum = 0;
    for (int i = 0; i < meant.length; i++) {
      int channel = i / EACH;
      double off = weights.scales()[channel] * weights.stored()[i] - meant[i];
      sum += off * off / Math.pow(10, 2.0 * (channel - 3));
    }
    return sum;
  }

  @Test
  void eachWeightComesBackWithinHalfItsChannelsStep() {
    float[] meant = weights();
    ChannelWeights weights = ChannelWeights.of(meant, CHANNELS, EACH, new float[CHANNELS], 1);
    for (int i = 0; i < meant.length; i++) {
      float scale = weights.scales()[i / EACH];
      assertThat((double) scale * weights.stored()[i]).isCloseTo(meant[i], within(0.5001 * scale));
    }
  }

  @Test
  void scalesByChannelBeatOneForAll() {
    float[] meant = weights();
    ChannelWeights byChannel = ChannelWeights.of(meant, CHANNELS, EACH, new float[CHANNELS], 1);
    ChannelWeights whole = ChannelWeights.ofWhole(meant, new float[CHANNELS], 1);
    assertThat(squaredError(meant, byChannel)).isLessThan(squaredError(meant, whole) / 100);
  }

  @Test
  void theChannelMayBeTheInnerAxis() {
    float[] meant = {1, 100, -2, 50, 4, -25}; // shape (3, 2)
    ChannelWeights weights = ChannelWeights.of(meant, 2, 1, new float[2], 1);
    assertThat(weights.scales()).containsExactly(4f / 127, 100f / 127);
    assertThat(weights.stored()).containsExactly(32, 127, -64, 64, 127, -32);
  }

  @Test
  void biasesAreCountedInStepsOfInputTimesWeight() {
    float[] bias = {3, -4, 0, 1e-3f, 5, 6};
    float input = 0.02f;
    ChannelWeights weights = ChannelWeights.of(weights(), CHANNELS, EACH, bias, input);
    for (int i = 0; i < CHANNELS; i++) {
      double step = (double) input * weights.scales()[i];
      assertThat(weights.bias()[i] * step).isCloseTo(bias[i], within(step));
    }
  }

  @Test
  void aChannelOfNothingButBiasKeepsIt() {
    float[] meant = new float[2 * EACH];
    meant[EACH] = 1e-30f;
    ChannelWeights weights = ChannelWeights.of(meant, 2, EACH, new float[] {7, -7}, 0.01f);
    for (int i = 0; i < 2; i++) {
      assertThat(weights.bias()[i] * 0.01 * weights.scales()[i])
          .isCloseTo(i == 0 ? 7 : -7, within(1e-5));
    }
  }

  @Test
  void scalesAndWeightsAreThoseOfOnnxRuntime() throws IOException {
    JsonNode golden = Golden.read().path("weights");
    int channels = golden.path("scales").size();
    int each = golden.path("values").path(0).size();
    float[] meant = new float[channels * each];
    for (int i = 0; i < meant.length; i++) {
      meant[i] = golden.path("values").path(i / each).path(i % each).floatValue();
    }
    ChannelWeights weights = ChannelWeights.of(meant, channels, each, new float[channels], 1);
    assertThat(channels).isEqualTo(5);
    for (int i = 0; i < meant.length; i++) {
      assertThat(weights.scales()[i / each])
          .isCloseTo(golden.path("scales").path(i / each).floatValue(), within(1e-7f));
      assertThat((int) weights.stored()[i])
          .isEqualTo(golden.path("stored").path(i / each).path(i % each).intValue());
    }
  }
}
