package org.senoscope.onnx.quantise;

/**
 * How real numbers are held in 8 bits without sign: {@code real = scale × (stored - zeroPoint)}, 0
 * itself being held exactly, since pictures are padded with it. Source: QuantizeLinear of ONNX; the
 * parameters are those of ONNX Runtime's own quantiser, so that a golden file of its holds them.
 *
 * @param scale of one step, above 0
 * @param zeroPoint what 0 is stored as, 0 to 255
 */
public record Affine(float scale, int zeroPoint) {
  /** Steps from the lowest to the highest. */
  public static final int STEPS = 255;

  public Affine {
    if (!(scale > 0) || !Float.isFinite(scale) || zeroPoint < 0 || zeroPoint > STEPS) {
      throw new IllegalArgumentException(
          "A scale must be above 0 and finite and a zero point 0 to %d, were %s and %d"
              .formatted(STEPS, scale, zeroPoint));
    }
  }

  /** Such that a range and 0 can be held; where the range is nothing but 0, steps of 1. */
  public static Affine of(Range range) {
    double low = Math.min(0, range.low());
    double high = Math.max(0, range.high());
    float scale = (float) ((high - low) / STEPS);
    if (scale < Float.MIN_NORMAL) {
      return new Affine(1, 0);
    }
    return new Affine(scale, (int) Math.clamp(Math.rint(-low / scale), 0, STEPS));
  }

  /** As it is stored, 0 to 255; of two that are as near the even one. */
  public int quantise(float real) {
    return (int) Math.clamp(Math.rint(real / scale) + zeroPoint, 0, STEPS);
  }

  /** What is stored, as a real number. */
  public float dequantise(int stored) {
    return scale * (stored - zeroPoint);
  }

  /** The least and the most that can be held. */
  public Range range() {
    return new Range(dequantise(0), dequantise(STEPS));
  }
}
