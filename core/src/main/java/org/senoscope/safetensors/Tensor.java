package org.senoscope.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor to be written.
 *
 * @param dtype of its elements
 * @param shape outermost dimension first, row-major; empty for a single number
 * @param bytes from its position to its limit, little-endian; shared, not copied, and never moved
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by value
public record Tensor(Dtype dtype, long[] shape, ByteBuffer bytes) {
  public Tensor {
    shape = shape.clone();
    bytes = bytes.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long length = TensorEntry.byteLength(dtype, shape);
    if (length != bytes.remaining()) {
      throw new IllegalArgumentException(
          "Tensor %s of shape %s takes %d bytes, was given %d"
              .formatted(dtype, Arrays.toString(shape), length, bytes.remaining()));
    }
  }

  /** A tensor of single precision. */
  public static Tensor floats(float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Tensor(Dtype.F32, shape, bytes);
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && dtype == that.dtype
        && Arrays.equals(shape, that.shape)
        && bytes.equals(that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + bytes.hashCode();
  }

  @Override
  public String toString() {
    return "%s %s".formatted(dtype, Arrays.toString(shape));
  }
}
