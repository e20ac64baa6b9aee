package org.senoscope.dataset.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.image.PerceptualHash;

class HashIndexTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5})
  void findsWhatComparingAllFindsEachOnce(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] hashes = new long[3000];
    for (int i = 0; i < hashes.length; i++) {
      // Half are up to 20 bits from an earlier one, so that every distance occurs.
      hashes[i] = random.nextLong();
      if (i > 0 && random.nextBoolean()) {
        hashes[i] = hashes[random.nextInt(i)];
        for (int flip = random.nextInt(20); flip > 0; flip--) {
          hashes[i] ^= 1L << random.nextInt(64);
        }
      }
    }
    HashIndex index = new HashIndex(hashes);
    for (int query = 0; query < 300; query++) {
      long hash = hashes[query];
      List<Integer> found = new ArrayList<>();
      index.near(hash, found::add);
      assertThat(found)
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, hashes.length)
                  .filter(i -> PerceptualHash.distance(hash, hashes[i]) <= HashIndex.RADIUS)
                  .boxed()
                  .toList());
    }
  }

  @Test
  void findsEveryKindOfTenBits() {
    SplittableRandom random = new SplittableRandom(7);
    HashIndex index = new HashIndex(new long[] {0});
    for (int trial = 0; trial < 100_000; trial++) {
      long hash = 0;
      while (Long.bitCount(hash) < HashIndex.RADIUS) {
        hash |= 1L << random.nextInt(64);
      }
      int[] found = {0};
      index.near(hash, image -> found[0]++);
      assertThat(found[0]).isOne();
    }
  }

  @Test
  void eachImageIsInABandTheMostBitsAwayThatItLooksUp() {
    // 3 bits in each of three bands and 1 in the last: only the last band finds it.
    long hash = 0b0111_0111_0111L | 1L << 3;
    HashIndex index = new HashIndex(new long[] {0});
    int[] found = {0};
    index.near(hash, image -> found[0]++);
    assertThat(Long.bitCount(hash)).isEqualTo(HashIndex.RADIUS);
    assertThat(found[0]).isOne();
  }

  @Test
  void anEmptyIndexFindsNothing() {
    new HashIndex(new long[0]).near(5, image -> assertThat(image).isNull());
  }
}
