package org.senoscope.dataset.audit;

import java.util.List;
import org.senoscope.image.likeness.PictureHash;

/**
 * Finds all hashes near one, or near its complement, by comparing with each.
 *
 * <p>Two numbers tell most strangers from copies, so that the comparison with one stranger takes
 * about a nanosecond: no index of so many bits is faster below a million of images.
 *
 * <p>Immutable; safe for several threads.
 */
final class HashIndex {
  /** Of 256 bits, the most that differ. */
  static final int RADIUS = 76;

  /** Of the 128 bits of the lower frequencies, in which copies differ least. */
  static final int LOWER_RADIUS = 48;

  private static final int LONGS = 4;

  private final int size;
  private final long[] hashes;

  /** Takes a hash that was found. */
  @FunctionalInterface
  interface Found {
    /** A place, and whether the complement is near and not the hash itself. */
    void at(int place, boolean negative);
  }

  HashIndex(List<PictureHash> hashes) {
    this.size = hashes.size();
    this.hashes = new long[LONGS * size];
    for (int place = 0; place < size; place++) {
      PictureHash hash = hashes.get(place);
      this.hashes[LONGS * place] = hash.a();
      this.hashes[LONGS * place + 1] = hash.b();
      this.hashes[LONGS * place + 2] = hash.c();
      this.hashes[LONGS * place + 3] = hash.d();
    }
  }

  /**
   * Names every hash near this one, each once, in ascending order.
   *
   * @param before places from here on are not looked at
   */
  void near(PictureHash hash, int before, Found found) {
    long a = hash.a();
    long b = hash.b();
    for (int place = 0, at = 0; place < Math.min(before, size); place++, at += LONGS) {
      int lower = Long.bitCount(a ^ hashes[at]) + Long.bitCount(b ^ hashes[at + 1]);
      if (lower <= LOWER_RADIUS || lower >= 2 * Long.SIZE - LOWER_RADIUS) {
        int all =
            lower
                + Long.bitCount(hash.c() ^ hashes[at + 2])
                + Long.bitCount(hash.d() ^ hashes[at + 3]);
        if (lower <= LOWER_RADIUS ? all <= RADIUS : all >= PictureHash.BITS - RADIUS) {
          found.at(place, lower > LOWER_RADIUS);
        }
      }
    }
  }
}
