package org.senoscope.nn;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
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

  /** The values, with one zero for both signs of it. */
  private static float[] numbers(Tensor tensor) {
    return Torch.values(tensor.add(Torch.scalar(0)));
  }

  private static Tensor pool(Tensor x) {
    return new Layer.MaxPool(2, 2, 0)
        .forward(new Pass(java.util.Map.of(), Pass.Mode.TRAINING, 0, Precision.FP32), x);
  }
}
