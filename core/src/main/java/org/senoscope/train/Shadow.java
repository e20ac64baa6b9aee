package org.senoscope.train;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.senoscope.nn.Net;
import org.senoscope.nn.Torch;

/** A second set of a net's weights and statistics: a moving average, or the best so far. */
final class Shadow implements AutoCloseable {
  private final Net net;
  private final Map<Net.Group, Tensor> values = new EnumMap<>(Net.Group.class);
  private final Tensor statistics;
  private final PointerScope scope = new PointerScope();

  /** A copy of the net as it is. */
  Shadow(Net net) {
    this.net = net;
    try (var _ = new NoGradGuard()) {
      for (Net.Group group : Net.Group.values()) {
        values.put(group, net.values(group).clone());
      }
      statistics = net.statistics().clone();
    } finally {
      scope.extend();
      scope.close();
    }
  }

  /**
   * Moves towards the net.
   *
   * @param share of the net in the result, 0..1; 1 copies it
   */
  void follow(double share) {
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      values.forEach((group, own) -> own.lerp_(net.values(group), Torch.scalar(share)));
      statistics.lerp_(net.statistics(), Torch.scalar(share));
    }
  }

  /** Takes another shadow's values over. */
  void copy(Shadow other) {
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      values.forEach((group, own) -> own.copy_(other.values(group)));
      statistics.copy_(other.statistics);
    }
  }

  /** Exchanges this with the net's own weights: a second call undoes the first. */
  void swap() {
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      values.forEach((group, own) -> swap(own, net.values(group)));
      swap(statistics, net.statistics());
    }
  }

  private static void swap(Tensor a, Tensor b) {
    Tensor kept = a.clone();
    a.copy_(b);
    b.copy_(kept);
  }

  Tensor values(Net.Group group) {
    return Objects.requireNonNull(values.get(group));
  }

  Tensor statistics() {
    return statistics;
  }

  @Override
  public void close() {
    scope.deallocate();
  }
}
