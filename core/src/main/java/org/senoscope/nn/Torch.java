package org.senoscope.nn;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The few calls into libtorch whose Java form is easy to get wrong, each wrapped once.
 *
 * <p>Tensors that these return belong to the PointerScope that is open, as all of JavaCPP's do.
 */
public final class Torch {
  /** Values of a mask that are made at a time. */
  private static final int MASK_PART = 1 << 12;

  private Torch() {}

  /** A number as libtorch's operators take it. */
  public static Scalar scalar(double value) {
    return new Scalar(value);
  }

  /** A tensor where one may be absent. */
  static TensorOptional some(Tensor tensor) {
    return new TensorOptional(tensor);
  }

  /** No tensor. */
  static TensorOptional none() {
    return new TensorOptional();
  }

  /** The tensor in another type; itself when it has that type. */
  static Tensor as(Tensor tensor, ScalarType type) {
    return tensor.scalar_type().intern() == type ? tensor : tensor.to(type);
  }

  /** The tensor of four dimensions with its channels last in memory; itself when they are. */
  public static Tensor channelsLast(Tensor tensor) {
    Tensor last = tensor.contiguous(MemoryFormat.ChannelsLast);
    if (last.size(1) > 1) {
      return last;
    }
    // One channel lies the same either way, and libtorch takes it for channels first unless the
    // strides say otherwise: all layers after it would then run channels first.
    long height = last.size(2);
    long width = last.size(3);
    return last.as_strided(
        new long[] {last.size(0), 1, height, width}, new long[] {height * width, 1, width, 1});
  }

  /** Zeros of float32. */
  public static Tensor zeros(long... shape) {
    return torch.zeros(shape);
  }

  /** A copy of the values as float32. */
  public static Tensor copyOf(float[] values, long... shape) {
    try (FloatPointer pointer = new FloatPointer(values)) {
      return torch.from_blob(pointer, shape, options(ScalarType.Float)).clone();
    }
  }

  /** A copy of the values as int64. */
  public static Tensor copyOf(long[] values, long... shape) {
    try (LongPointer pointer = new LongPointer(values)) {
      return torch.from_blob(pointer, shape, options(ScalarType.Long)).clone();
    }
  }

  /** A view of memory as float32, with strides in elements; the memory must outlive it. */
  public static Tensor view(FloatPointer memory, long[] shape, long[] strides) {
    return torch.from_blob(memory, shape, strides, options(ScalarType.Float));
  }

  /** The values as float32, row by row whatever the memory's order. */
  public static float[] values(Tensor tensor) {
    Tensor plain = as(tensor.detach(), ScalarType.Float).contiguous();
    float[] values = new float[Math.toIntExact(plain.numel())];
    if (values.length > 0) {
      new FloatPointer(plain.data_ptr()).get(values);
    }
    return values;
  }

  /**
   * A copy of the values of a contiguous float32 tensor, in the machine's order of bytes; it is
   * freed with the scope that is open.
   */
  public static ByteBuffer copied(Tensor tensor) {
    if (tensor.numel() == 0) {
      return ByteBuffer.allocate(0);
    }
    Tensor copy = tensor.detach().clone();
    return new FloatPointer(copy.data_ptr()).capacity(copy.numel()).asByteBuffer();
  }

  /** Options of a type, made anew: libtorch's options are mutable and not to be shared. */
  static TensorOptions options(ScalarType type) {
    return new TensorOptions(type);
  }

  /**
   * Values to multiply with: {@code 1 / keep} with probability {@code keep}, else zero. Libtorch
   * draws them one by one from its own generator, which cost a training step of a small network a
   * tenth; here that generator gives a seed, and a draw of 64 bits decides over four values, to
   * 1/65536 of {@code keep}.
   *
   * @param like gives shape, order in memory and type
   * @param keep in 0..1 without 0
   */
  static Tensor keepMask(Tensor like, double keep) {
    Tensor seed = as(zeros(1), ScalarType.Long).random_(new GeneratorOptional());
    var random = new SplittableRandom(seed.item_long());
    Tensor mask = torch.empty_like(like, options(ScalarType.Byte), new MemoryFormatOptional());
    BytePointer memory = new BytePointer(mask.data_ptr());
    int threshold = (int) Math.round(keep * (1 << 16));
    long count = mask.numel();
    byte[] part = new byte[(int) Math.min(count, MASK_PART)];
    for (long at = 0; at < count; at += part.length) {
      long bits = 0;
      for (int i = 0; i < part.length; i++) {
        bits = i % 4 == 0 ? random.nextLong() : bits >>> 16;
        part[i] = (byte) ((bits & 0xFFFF) < threshold ? 1 : 0);
      }
      memory.position(at).put(part, 0, (int) Math.min(part.length, count - at));
    }
    return as(mask, like.scalar_type().intern()).mul_(scalar(1 / keep));
  }

  /** How many threads an operator uses. */
  public static void threads(int threads) {
    torch.set_num_threads(threads);
  }

  /** Sets the seed of libtorch's own random numbers (initial weights, dropout). */
  public static void seed(long seed) {
    torch.manual_seed(seed);
  }
}
