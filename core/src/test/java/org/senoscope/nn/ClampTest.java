package org.senoscope.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.senoscope.study.Task;

class ClampTest {
  private static final int SIDE = 96;

  /** Around both limits, with values on them. */
  private static float[] values(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i % 7 == 0 ? 6 : i % 5 == 0 ? 0 : (float) random.nextDouble(-3, 9);
    }
    return values;
  }

  /** Three clamps of three shapes, one after the other, as layers are. */
  private static List<float[]> gradients(@Nullable Clamp clamp, int clamps) {
    try (var _ = new PointerScope()) {
      List<Tensor> leaves = new ArrayList<>();
      Tensor sum = Torch.zeros(1);
      Tensor above = Torch.copyOf(values(12, 9), 12);
      for (int layer = 0; layer < clamps; layer++) {
        Tensor leaf = Torch.copyOf(values(12 * (layer + 1), layer), layer + 1, 12);
        leaf.set_requires_grad(true);
        leaves.add(leaf);
        Tensor x = leaf.mul(Torch.scalar(1.25)).add(above);
        Tensor y =
            new Layer.Relu6()
                .forward(
                    new Pass(
                        java.util.Map.of(),
                        Pass.Mode.TRAINING,
                        0,
                        Precision.FP32,
                        new ArrayList<>(),
                        clamp),
                    x);
        sum = sum.add(y.mul(y).sum());
        above = y.sum(0);
      }
      sum.backward();
      return leaves.stream().map(leaf -> Torch.values(leaf.grad())).toList();
    }
  }

  @Test
  void gradientsAreThoseOfLibtorchToTheBit() {
    try (Clamp clamp = new Clamp()) {
      for (int clamps = 1; clamps <= 4; clamps++) {
        List<float[]> own = gradients(clamp, clamps);
        List<float[]> plain = gradients(null, clamps);
        assertThat(own).hasSameSizeAs(plain);
        for (int layer = 0; layer < clamps; layer++) {
          assertThat(own.get(layer)).isEqualTo(plain.get(layer));
        }
      }
    }
  }

  /** With residual paths, and each layer's activations used where a network uses them. */
  @Test
  void aNetworksGradientsAreThoseOfLibtorchToTheBit() {
    Task task = new Task(Task.PATHOLOGY, List.of("benign", "malignant"));
    Network network =
        Families.efficientNetLite0(
            new Families.Shape(3, SIDE, SIDE, List.of(Families.Output.of(task))), 0.2, 0.2);
    try (Net net = new Net(network, 3);
        var _ = new PointerScope()) {
      float[] own = gradients(net, true);
      float[] plain = gradients(net, false);
      assertThat(own).isEqualTo(plain);
      float most = 0;
      for (float each : own) {
        most = Math.max(most, Math.abs(each));
      }
      assertThat(most).isPositive();
      // A pass whose gradients nobody asks for leaves nothing to the next.
      var _ = net.forward(images(), true, Precision.FP32);
      assertThat(gradients(net, true)).isEqualTo(plain);
    }
  }

  private static Tensor images() {
    return Torch.channelsLast(Torch.copyOf(values(2 * 3 * SIDE * SIDE, 5), 2, 3, SIDE, SIDE));
  }

  private static float[] gradients(Net net, boolean own) {
    net.zeroGradients();
    Torch.seed(1);
    Tensor logits;
    if (own) {
      logits = net.forward(images(), true, Precision.FP32).logits().getFirst();
    } else {
      java.util.Map<String, Tensor> tensors = new java.util.HashMap<>();
      net.specs().forEach(spec -> tensors.put(spec.name(), net.tensor(spec.name())));
      Pass pass = new Pass(tensors, Pass.Mode.TRAINING, 0, Precision.FP32);
      Tensor maps = net.network().trunk().forward(pass, images());
      Tensor features = net.network().neck().forward(pass, maps);
      logits = net.network().heads().getFirst().layer().forward(pass, features);
    }
    logits.mul(logits).sum().backward();
    return Torch.values(net.gradients(Net.Group.BODY_DECAYED));
  }

  @Test
  void anotherOrderThanThatOfTheClampsIsToldAndNotComputed() {
    try (Clamp clamp = new Clamp();
        var _ = new PointerScope()) {
      Tensor one = Torch.copyOf(values(6, 1), 6);
      one.set_requires_grad(true);
      Tensor other = Torch.copyOf(values(8, 2), 8);
      other.set_requires_grad(true);
      Tensor first = clamp.within0And6(one.mul(Torch.scalar(2)));
      var _ = clamp.within0And6(other.mul(Torch.scalar(2))); // leads nowhere
      assertThatThrownBy(() -> first.sum().backward()).hasMessageContaining("order");
    }
  }

  @Test
  void theOverwrittenTensorItselfHoldsTheResult() {
    try (Clamp clamp = new Clamp();
        var _ = new PointerScope()) {
      Tensor leaf = Torch.copyOf(new float[] {-1, 0, 3, 6, 8}, 5);
      leaf.set_requires_grad(true);
      Tensor x = leaf.mul(Torch.scalar(1));
      Tensor y = clamp.within0And6(x);
      assertThat(Torch.values(x)).containsExactly(0, 0, 3, 6, 6);
      assertThat(torch.equal(x, y)).isTrue();
    }
  }
}
