package org.senoscope.safetensors;

import java.util.Arrays;

/**
 * Where a tensor lies and how it is to be read.
 *
 * @param dtype of its elements
 * @param shape outermost dimension first, row-major; empty for a single number
 * @param begin of its bytes, counted from the end of the header
 * @param end of its bytes, exclusive
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by value
public record TensorEntry(Dtype dtype, long[] shape, long begin, long end) {
  public TensorEntry {
    shape = shape.clone();
    long length = byteLength(dtype, shape);
    if (begin < 0 || end < begin || end - begin != length) {
      throw new IllegalArgumentException(
          "bytes %d to %d do not hold %s of shape %s, which takes %d bytes"
              .formatted(begin, end, dtype, Arrays.toString(shape), length));
    }
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** Bytes it takes. */
  public long length() {
    return end - begin;
  }

  /** How many elements it has. */
  public long elements() {
    return length() / dtype.size();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorEntry that
        && dtype == that.dtype
        && Arrays.equals(shape, that.shape)
        && begin == that.begin
        && end == that.end;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Long.hashCode(begin);
  }

  @Override
  public String toString() {
    return "%s %s at %d..%d".formatted(dtype, Arrays.toString(shape), begin, end);
  }

  /**
   * Bytes that a tensor takes.
   *
   * @throws IllegalArgumentException when a dimension is below 0 or the product passes 2^63 - 1
   */
  static long byteLength(Dtype dtype, long[] shape) {
    long length = dtype.size();
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "shape %s has a dimension below 0".formatted(Arrays.toString(shape)));
      }
      try {
        length = Math.multiplyExact(length, dimension);
      } catch (ArithmeticException overflow) {
        throw new IllegalArgumentException(
            "shape %s is too large to count its bytes".formatted(Arrays.toString(shape)), overflow);
      }
    }
    return length;
  }
}
