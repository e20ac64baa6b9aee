package org.senoscope.safetensors;

import java.util.Optional;

/** What a tensor's elements are; the constants bear the format's own names. All little-endian. */
public enum Dtype {
  /** True or false, one byte each. */
  BOOL(1),
  /** Unsigned, 8 bits. */
  U8(1),
  /** Signed, 8 bits. */
  I8(1),
  /** Floating point, 8 bits: 5 of exponent, 2 of fraction. */
  F8_E5M2(1),
  /** Floating point, 8 bits: 4 of exponent, 3 of fraction. */
  F8_E4M3(1),
  /** Powers of two, 8 bits of exponent. */
  F8_E8M0(1),
  /** Signed, 16 bits. */
  I16(2),
  /** Unsigned, 16 bits. */
  U16(2),
  /** IEEE half precision. */
  F16(2),
  /** The upper half of IEEE single precision. */
  BF16(2),
  /** Signed, 32 bits. */
  I32(4),
  /** Unsigned, 32 bits. */
  U32(4),
  /** IEEE single precision. */
  F32(4),
  /** Complex: two of IEEE single precision. */
  C64(8),
  /** Signed, 64 bits. */
  I64(8),
  /** Unsigned, 64 bits. */
  U64(8),
  /** IEEE double precision. */
  F64(8);

  private final int size;

  Dtype(int size) {
    this.size = size;
  }

  /** Bytes of one element. */
  public int size() {
    return size;
  }

  /** The type of a name in a header; empty for one that is not known here. */
  static Optional<Dtype> named(String name) {
    for (Dtype dtype : values()) {
      if (dtype.name().equals(name)) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
  }
}
