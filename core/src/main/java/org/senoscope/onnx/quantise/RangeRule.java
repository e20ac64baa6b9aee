package org.senoscope.onnx.quantise;

import java.util.Locale;

/**
 * What of the values that were seen is to be held in 8 bits: the wider the range, the coarser the
 * steps; what lies beyond is held as the nearest end.
 */
public enum RangeRule {
  /** All that was seen. */
  MIN_MAX {
    @Override
    Range narrowed(Histogram seen) {
      return seen.range();
    }
  },
  /** All but one in 20,000 at either end. */
  PERCENTILE {
    @Override
    Range narrowed(Histogram seen) {
      double rest = BEYOND * seen.total();
      int low = 0;
      for (double passed = seen.count(low); passed <= rest && low < Histogram.BINS - 1; ) {
        passed += seen.count(++low);
      }
      int high = Histogram.BINS - 1;
      for (double passed = seen.count(high); passed <= rest && high > low; ) {
        passed += seen.count(--high);
      }
      return new Range(
          low == 0 ? seen.range().low() : seen.middle(low) - seen.width() / 2,
          high == Histogram.BINS - 1 ? seen.range().high() : seen.middle(high) + seen.width() / 2);
    }
  },
  /** Where the mean squared error of what is held is least. */
  SQUARED_ERROR {
    @Override
    Range narrowed(Histogram seen) {
      Range best = seen.range();
      double least = error(seen, best);
      // Ends are drawn in by turns: they hardly hang on one another.
      for (int turn = 0; turn < 2; turn++) {
        Range whole = seen.range();
        for (int step = 1; step < SHARES; step++) {
          double share = (double) step / SHARES;
          Range high = new Range(Math.min(best.low(), 0), Math.max(whole.high(), 0) * share);
          double error = error(seen, high);
          if (error < least) {
            least = error;
            best = high;
          }
        }
        for (int step = 1; step < SHARES; step++) {
          double share = (double) step / SHARES;
          Range low = new Range(Math.min(whole.low(), 0) * share, Math.max(best.high(), 0));
          double error = error(seen, low);
          if (error < least) {
            least = error;
            best = low;
          }
        }
      }
      return best;
    }
  };

  private static final double BEYOND = 5e-5;
  private static final int SHARES = 100;

  /** Of what was seen, the range to hold. */
  abstract Range narrowed(Histogram seen);

  /** As it is named in files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The sum over all values of the squared error that a range leaves. */
  static double error(Histogram seen, Range held) {
    Affine affine = Affine.of(held);
    double sum = 0;
    // Within a bin values lie evenly: where bins are wider than steps, that adds the same to all.
    for (int bin = 0; bin < Histogram.BINS; bin++) {
      long count = seen.count(bin);
      if (count > 0) {
        float middle = (float) seen.middle(bin);
        double off = affine.dequantise(affine.quantise(middle)) - middle;
        sum += count * off * off;
      }
    }
    return sum;
  }
}
