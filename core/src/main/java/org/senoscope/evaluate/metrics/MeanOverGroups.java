package org.senoscope.evaluate.metrics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The mean of one number of each case, with its 95% interval: Wilson's where every number is 0 or
 * 1, with the design effect of groups that hold several cases; else the bootstrap over groups.
 */
public final class MeanOverGroups {
  private MeanOverGroups() {}

  /**
   * The mean.
   *
   * @param values of the cases, shape (n)
   * @param group of each case, such as a patient or a set of copies, shape (n)
   * @param seed of the bootstrap
   */
  public static Estimate of(double[] values, List<String> group, long seed) {
    if (values.length != group.size()) {
      throw new IllegalArgumentException(
          "Each case needs a group, were %d and %d".formatted(values.length, group.size()));
    }
    if (values.length == 0) {
      return Estimate.none("there is no such case");
    }
    Sample sample = sample(group);
    if (Arrays.stream(values).allMatch(value -> value == 0 || value == 1)) {
      return Intervals.proportion(sample, i -> true, i -> values[i] == 1);
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double[] sums = sample.byGroup(values);
    double[] ones = new double[values.length];
    Arrays.fill(ones, 1);
    double[] sizes = sample.byGroup(ones);
    double[] draws =
        GroupBootstrap.each(
            sizes.length,
            Assessment.DRAWS,
            seed,
            weights -> {
              double sum = 0;
              double cases = 0;
              for (int i = 0; i < weights.length; i++) {
                sum += weights[i] * sums[i];
                cases += weights[i] * sizes[i];
              }
              return sum / cases;
            });
    return Draws.of(sample, draws).interval(mean);
  }

  /** Cases of which nothing but the groups counts. */
  private static Sample sample(List<String> group) {
    Map<String, Integer> numbers = new HashMap<>();
    group.forEach(name -> numbers.putIfAbsent(name, numbers.size()));
    int n = group.size();
    double[][] even = new double[n][];
    Arrays.setAll(even, i -> new double[] {0.5, 0.5});
    return Sample.of(
        List.of("0", "1"),
        1,
        new int[n],
        even,
        group.stream().mapToInt(numbers::get).toArray(),
        new boolean[n]);
  }
}
