package org.senoscope.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rising step function that is nearest to hits and misses by least squares: neighbours whose
 * shares do not rise are pooled until all do (Ayer et al., Annals of Mathematical Statistics 26,
 * 1955). Shares are compared as whole numbers, so that rounding never decides a tie.
 */
final class AdjacentViolators {
  /**
   * Cases at neighbouring scores.
   *
   * @param score their mean
   * @param hits how many of them have the label
   * @param cases at least one
   */
  record Block(double score, long hits, long cases) {
    double share() {
      return (double) hits / cases;
    }

    Block with(Block other) {
      long all = cases + other.cases;
      double mean = score + (other.score - score) * ((double) other.cases / all);
      // Rounding must not carry a mean beyond its cases, where it could meet the next block's.
      return new Block(
          Math.clamp(mean, Math.min(score, other.score), Math.max(score, other.score)),
          hits + other.hits,
          all);
    }
  }

  private AdjacentViolators() {}

  /** The blocks of cases in any order; those of one score are always in one block. */
  static List<Block> blocks(double[] scores, boolean[] positive) {
    return pool(
        IntStream.range(0, scores.length)
            .mapToObj(i -> new Block(scores[i], positive[i] ? 1 : 0, 1))
            .toList());
  }

  /** Pools blocks; what it gives, pooled again, stays as it is. */
  static List<Block> pool(List<Block> blocks) {
    List<Block> sorted = new ArrayList<>(blocks);
    // Hits first within a score, so that the misses there violate the order and are pooled.
    sorted.sort(
        (a, b) ->
            a.score == b.score
                ? Double.compare(b.share(), a.share())
                : Double.compare(a.score, b.score));
    List<Block> pooled = new ArrayList<>();
    for (Block next : sorted) {
      Block last = next;
      while (!pooled.isEmpty() && !rises(pooled.getLast(), last)) {
        last = pooled.removeLast().with(last);
      }
      pooled.add(last);
    }
    return pooled;
  }

  private static boolean rises(Block before, Block after) {
    return before.hits * after.cases < after.hits * before.cases;
  }
}
