package org.senoscope.calibration;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Seeded cases of a network whose right calibration is known: the truth is drawn from softmax of
 * its logits times a scale plus a shift.
 *
 * @param logits a row for each case
 * @param truth drawn from the right probabilities
 */
@SuppressWarnings("ArrayRecordComponent") // Test data, compared by nobody.
record Simulated(double[][] logits, int[] truth) {
  private static final double SPREAD = 2;

  /** Logits from a normal law; the right scale is that of every label. */
  static Simulated of(long seed, int n, int labels, double scale) {
    double[] scales = new double[labels];
    Arrays.fill(scales, scale);
    return of(seed, n, scales, new double[labels]);
  }

  static Simulated of(long seed, int n, double[] scale, double[] shift) {
    Random random = new Random(seed);
    int labels = scale.length;
    double[][] logits = new double[n][labels];
    int[] truth = new int[n];
    for (int i = 0; i < n; i++) {
      for (int label = 0; label < labels; label++) {
        logits[i][label] = SPREAD * random.nextGaussian();
      }
      double[] centred = Logits.centred(logits[i]);
      double[] right = new double[labels];
      for (int label = 0; label < labels; label++) {
        right[label] = scale[label] * centred[label] + shift[label];
      }
      truth[i] = draw(Logits.softmax(right), random);
    }
    return new Simulated(logits, truth);
  }

  private static int draw(double[] probabilities, Random random) {
    double left = random.nextDouble();
    for (int label = 0; label < probabilities.length - 1; label++) {
      left -= probabilities[label];
      if (left < 0) {
        return label;
      }
    }
    return probabilities.length - 1;
  }

  int labels() {
    return logits[0].length;
  }

  int size() {
    return truth.length;
  }

  /** The cases in the order of some places. */
  Simulated at(int... places) {
    return new Simulated(
        Arrays.stream(places).mapToObj(i -> logits[i]).toArray(double[][]::new),
        Arrays.stream(places).map(i -> truth[i]).toArray());
  }

  Simulated from(int first) {
    return at(IntStream.range(first, size()).toArray());
  }

  Simulated first(int n) {
    return at(IntStream.range(0, n).toArray());
  }

  /** The same cases in another order. */
  Simulated shuffled(long seed) {
    return at(Shuffle.of(size(), seed));
  }

  /** The same cases, rounded so that scores tie. */
  Simulated rounded() {
    return new Simulated(
        Arrays.stream(logits)
            .map(row -> Arrays.stream(row).map(Math::rint).toArray())
            .toArray(double[][]::new),
        truth);
  }

  double[][] probabilities(Calibrator calibrator) {
    return Arrays.stream(logits).map(calibrator::probabilities).toArray(double[][]::new);
  }

  ProperScore score(Calibrator calibrator) {
    return ProperScore.of(probabilities(calibrator), truth);
  }

  Calibrator fit(CalibrationMethod method) {
    return method.fit(logits, truth);
  }
}
