package org.senoscope.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.senoscope.study.Task;

/** What a mask head does to the labels where it guides them. */
class MaskHeadTest {
  private static final Families.Shape ODD =
      new Families.Shape(
          1,
          90,
          100,
          List.of(Families.Output.of(new Task("pathology", List.of("normal", "lesion")))));

  private static Network network(int height, int width, boolean guides) {
    Families.Shape shape = new Families.Shape(1, height, width, ODD.outputs());
    return Families.cnn(shape, List.of(8, 16, 32), 1, true, false, 0, List.of(), 0)
        .withMask(8, guides);
  }

  private static Tensor images() {
    return Torch.zeros(3, 1, 96, 96).uniform_(0, 1, new org.bytedeco.pytorch.GeneratorOptional());
  }

  private static float[] logits(Net net, Tensor images) {
    return Torch.values(net.forward(images, false, Precision.FP32).logits().getFirst());
  }

  /** Where every place is as likely a lesion, the weighted mean is the mean. */
  @Test
  void aMaskThatTellsNothingChangesNothing() {
    try (Net plain = new Net(network(96, 96, false), 5);
        Net guided = new Net(network(96, 96, true), 5);
        var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      Tensor images = images();
      float[] mean = logits(plain, images);
      assertThat(logits(guided, images)).isNotEqualTo(mean);
      guided.tensor("mask.out.weight").zero_();
      assertThat(logits(guided, images)).containsExactly(mean, within(1e-5f));
    }
  }

  /** Weights are all above 0, their mean is 1, and the place of the lesion has the most. */
  @Test
  void theLesionsPlaceCountsMost() {
    MaskHead head = network(90, 100, true).mask().orElseThrow();
    try (var _ = new PointerScope()) {
      Tensor odds = Torch.zeros(1, 1, head.rows(), head.columns()).sub(Torch.scalar(6));
      int row = 9;
      int column = 22;
      odds.narrow(2, row, 2).narrow(3, column, 2).fill_(Torch.scalar(6));
      MaskHead.Level last = head.levels().getFirst();
      float[] weights = Torch.values(head.weights(odds));
      assertThat(weights).hasSize(last.height() * last.width());
      double sum = 0;
      int most = 0;
      for (int place = 0; place < weights.length; place++) {
        assertThat(weights[place]).isPositive();
        sum += weights[place];
        most = weights[place] > weights[most] ? place : most;
      }
      assertThat(sum / weights.length).isCloseTo(1, within(1e-5));
      assertThat(most / last.width()).isEqualTo(row * last.height() / head.rows());
      assertThat(most % last.width()).isEqualTo(column * last.width() / head.columns());
    }
  }

  /** Where to look is learned from outlines alone; what to say there moves the trunk and heads. */
  @Test
  void theLabelsLossDoesNotMoveTheMask() {
    try (Net net = new Net(network(96, 96, true), 5);
        var _ = new PointerScope()) {
      net.zeroGradients();
      net.forward(images(), true, Precision.FP32).logits().getFirst().square().sum().backward();
      for (ParameterSpec spec : net.specs()) {
        if (spec.role() != ParameterSpec.Role.STATISTIC) {
          float[] gradient = Torch.values(net.tensor(spec.name()).grad());
          if (spec.name().startsWith("mask.")) {
            assertThat(gradient).as(spec.name()).containsOnly(0);
          } else if (spec.role() == ParameterSpec.Role.WEIGHT) {
            assertThat(gradient)
                .as(spec.name())
                .satisfies(values -> assertThat(values).isNotEqualTo(new float[values.length]));
          }
        }
      }
    }
  }

  @Test
  void aFullyConnectedNetworkCannotBeGuided() {
    Network dense = Families.cnn(ODD, List.of(8, 16), 1, true, false, 0, List.of(32), 0);
    assertThat(dense.withMask(8, false).guided()).isFalse();
    assertThatThrownBy(() -> dense.withMask(8, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leave out dense, or masks.guides");
  }
}
