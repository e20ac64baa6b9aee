package org.senoscope.nn;

import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Adam (Kingma and Ba 2015), and AdamW (Loshchilov and Hutter 2019) where decay is decoupled, over
 * the flat groups of a {@link Net}. Gives the numbers of libtorch's own optimisers, whose state it
 * keeps in tensors that a checkpoint can hold.
 *
 * <p>Not safe for use by several threads.
 */
public final class Adam implements AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final Net net;
  private final boolean decoupled;
  private final Map<Net.Group, Tensor> first = new EnumMap<>(Net.Group.class);
  private final Map<Net.Group, Tensor> second = new EnumMap<>(Net.Group.class);
  private final PointerScope scope;
  private long steps;

  /**
   * How far and how a group moves in one step.
   *
   * @param rate learning rate, at least 0
   * @param decay weight decay, at least 0
   */
  public record Pace(double rate, double decay) {}

  /**
   * An optimiser at its start.
   *
   * @param decoupled whether decay shrinks the weights themselves (AdamW) or joins the gradient
   */
  public Adam(Net net, boolean decoupled) {
    this.net = net;
    this.decoupled = decoupled;
    this.scope = new PointerScope();
    try {
      for (Net.Group group : Net.Group.values()) {
        first.put(group, Torch.zeros(net.values(group).numel()));
        second.put(group, Torch.zeros(net.values(group).numel()));
      }
    } finally {
      scope.extend();
      scope.close();
    }
  }

  /**
   * Moves every group by its gradients.
   *
   * @param pace for each group
   */
  public void step(Map<Net.Group, Pace> pace) {
    steps++;
    double correction1 = 1 - Math.pow(BETA1, (double) steps);
    double correction2 = Math.sqrt(1 - Math.pow(BETA2, (double) steps));
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      for (Net.Group group : Net.Group.values()) {
        Pace own = pace.get(group);
        if (own == null) {
          throw new IllegalArgumentException("No pace for group " + group);
        }
        Tensor value = net.values(group);
        if (value.numel() == 0) {
          continue;
        }
        Tensor gradient = net.gradients(group);
        if (own.decay() > 0) {
          if (decoupled) {
            value.mul_(Torch.scalar(1 - own.rate() * own.decay()));
          } else {
            gradient.add_(value, Torch.scalar(own.decay()));
          }
        }
        Tensor mean = java.util.Objects.requireNonNull(first.get(group));
        Tensor square = java.util.Objects.requireNonNull(second.get(group));
        mean.lerp_(gradient, Torch.scalar(1 - BETA1));
        square.mul_(Torch.scalar(BETA2)).addcmul_(gradient, gradient, Torch.scalar(1 - BETA2));
        Tensor divisor = square.sqrt().div_(Torch.scalar(correction2)).add_(Torch.scalar(EPSILON));
        value.addcdiv_(mean, divisor, Torch.scalar(-own.rate() / correction1));
      }
    }
  }

  /** How many steps were made. */
  public long steps() {
    return steps;
  }

  /** Goes on after so many steps; the moments are to be set beside. */
  public void resume(long stepsMade) {
    steps = stepsMade;
  }

  /** The running mean of a group's gradients; belongs to this. */
  public Tensor mean(Net.Group group) {
    return java.util.Objects.requireNonNull(first.get(group));
  }

  /** The running mean of a group's squared gradients; belongs to this. */
  public Tensor square(Net.Group group) {
    return java.util.Objects.requireNonNull(second.get(group));
  }

  @Override
  public void close() {
    scope.deallocate();
  }
}
