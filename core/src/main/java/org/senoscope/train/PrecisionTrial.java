package org.senoscope.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.senoscope.files.Json;
import org.senoscope.nn.Adam;
import org.senoscope.nn.Layer;
import org.senoscope.nn.Net;
import org.senoscope.nn.Network;
import org.senoscope.nn.Precision;
import org.senoscope.nn.Torch;
import org.senoscope.work.Progress;

/**
 * Finds the precision in which a network trains fastest on this machine, by a few steps of each on
 * made images. bf16 wins on processors that have it, and loses on some networks even there.
 */
final class PrecisionTrial {
  /** What a faster precision must gain before float32 is left. */
  private static final double WORTHWHILE = 1.08;

  /** After a first step this much slower than the best so far, a precision is not tried further. */
  private static final double HOPELESS = 2.5;

  private PrecisionTrial() {}

  /**
   * The choice and its evidence.
   *
   * @param precision the fastest, or float32 where none gains enough
   * @param secondsPerStep of each that was tried to the end
   */
  record Outcome(Precision precision, Map<Precision, Double> secondsPerStep) {
    ObjectNode toJson() {
      ObjectNode json = Json.object("precision").put("precision", precision.label());
      ObjectNode seconds = json.putObject("secondsPerStep");
      secondsPerStep.forEach((each, time) -> seconds.put(each.label(), time));
      return json;
    }
  }

  static Outcome run(Network network, int batch, Progress progress) {
    List<Precision> candidates =
        hasDepthwise(network.trunk())
            ? List.of(Precision.FP32, Precision.BF16_SPARING, Precision.BF16_MIXED)
            : List.of(Precision.FP32, Precision.BF16);
    Map<Precision, Double> seconds = new EnumMap<>(Precision.class);
    double best = Double.MAX_VALUE;
    try (Progress.Stage stage = progress.stage("choosing precision", candidates.size())) {
      for (Precision candidate : candidates) {
        double taken = time(network, batch, candidate, best);
        if (Double.isFinite(taken)) {
          seconds.put(candidate, taken);
          best = Math.min(best, taken);
        }
        stage.advance(1, candidate.label());
      }
    }
    double plain = seconds.getOrDefault(Precision.FP32, Double.MAX_VALUE);
    Precision chosen = Precision.FP32;
    double chosenTime = plain / WORTHWHILE;
    for (Map.Entry<Precision, Double> each : seconds.entrySet()) {
      if (each.getKey() != Precision.FP32 && each.getValue() < chosenTime) {
        chosen = each.getKey();
        chosenTime = each.getValue();
      }
    }
    return new Outcome(chosen, seconds);
  }

  private static boolean hasDepthwise(Layer layer) {
    return switch (layer) {
      case Layer.Conv conv -> conv.depthwise();
      case Layer.Sequence sequence ->
          sequence.layers().stream().anyMatch(PrecisionTrial::hasDepthwise);
      case Layer.Residual residual -> hasDepthwise(residual.body());
      case Layer.BatchNorm _, Layer.Relu _, Layer.Relu6 _, Layer.MaxPool _ -> false;
      case Layer.GlobalAverage _, Layer.Flatten _, Layer.Linear _ -> false;
      case Layer.Dropout _, Layer.Tap _, Layer.Lateral _, Layer.StageEnd _ -> false;
    };
  }

  /** The median of a few steps after a first; infinite when the first is hopeless. */
  private static double time(Network network, int batch, Precision precision, double best) {
    Map<Net.Group, Adam.Pace> pace = new EnumMap<>(Net.Group.class);
    for (Net.Group group : Net.Group.values()) {
      pace.put(group, new Adam.Pace(0, 0));
    }
    try (Net net = new Net(network, 1);
        Adam adam = new Adam(net, true);
        var _ = new PointerScope()) {
      Tensor images =
          Torch.channelsLast(
              torch.randn(batch, network.channels(), network.height(), network.width()));
      Tensor truth = Torch.copyOf(new long[batch], batch);
      double first = step(net, adam, images, truth, precision, pace);
      if (first > HOPELESS * best) {
        return Double.POSITIVE_INFINITY;
      }
      // Small networks need more steps for a time that can be told from noise.
      int steps = first > 0.1 ? 3 : first > 0.05 ? 5 : 11;
      double[] times = new double[steps];
      for (int i = 0; i < steps; i++) {
        times[i] = step(net, adam, images, truth, precision, pace);
      }
      java.util.Arrays.sort(times);
      return times[steps / 2];
    }
  }

  private static double step(
      Net net,
      Adam adam,
      Tensor images,
      Tensor truth,
      Precision precision,
      Map<Net.Group, Adam.Pace> pace) {
    long begun = System.nanoTime();
    try (var _ = new PointerScope()) {
      net.zeroGradients();
      Tensor loss;
      try (var _ = new PointerScope()) {
        loss =
            torch.cross_entropy_loss(
                net.forward(images, true, precision).logits().getFirst(), truth);
        loss.retainReference();
      }
      loss.backward();
      loss.releaseReference();
      adam.step(pace);
    }
    return (System.nanoTime() - begun) / 1e9;
  }
}
