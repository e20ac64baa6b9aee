package org.senoscope.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Laws of the rising fit, and its definition written out. */
class AdjacentViolatorsTest {
  @SuppressWarnings("ArrayRecordComponent") // Test data, compared by nobody.
  private record Cases(double[] scores, boolean[] positive) {
    static Cases random(long seed, int n, int scores) {
      Random random = new Random(seed);
      double[] score = random.ints(n, 0, scores).asDoubleStream().toArray();
      boolean[] positive = new boolean[n];
      for (int i = 0; i < n; i++) {
        positive[i] = random.nextInt(2 * scores) < scores / 2.0 + score[i];
      }
      return new Cases(score, positive);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 40, 1000})
  void sharesRiseAndNoCaseIsLost(int scores) {
    for (long seed = 0; seed < 20; seed++) {
      Cases cases = Cases.random(seed, 100, scores);
      List<AdjacentViolators.Block> blocks =
          AdjacentViolators.blocks(cases.scores(), cases.positive());
      for (int block = 1; block < blocks.size(); block++) {
        assertThat(blocks.get(block).share()).isGreaterThan(blocks.get(block - 1).share());
        assertThat(blocks.get(block).score()).isGreaterThan(blocks.get(block - 1).score());
      }
      assertThat(blocks.stream().mapToLong(AdjacentViolators.Block::cases).sum()).isEqualTo(100);
      assertThat(blocks.stream().mapToLong(AdjacentViolators.Block::hits).sum())
          .isEqualTo(IntStream.range(0, 100).filter(i -> cases.positive()[i]).count());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 40, 1000})
  void poolingTwiceIsPoolingOnce(int scores) {
    for (long seed = 0; seed < 20; seed++) {
      Cases cases = Cases.random(seed, 100, scores);
      List<AdjacentViolators.Block> blocks =
          AdjacentViolators.blocks(cases.scores(), cases.positive());
      assertThat(AdjacentViolators.pool(blocks)).isEqualTo(blocks);
    }
  }

  /** The least-squares fit at a score: the largest of the least means around it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 40})
  void sharesAreThoseOfTheMaxMinFormula(int scores) {
    for (long seed = 0; seed < 10; seed++) {
      Cases cases = Cases.random(seed, 60, scores);
      List<AdjacentViolators.Block> blocks =
          AdjacentViolators.blocks(cases.scores(), cases.positive());
      double[] distinct =
          IntStream.range(0, 60).mapToDouble(i -> cases.scores()[i]).distinct().sorted().toArray();
      long seen = 0;
      int block = 0;
      for (double score : distinct) {
        while (seen == blocks.get(block).cases()) {
          seen = 0;
          block++;
        }
        double largest = 0;
        for (double low : distinct) {
          double least = 1;
          for (double high : distinct) {
            if (low <= score && high >= score) {
              least = Math.min(least, mean(cases, low, high));
            }
          }
          largest = low <= score ? Math.max(largest, least) : largest;
        }
        assertThat(blocks.get(block).share()).isCloseTo(largest, within(1e-12));
        seen += IntStream.range(0, 60).filter(i -> cases.scores()[i] == score).count();
      }
    }
  }

  private static double mean(Cases cases, double low, double high) {
    return IntStream.range(0, cases.scores().length)
        .filter(i -> cases.scores()[i] >= low && cases.scores()[i] <= high)
        .mapToDouble(i -> cases.positive()[i] ? 1 : 0)
        .average()
        .orElseThrow();
  }

  @Test
  void scoresThatDifferInTheirLastBitStayApart() {
    double score = 0.1;
    List<AdjacentViolators.Block> blocks =
        AdjacentViolators.blocks(
            new double[] {score, score, Math.nextUp(score), Math.nextUp(score)},
            new boolean[] {false, false, true, true});
    assertThat(blocks).hasSize(2);
    assertThat(blocks.getFirst().score()).isLessThan(blocks.getLast().score());
  }
}
