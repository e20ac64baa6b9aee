package org.senoscope.train;

import java.util.SplittableRandom;

/**
 * What another machine, or another setting of it, would make of the same tissue: finer or coarser
 * speckle, another gain over the depth, a shadow below something dense, less sharpness. For
 * ultrasound, whose sound comes from above. Black stays black, but for the edges that a blur
 * softens.
 *
 * @param speckle greatest standard deviation of the noise that multiplies brightness, 0..1
 * @param depthGain greatest change of brightness at the top and, the other way, at the bottom, as a
 *     share, 0..1
 * @param shadow probability of a shadow, 0..1
 * @param blur greatest standard deviation of a Gaussian blur, pixels of the network's input
 */
public record Acquisition(double speckle, double depthGain, double shadow, double blur) {
  /** No change. */
  public static final Acquisition NONE = new Acquisition(0, 0, 0, 0);

  /** A grain of speckle is longer across the beam than along it. */
  private static final double GRAIN_HEIGHT = 1.5;

  private static final double GRAIN_WIDTH = 3;

  /** Of the height, over which a shadow comes on. */
  private static final double ONSET = 0.05;

  /** Of a bell's width, beyond which nothing is left of it. */
  private static final int BELL_REACH = 3;

  /**
   * A dark band from some depth down.
   *
   * @param top where it begins, share of the height
   * @param middle share of the width
   * @param width share of the width
   * @param strength share of brightness that is lost, 0..1
   */
  public record Shadow(double top, double middle, double width, double strength) {
    /** No shadow. */
    public static final Shadow NONE = new Shadow(0, 0, 0, 0);
  }

  /**
   * One draw.
   *
   * @param speckle standard deviation of the noise
   * @param seed of the noise
   * @param depthGain change at the bottom, as a share; the top's is the opposite
   * @param shadow with a strength of 0 where there is none
   * @param blur standard deviation, pixels
   */
  public record Draw(double speckle, long seed, double depthGain, Shadow shadow, double blur) {
    /** Leaves the image as it is. */
    public static final Draw NONE = new Draw(0, 0, 0, Shadow.NONE, 0);

    /** Whether it changes nothing. */
    boolean isNone() {
      return speckle == 0 && depthGain == 0 && shadow.strength() == 0 && blur == 0;
    }
  }

  /** Whether a draw may change anything. */
  boolean isNone() {
    return equals(NONE);
  }

  /** Draws once. */
  Draw draw(SplittableRandom random) {
    return new Draw(
        random.nextDouble() * speckle,
        random.nextLong(),
        (2 * random.nextDouble() - 1) * depthGain,
        shadow(random),
        random.nextDouble() * blur);
  }

  private Shadow shadow(SplittableRandom random) {
    boolean there = random.nextDouble() < shadow;
    Shadow drawn =
        new Shadow(
            0.2 + 0.6 * random.nextDouble(),
            random.nextDouble(),
            0.05 + 0.15 * random.nextDouble(),
            0.3 + 0.5 * random.nextDouble());
    return there ? drawn : Shadow.NONE;
  }

  /**
   * Changes a picture in place.
   *
   * @param values (height, width), 0..1 and so after it
   */
  static void apply(Draw draw, float[] values, int height, int width) {
    if (draw.blur() > 0) {
      blur(draw.blur(), values, height, width);
    }
    if (draw.speckle() > 0) {
      speckle(draw, values, height, width);
    }
    float[] band = band(draw.shadow(), width);
    for (int row = 0; row < height; row++) {
      double depth = (row + 0.5) / height;
      double gain = 1 + draw.depthGain() * (2 * depth - 1);
      double on = Math.clamp((depth - draw.shadow().top()) / ONSET, 0, 1);
      for (int column = 0; column < width; column++) {
        int at = row * width + column;
        values[at] = (float) Math.clamp(values[at] * gain * (1 - on * band[column]), 0, 1);
      }
    }
  }

  /** What a shadow takes from each column, with soft edges. */
  private static float[] band(Shadow shadow, int width) {
    float[] band = new float[width];
    if (shadow.strength() > 0) {
      for (int column = 0; column < width; column++) {
        double off = ((column + 0.5) / width - shadow.middle()) / (shadow.width() / 2);
        band[column] =
            Math.abs(off) < 1 ? (float) (shadow.strength() * (1 + Math.cos(Math.PI * off)) / 2) : 0;
      }
    }
    return band;
  }

  private static void speckle(Draw draw, float[] values, int height, int width) {
    int rows = (int) Math.ceil(height / GRAIN_HEIGHT) + 1;
    int columns = (int) Math.ceil(width / GRAIN_WIDTH) + 1;
    float[] grains = new float[rows * columns];
    SplittableRandom random = new SplittableRandom(draw.seed());
    for (int i = 0; i < grains.length; i++) {
      grains[i] = (float) (normal(random) * draw.speckle());
    }
    for (int row = 0; row < height; row++) {
      double y = row / GRAIN_HEIGHT;
      int above = columns * (int) y;
      float down = (float) (y - Math.floor(y));
      for (int column = 0; column < width; column++) {
        double x = column / GRAIN_WIDTH;
        int left = above + (int) x;
        float right = (float) (x - Math.floor(x));
        float upper = grains[left] + right * (grains[left + 1] - grains[left]);
        float lower =
            grains[left + columns] + right * (grains[left + columns + 1] - grains[left + columns]);
        values[row * width + column] *= Math.max(0, 1 + upper + down * (lower - upper));
      }
    }
  }

  /** Nearly normal with deviation 1: the sum of four uniform numbers of 16 bits each. */
  private static double normal(SplittableRandom random) {
    long bits = random.nextLong();
    long sum =
        (bits & 0xFFFF) + ((bits >>> 16) & 0xFFFF) + ((bits >>> 32) & 0xFFFF) + (bits >>> 48);
    return (sum / 65535.0 - 2) * Math.sqrt(3);
  }

  private static void blur(double deviation, float[] values, int height, int width) {
    int reach = (int) Math.ceil(BELL_REACH * deviation);
    float[] bell = new float[2 * reach + 1];
    double sum = 0;
    for (int i = 0; i < bell.length; i++) {
      double off = (i - reach) / deviation;
      bell[i] = (float) Math.exp(-off * off / 2);
      sum += bell[i];
    }
    for (int i = 0; i < bell.length; i++) {
      bell[i] /= (float) sum;
    }
    float[] line = new float[Math.max(height, width)];
    for (int row = 0; row < height; row++) {
      blurLine(bell, values, row * width, 1, width, line);
    }
    for (int column = 0; column < width; column++) {
      blurLine(bell, values, column, width, height, line);
    }
  }

  /** Blurs every {@code step}th of the values; beyond an end lies the last value. */
  private static void blurLine(
      float[] bell, float[] values, int from, int step, int length, float[] line) {
    for (int i = 0; i < length; i++) {
      line[i] = values[from + i * step];
    }
    int reach = bell.length / 2;
    for (int i = 0; i < length; i++) {
      float sum = 0;
      for (int tap = -reach; tap <= reach; tap++) {
        sum += bell[tap + reach] * line[Math.clamp(i + tap, 0, length - 1)];
      }
      values[from + i * step] = sum;
    }
  }
}
