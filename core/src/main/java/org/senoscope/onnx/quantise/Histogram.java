package org.senoscope.onnx.quantise;

/**
 * How often a tensor's values fall into each of 2048 equal bins of their range. Not safe for
 * several threads.
 */
public final class Histogram {
  static final int BINS = 2048;

  private final Range range;
  private final double width;
  private final long[] counts = new long[BINS];
  private long total;

  /** An empty one over a range, which all values to come lie in. */
  public Histogram(Range range) {
    this.range = range;
    this.width = (range.high() - range.low()) / BINS;
  }

  /** Counts values. */
  public void add(float[] values) {
    double perBin = width > 0 ? 1 / width : 0;
    double low = range.low();
    for (float value : values) {
      counts[Math.clamp((int) ((value - low) * perBin), 0, BINS - 1)]++;
    }
    total += values.length;
  }

  /** The range that it was made for. */
  public Range range() {
    return range;
  }

  long total() {
    return total;
  }

  long count(int bin) {
    return counts[bin];
  }

  /** The middle of a bin. */
  double middle(int bin) {
    return range.low() + (bin + 0.5) * width;
  }

  double width() {
    return width;
  }
}
