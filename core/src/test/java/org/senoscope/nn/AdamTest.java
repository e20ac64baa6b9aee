package org.senoscope.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds our optimiser against libtorch's own, step by step. */
class AdamTest {
  private static final Network NETWORK =
      Families.cnn(
          new Families.Shape(1, 8, 8, List.of(new Families.Output("t", 2))),
          List.of(4),
          1,
          true,
          false,
          0,
          List.of(),
          0);

  @ParameterizedTest
  @CsvSource({"true,0", "true,0.1", "false,0", "false,0.01"})
  void movesAsLibtorchDoes(boolean decoupled, double decay) {
    double rate = 0.01;
    try (Net net = new Net(NETWORK, 3);
        Adam ours = new Adam(net, decoupled);
        var _ = new PointerScope()) {
      Tensor theirs = net.values(Net.Group.BODY_DECAYED).detach().clone();
      theirs.set_requires_grad(true);
      TensorVector vector = new TensorVector(theirs);
      Optimizer peer = peer(vector, decoupled, rate, decay);
      Random random = new Random(1);
      for (int step = 0; step < 25; step++) {
        float[] gradient = new float[Math.toIntExact(theirs.numel())];
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] = (float) random.nextGaussian();
        }
        try (var _ = new NoGradGuard()) {
          net.gradients(Net.Group.BODY_DECAYED).copy_(Torch.copyOf(gradient, gradient.length));
          theirs.mutable_grad().put(Torch.copyOf(gradient, gradient.length));
        }
        ours.step(Paces.all(rate, decay));
        peer.step();
        float[] found = Torch.values(net.values(Net.Group.BODY_DECAYED));
        float[] wanted = Torch.values(theirs);
        for (int i = 0; i < wanted.length; i++) {
          assertThat((double) found[i]).as("step %d", step).isCloseTo(wanted[i], within(1e-6));
        }
      }
    }
  }

  private static Optimizer peer(TensorVector vector, boolean decoupled, double rate, double decay) {
    if (decoupled) {
      AdamWOptions options = new AdamWOptions(rate);
      options.weight_decay().put(decay);
      return new org.bytedeco.pytorch.AdamW(vector, options);
    }
    AdamOptions options = new AdamOptions(rate);
    options.weight_decay().put(decay);
    return new org.bytedeco.pytorch.Adam(vector, options);
  }
}
