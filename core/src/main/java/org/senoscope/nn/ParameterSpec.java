package org.senoscope.nn;

/**
 * A tensor that a layer owns.
 *
 * @param name unique in the network, as in its weights file
 * @param shape convolution (out, in / groups, height, width); linear (out, in); else (channels)
 * @param role how it is treated
 * @param start what it holds before training
 */
// Read by libtorch as an array at every use; two specs are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record ParameterSpec(String name, long[] shape, Role role, Start start) {
  /** How a tensor is treated in training. */
  public enum Role {
    /** Trained, with weight decay. */
    WEIGHT,
    /** Trained, without weight decay: biases, and the scale and shift of batch norm. */
    PLAIN,
    /** Not trained: the running statistics of batch norm. */
    STATISTIC
  }

  /** What a tensor holds before training. */
  public sealed interface Start {
    /** One value everywhere. */
    record Constant(double value) implements Start {}

    /** Normal with mean 0. Source: He et al. 2015, variance 2 / fan out. */
    record Normal(double deviation) implements Start {}

    /** Uniform between minus and plus {@code bound}. */
    record Uniform(double bound) implements Start {}
  }

  /** How many numbers it holds. */
  public long size() {
    long size = 1;
    for (long side : shape) {
      size *= side;
    }
    return size;
  }
}
