package org.senoscope.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchTest {
  private static final long[] ONE = {1, 1};

  private static Tensor noise(long... shape) {
    Torch.seed(7);
    return torch.randn(shape);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3})
  void aConvolutionOfChannelsLastAnswersChannelsLastAndTheSame(long channels) {
    try (var _ = new PointerScope()) {
      Tensor image = noise(2, channels, 10, 12);
      Tensor weight = noise(16, channels, 3, 3);
      Tensor last = Torch.channelsLast(image);
      assertThat(Torch.values(last)).isEqualTo(Torch.values(image));
      Tensor answer = torch.conv2d(last, weight, new TensorOptional(), ONE, ONE, ONE, 1);
      assertThat(answer.stride(1)).as("distance between channels").isEqualTo(1);
      Tensor plain = torch.conv2d(image, weight, new TensorOptional(), ONE, ONE, ONE, 1);
      assertThat(torch.allclose(answer, plain, 1e-4, 1e-4, false)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 9})
  void reluAfterPoolingGivesTheNumbersAndGradientsOfReluBefore(long side) {
    try (var _ = new PointerScope()) {
      // Whole numbers, so that windows have ties and windows without a positive value occur.
      Tensor values = noise(3, 5, side, side).mul(Torch.scalar(2)).round();
      Tensor wanted = values.clone();
      wanted.set_requires_grad(true);
      Tensor found = values.clone();
      found.set_requires_grad(true);
      Tensor before = pool(wanted.relu());
      Tensor after = pool(found).relu_();
      assertThat(numbers(after)).isEqualTo(numbers(before));
      Tensor pull = noise(before.numel()).view(3, 5, side / 2, side / 2);
      before.mul(pull).sum().backward();
      after.mul(pull).sum().backward();
      assertThat(numbers(found.grad())).isEqualTo(numbers(wanted.grad()));
    }
  }

  @ParameterizedTest
  @CsvSource({"0.75, 1.3333334", "0.5, 2", "0.8, 1.25"})
  void aMaskKeepsItsShareEverywhere(double keep, float kept) {
    try (var _ = new PointerScope()) {
      Tensor like = Torch.channelsLast(Torch.zeros(7, 5, 31, 33));
      Torch.seed(3);
      Tensor mask = Torch.keepMask(like, keep);
      assertThat(mask.stride(1)).as("distance between channels").isEqualTo(1);
      float[] values = Torch.values(mask);
      assertThat(values).hasSize(7 * 5 * 31 * 33).containsOnly(0, kept);
      // Five standard deviations, for all values and for each of the four that share 64 bits.
      assertThat(share(values, 0, 1)).isCloseTo(keep, within(5 * deviation(keep, values.length)));
      for (int place = 0; place < 4; place++) {
        assertThat(share(values, place, 4))
            .isCloseTo(keep, within(5 * deviation(keep, values.length / 4)));
      }
      assertThat(Torch.values(Torch.keepMask(like, keep))).as("the next").isNotEqualTo(values);
      Torch.seed(3);
      assertThat(Torch.values(Torch.keepMask(like, keep))).as("the same seed").isEqualTo(values);
    }
  }

  @Test
  void neighboursInAMaskAreIndependent() {
    try (var _ = new PointerScope()) {
      Torch.seed(4);
      float[] values = Torch.values(Torch.keepMask(Torch.zeros(20_001), 0.5));
      for (int distance : new int[] {1, 2, 3, 4, 4096}) {
        int alike = 0;
        for (int i = distance; i < values.length; i++) {
          alike += values[i] == values[i - distance] ? 1 : 0;
        }
        int pairs = values.length - distance;
        assertThat((double) alike / pairs)
            .as("distance %d", distance)
            .isCloseTo(0.5, within(5 * deviation(0.5, pairs)));
      }
    }
  }

  @Test
  void aMaskOfBfloat16HasItsNearestValue() {
    try (var _ = new PointerScope()) {
      Tensor like = Torch.as(Torch.zeros(40), torch.ScalarType.BFloat16);
      assertThat(Torch.values(Torch.keepMask(like, 0.75))).containsOnly(0, 1.3359375f);
    }
  }

  private static double share(float[] values, int first, int step) {
    int kept = 0;
    int count = 0;
    for (int i = first; i < values.length; i += step, count++) {
      kept += values[i] > 0 ? 1 : 0;
    }
    return (double) kept / count;
  }

  private static double deviation(double keep, int count) {
    return Math.sqrt(keep * (1 - keep) / count);
  }

  /** The values, with one zero for both signs of it. */
  private static float[] numbers(Tensor tensor) {
    return Torch.values(tensor.add(Torch.scalar(0)));
  }

  private static Tensor pool(Tensor x) {
    return new Layer.MaxPool(2, 2, 0)
        .forward(new Pass(java.util.Map.of(), Pass.Mode.TRAINING, 0, Precision.FP32), x);
  }
}
