package org.senoscope.calibration;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Seeded orders. */
final class Shuffle {
  private Shuffle() {}

  /** The numbers below n in an order of its own. */
  static int[] of(int n, long seed) {
    List<Integer> places = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    Collections.shuffle(places, new Random(seed));
    return places.stream().mapToInt(Integer::intValue).toArray();
  }
}
