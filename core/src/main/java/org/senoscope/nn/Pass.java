package org.senoscope.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass: the tensors it reads and how it computes.
 *
 * @param tensors by name
 * @param mode what the pass is for
 * @param momentum share of this batch in batch norm's running statistics; only in {@link
 *     Mode#STATISTICS}
 * @param precision which layers compute in bf16
 * @param laterals receives what {@link Layer.Lateral} hands on
 * @param clamp clamps values with a gradient; absent where libtorch's own is to do
 */
public record Pass(
    Map<String, Tensor> tensors,
    Mode mode,
    double momentum,
    Precision precision,
    List<Tensor> laterals,
    @Nullable Clamp clamp) {
  /** A pass that has handed nothing on yet, with libtorch's own clamp. */
  public Pass(Map<String, Tensor> tensors, Mode mode, double momentum, Precision precision) {
    this(tensors, mode, momentum, precision, new ArrayList<>(), null);
  }

  /** What a pass is for. */
  public enum Mode {
    /** Batch norm uses the batch's own statistics, dropout drops. */
    TRAINING,
    /** Batch norm uses the batch's own statistics and counts them; nothing is dropped. */
    STATISTICS,
    /** Batch norm uses the running statistics; nothing is dropped. */
    EVALUATION
  }

  /** The same for layers that learn nothing: as in evaluation, but where statistics are counted. */
  Pass ofFrozen() {
    return mode == Mode.TRAINING
        ? new Pass(tensors, Mode.EVALUATION, momentum, precision, laterals, null)
        : this;
  }

  /** Whether batch norm is fixed, so that it can be part of the convolution before it. */
  boolean folds() {
    return mode == Mode.EVALUATION;
  }

  boolean drops() {
    return mode == Mode.TRAINING;
  }

  Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalStateException("The network has no tensor " + name);
    }
    return tensor;
  }
}
