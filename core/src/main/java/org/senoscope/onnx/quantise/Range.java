package org.senoscope.onnx.quantise;

/**
 * From the least to the most that a tensor's values are.
 *
 * @param low at most {@code high}; may be infinite
 * @param high at least {@code low}; may be infinite
 */
public record Range(double low, double high) {
  /** Of any value. */
  public static final Range ALL = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  public Range {
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "A range must go from low to high, was %s to %s".formatted(low, high));
    }
  }

  /** What of it lies in another; an end of that where none does. */
  public Range within(Range other) {
    return new Range(
        Math.clamp(low, other.low, other.high), Math.clamp(high, other.low, other.high));
  }
}
