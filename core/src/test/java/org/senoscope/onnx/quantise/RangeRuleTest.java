package org.senoscope.onnx.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeRuleTest {
  private static float[] bellWithAFarPoint(long seed) {
    Random random = new Random(seed);
    float[] values = new float[200_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    values[7] = 60;
    return values;
  }

  private static Histogram seen(float[] values) {
    Histogram histogram = new Histogram(MadeNetworks.range(values));
    histogram.add(values);
    return histogram;
  }

  private static double error(float[] values, Range held) {
    Affine affine = Affine.of(held);
    double sum = 0;
    for (float value : values) {
      double off = affine.dequantise(affine.quantise(value)) - value;
      sum += off * off;
    }
    return sum / values.length;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 3, -4})
  void ofLongTailsTheLeastSquaredErrorIsLessThanThatOfAllThatWasSeen(double mean) {
    Random random = new Random(1);
    float[] values = new float[200_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + Math.pow(random.nextGaussian(), 3));
    }
    Histogram seen = seen(values);
    double all = error(values, RangeRule.MIN_MAX.narrowed(seen));
    double least = error(values, RangeRule.SQUARED_ERROR.narrowed(seen));
    assertThat(least).isLessThan(0.9 * all);
  }

  @Test
  void allButAFewAreWithinThePercentiles() {
    float[] values = bellWithAFarPoint(2);
    Range held = RangeRule.PERCENTILE.narrowed(seen(values));
    assertThat(held.high()).isLessThan(6);
    int beyond = 0;
    for (float value : values) {
      beyond += value < held.low() || value > held.high() ? 1 : 0;
    }
    assertThat(beyond).isBetween(1, values.length / 10_000 + 1);
  }

  @Test
  void evenlySpreadValuesAreAllHeld() {
    float[] values = new float[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = 6f * i / (values.length - 1);
    }
    for (RangeRule rule : RangeRule.values()) {
      Range held = rule.narrowed(seen(values));
      assertThat(held.low()).as(rule.toString()).isCloseTo(0, within(0.01));
      assertThat(held.high()).as(rule.toString()).isCloseTo(6, within(0.01));
    }
  }

  @ParameterizedTest
  @EnumSource(RangeRule.class)
  void aTensorOfOneValueCanBeHeld(RangeRule rule) {
    Histogram seen = new Histogram(new Range(2, 2));
    seen.add(new float[] {2, 2, 2});
    Affine affine = Affine.of(rule.narrowed(seen));
    assertThat(affine.dequantise(affine.quantise(2))).isCloseTo(2f, within(affine.scale()));
  }
}
