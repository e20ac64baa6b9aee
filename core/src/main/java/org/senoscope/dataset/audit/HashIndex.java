package org.senoscope.dataset.audit;

import java.util.function.IntConsumer;

/**
 * Finds all 64-bit hashes within Hamming distance {@link #RADIUS} of one, without comparing all.
 *
 * <p>The bits are dealt out to four bands of 16. Two hashes at distance 10 or less differ by at
 * most 2 bits in one of the first three bands or by at most 1 in the last: otherwise they differed
 * by at least 3 + 3 + 3 + 2 = 11. So it is enough to look up, in a table per band, every value that
 * near: 428 lookups whatever the number of images, none missed. Neighbouring frequencies agree
 * among images of one kind, so each band takes every fourth bit.
 *
 * <p>Immutable; safe for several threads.
 */
final class HashIndex {
  /** The largest distance that is found. */
  static final int RADIUS = 10;

  private static final int BANDS = 4;
  private static final int BAND_BITS = 16;
  private static final int BUCKETS = 1 << BAND_BITS;

  private final long[] hashes;

  /** By band: where each value's images begin in {@link #order}; one more for the end. */
  private final int[][] starts = new int[BANDS][BUCKETS + 1];

  /** By band: the images in the order of the band's value. */
  private final int[][] order;

  HashIndex(long[] hashes) {
    this.hashes = hashes.clone();
    this.order = new int[BANDS][hashes.length];
    for (int band = 0; band < BANDS; band++) {
      int[] start = starts[band];
      for (long hash : hashes) {
        start[value(hash, band) + 1]++;
      }
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        start[bucket + 1] += start[bucket];
      }
      int[] next = start.clone();
      for (int image = 0; image < hashes.length; image++) {
        order[band][next[value(hashes[image], band)]++] = image;
      }
    }
  }

  /** Names every image at distance {@link #RADIUS} or less, each once, in no order. */
  void near(long hash, IntConsumer found) {
    for (int band = 0; band < BANDS; band++) {
      int value = value(hash, band);
      visit(hash, band, value, found);
      for (int first = 0; first < BAND_BITS; first++) {
        int one = value ^ 1 << first;
        visit(hash, band, one, found);
        if (flips(band) < 2) {
          continue;
        }
        for (int second = 0; second < first; second++) {
          visit(hash, band, one ^ 1 << second, found);
        }
      }
    }
  }

  private static int flips(int band) {
    return band < BANDS - 1 ? 2 : 1;
  }

  private void visit(long hash, int band, int bucket, IntConsumer found) {
    int[] images = order[band];
    for (int i = starts[band][bucket]; i < starts[band][bucket + 1]; i++) {
      long difference = hash ^ hashes[images[i]];
      if (Long.bitCount(difference) <= RADIUS && firstBand(difference) == band) {
        found.accept(images[i]);
      }
    }
  }

  /** The first band in which a difference is small enough to be looked up: named there alone. */
  private static int firstBand(long difference) {
    for (int band = 0; band < BANDS; band++) {
      if (Integer.bitCount(value(difference, band)) <= flips(band)) {
        return band;
      }
    }
    throw new IllegalStateException("A difference of at most 10 bits is small in some band");
  }

  /** Every fourth bit, from the band's own. */
  private static int value(long hash, int band) {
    return (int) Long.compress(hash, 0x1111111111111111L << band);
  }
}
