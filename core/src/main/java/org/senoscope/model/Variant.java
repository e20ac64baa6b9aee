package org.senoscope.model;

import java.util.Locale;

/** In which numbers a bundle's network is computed. */
public enum Variant {
  /** In floats, as it was trained: {@link Bundle#MODEL_ONNX}. Every bundle has it. */
  FLOAT,
  /**
   * Mostly in integers of 8 bits: {@link Bundle#MODEL_INT8}, where the bundle carries it. Answers
   * differ a little; calibration, thresholds and limits are those of {@link #FLOAT}.
   */
  INT8;

  /** As answers show it. */
  public String shown() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The variant that a switch asks for. */
  public static Variant int8If(boolean asked) {
    return asked ? INT8 : FLOAT;
  }
}
