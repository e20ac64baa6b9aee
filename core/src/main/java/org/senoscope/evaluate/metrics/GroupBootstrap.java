package org.senoscope.evaluate.metrics;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The metrics of many draws of whole groups with replacement, as many groups a draw as there are.
 * Each draw has its own stream of random numbers, split from the seed in order, so that the same
 * seed gives the same draws on any number of processors.
 */
final class GroupBootstrap {
  /** Of the draws, the share in which a metric may be missing before its interval is refused. */
  private static final double MISSING_LIMIT = 0.05;

  private final Measures[] draws;

  private GroupBootstrap(Measures[] draws) {
    this.draws = draws;
  }

  /** Draws in parallel. */
  static GroupBootstrap of(Sample sample, int draws, long seed) {
    SplittableRandom root = new SplittableRandom(seed);
    SplittableRandom[] streams = new SplittableRandom[draws];
    Arrays.setAll(streams, draw -> root.split());
    return new GroupBootstrap(
        IntStream.range(0, draws)
            .parallel()
            .mapToObj(draw -> sample.measure(weights(sample.groups(), streams[draw])))
            .toArray(Measures[]::new));
  }

  /** How often each of the groups is taken in one draw. */
  static int[] weights(int groups, SplittableRandom random) {
    int[] weights = new int[groups];
    for (int taken = 0; taken < groups; taken++) {
      weights[random.nextInt(groups)]++;
    }
    return weights;
  }

  /** How many draws. */
  int size() {
    return draws.length;
  }

  /**
   * One metric of all draws that have it, ascending; empty when too many lack it.
   *
   * @param metric NaN where a draw lacks it
   */
  double[] sorted(ToDoubleFunction<Measures> metric) {
    double[] values =
        Arrays.stream(draws).mapToDouble(metric).filter(value -> !Double.isNaN(value)).toArray();
    if (values.length < draws.length * (1 - MISSING_LIMIT)) {
      return new double[0];
    }
    Arrays.sort(values);
    return values;
  }
}
