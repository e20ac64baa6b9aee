package org.senoscope.dataset.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.image.likeness.PictureHash;

class HashIndexTest {
  private static PictureHash random(SplittableRandom random) {
    return new PictureHash(
        random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  private static PictureHash complement(PictureHash hash) {
    return new PictureHash(~hash.a(), ~hash.b(), ~hash.c(), ~hash.d());
  }

  /** Flips so many bits of each number. */
  private static PictureHash flipped(PictureHash hash, int each, SplittableRandom random) {
    long[] flips = new long[4];
    for (int i = 0; i < 4; i++) {
      while (Long.bitCount(flips[i]) < each) {
        flips[i] |= 1L << random.nextInt(64);
      }
    }
    return new PictureHash(
        hash.a() ^ flips[0], hash.b() ^ flips[1], hash.c() ^ flips[2], hash.d() ^ flips[3]);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void findsAllWithinTheRadiusAndTheirNegativesAndNothingElse(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    PictureHash asked = random(random);
    List<PictureHash> hashes = new ArrayList<>();
    for (int each = 0; each <= 30; each++) {
      hashes.add(flipped(asked, each, random));
      hashes.add(complement(flipped(asked, each, random)));
      hashes.add(random(random));
    }
    List<String> found = new ArrayList<>();
    new HashIndex(hashes)
        .near(asked, hashes.size(), (place, negative) -> found.add(place + " " + negative));
    List<String> expected = new ArrayList<>();
    for (int each = 0; each <= HashIndex.RADIUS / 4; each++) {
      expected.add(3 * each + " false");
      expected.add(3 * each + 1 + " true");
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void placesFromThereOnAreNotLookedAt() {
    PictureHash hash = new PictureHash(1, 2, 3, 4);
    List<Integer> found = new ArrayList<>();
    new HashIndex(List.of(hash, hash, hash)).near(hash, 2, (place, negative) -> found.add(place));
    assertThat(found).containsExactly(0, 1);
  }

  @Test
  void anEmptyIndexFindsNothing() {
    new HashIndex(List.of())
        .near(PictureHash.BLANK, 1, (place, negative) -> assertThat(place).isNegative());
  }
}
