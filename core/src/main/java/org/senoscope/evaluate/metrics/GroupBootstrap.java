package org.senoscope.evaluate.metrics;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Draws of whole groups with replacement, as many groups a draw as there are. Each draw has its own
 * stream of random numbers, split from the seed in order, so that the same seed gives the same
 * draws on any number of processors, and the same draws for two models on the same cases.
 */
final class GroupBootstrap {
  private final Sample sample;
  private final Measures[] draws;

  private GroupBootstrap(Sample sample, Measures[] draws) {
    this.sample = sample;
    this.draws = draws;
  }

  /** All metrics of each draw. */
  static GroupBootstrap of(Sample sample, int draws, long seed) {
    return new GroupBootstrap(
        sample, each(sample.groups(), draws, seed, sample::measure, Measures[]::new));
  }

  /**
   * Whatever is computed of each draw, in parallel.
   *
   * @param groups how many there are
   * @param compute from how often each group was taken, shape (groups); called by several threads
   * @param array makes the result's array
   */
  static <T> T[] each(
      int groups, int draws, long seed, Function<int[], T> compute, IntFunction<T[]> array) {
    SplittableRandom[] streams = streams(draws, seed);
    return IntStream.range(0, draws)
        .parallel()
        .mapToObj(draw -> compute.apply(weights(groups, streams[draw])))
        .toArray(array);
  }

  /** One number of each draw, in parallel. */
  static double[] each(int groups, int draws, long seed, ToDoubleFunction<int[]> compute) {
    SplittableRandom[] streams = streams(draws, seed);
    return IntStream.range(0, draws)
        .parallel()
        .mapToDouble(draw -> compute.applyAsDouble(weights(groups, streams[draw])))
        .toArray();
  }

  private static SplittableRandom[] streams(int draws, long seed) {
    SplittableRandom root = new SplittableRandom(seed);
    SplittableRandom[] streams = new SplittableRandom[draws];
    Arrays.setAll(streams, draw -> root.split());
    return streams;
  }

  /**
   * How often each of the groups is taken in one draw: the numbers of {@link
   * SplittableRandom#nextInt(int)}, but with a multiplication where that divides, which would take
   * half the time of a draw (Lemire, Kaser and Kurz, Software: Practice and Experience 49, 2019).
   */
  static int[] weights(int groups, SplittableRandom random) {
    int[] weights = new int[groups];
    boolean powerOfTwo = (groups & (groups - 1)) == 0;
    long inverse = powerOfTwo ? 0 : Long.divideUnsigned(-1, groups) + 1;
    for (int taken = 0; taken < groups; taken++) {
      int place = random.nextInt();
      if (powerOfTwo) {
        place &= groups - 1;
      } else {
        int positive = place >>> 1;
        place = remainder(positive, groups, inverse);
        // The last numbers, too few for every group, would favour the first groups.
        while (positive + (groups - 1) - place < 0) {
          positive = random.nextInt() >>> 1;
          place = remainder(positive, groups, inverse);
        }
      }
      weights[place]++;
    }
    return weights;
  }

  private static int remainder(int number, int divisor, long inverse) {
    return (int) Math.unsignedMultiplyHigh(inverse * number, divisor);
  }

  /**
   * One metric in each draw.
   *
   * @param metric NaN where a draw lacks it
   */
  Draws of(ToDoubleFunction<Measures> metric) {
    return Draws.of(sample, Arrays.stream(draws).mapToDouble(metric).toArray());
  }

  /**
   * The difference of one metric between two models, draw by draw.
   *
   * @param other the same draws of the other model's scores
   */
  Draws minus(GroupBootstrap other, ToDoubleFunction<Measures> metric) {
    double[] differences = new double[draws.length];
    Arrays.setAll(
        differences,
        draw -> metric.applyAsDouble(draws[draw]) - metric.applyAsDouble(other.draws[draw]));
    return Draws.of(sample, differences);
  }
}
