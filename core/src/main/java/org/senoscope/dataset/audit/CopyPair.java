package org.senoscope.dataset.audit;

import org.senoscope.image.likeness.Symmetry;

/**
 * Two images of which one is a copy of the other.
 *
 * @param a place of the one in the manifest
 * @param b place of the other, after {@code a}
 * @param kind how they agree
 * @param way how the one was turned or mirrored to make the other; which of the two is not told
 * @param correlation of their textures where they overlap, 0..1; 1 for exact copies
 */
record CopyPair(int a, int b, Kind kind, Symmetry way, double correlation) {
  /** How two images agree. */
  enum Kind {
    /** The same bytes, or the same pixels. */
    EXACT,
    /** The same image at another size, crop, quality, brightness, mirrored or turned. */
    NEAR
  }

  CopyPair {
    if (a < 0 || a >= b) {
      throw new IllegalArgumentException(
          "A pair names the earlier image first, was %d and %d".formatted(a, b));
    }
  }
}
