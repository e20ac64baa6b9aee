package org.senoscope.nn;

import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * In which type the convolutions compute. Weights, optimiser and batch norm's statistics are always
 * float32; what lies between convolutions keeps the type of the last one.
 *
 * <p>Depthwise convolutions lose in bf16 on CPU (libtorch 2.10): their backward pass is 3 to 8
 * times slower for stride 2 and for kernels of 5×5, so the sparing modes keep those in float32.
 */
public enum Precision {
  /** Everything in float32. */
  FP32("fp32"),
  /** bf16 everywhere but the stem and all depthwise convolutions. */
  BF16_SPARING("bf16-sparing"),
  /** bf16 everywhere but the stem and the depthwise convolutions of stride 2 or 5×5. */
  BF16_MIXED("bf16-mixed"),
  /** bf16 in every convolution. */
  BF16("bf16");

  private final String label;

  Precision(String label) {
    this.label = label;
  }

  /** As recipes name it. */
  public String label() {
    return label;
  }

  ScalarType of(Layer.Conv conv) {
    boolean half =
        switch (this) {
          case FP32 -> false;
          case BF16 -> true;
          case BF16_SPARING -> !stem(conv) && !conv.depthwise();
          case BF16_MIXED ->
              !stem(conv) && !(conv.depthwise() && (conv.stride() > 1 || conv.kernel() > 3));
        };
    return half ? ScalarType.BFloat16 : ScalarType.Float;
  }

  private static boolean stem(Layer.Conv conv) {
    return conv.in() <= 3;
  }
}
