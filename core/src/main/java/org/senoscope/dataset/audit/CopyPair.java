package org.senoscope.dataset.audit;

/**
 * Two images of which one is a copy of the other.
 *
 * @param a place of the one in the manifest
 * @param b place of the other, after {@code a}
 * @param kind how they agree
 * @param mirrored whether one is the mirror image of the other
 * @param correlation of their textures where they overlap, 0..1; 1 for exact copies
 */
record CopyPair(int a, int b, Kind kind, boolean mirrored, double correlation) {
  /** How two images agree. */
  enum Kind {
    /** The same bytes, or the same pixels. */
    EXACT,
    /** The same image at another size, crop, quality, brightness, or mirrored. */
    NEAR
  }

  CopyPair {
    if (a < 0 || a >= b) {
      throw new IllegalArgumentException(
          "A pair names the earlier image first, was %d and %d".formatted(a, b));
    }
  }
}
