package org.senoscope.image.likeness;

import org.senoscope.image.PerceptualHash;

/**
 * A hash of 256 bits of a picture's texture: which of the 16 × 16 lowest frequencies of its cosine
 * transform are above their median. Copies of a picture differ in few bits, strangers in about
 * half; the limits in use, and what they were measured on, are in
 * docs/decisions/0011-near-duplicates.md. A picture in black for white has the complement.
 *
 * @param a the lowest four vertical frequencies, 16 horizontal ones each
 * @param b the next four
 * @param c the next four
 * @param d the highest four
 */
public record PictureHash(long a, long b, long c, long d) {
  /** Of a picture without structure; like no other. */
  public static final PictureHash BLANK = new PictureHash(0, 0, 0, 0);

  /** Bits. */
  public static final int BITS = 256;

  private static final int FREQUENCIES = 16;

  /**
   * The hash of a texture.
   *
   * @param texture of side 32
   */
  public static PictureHash of(Texture texture) {
    if (texture.isFlat()) {
      return BLANK;
    }
    long[] signs = PerceptualHash.signs(texture.asImage(), FREQUENCIES);
    return new PictureHash(signs[0], signs[1], signs[2], signs[3]);
  }

  /** Whether there was nothing to hash. */
  public boolean isBlank() {
    return equals(BLANK);
  }

  /** In how many of the 256 bits two hashes differ. */
  public int distance(PictureHash other) {
    return Long.bitCount(a ^ other.a)
        + Long.bitCount(b ^ other.b)
        + Long.bitCount(c ^ other.c)
        + Long.bitCount(d ^ other.d);
  }
}
