package org.senoscope.refusal;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.senoscope.image.GreyImage;

/**
 * What counting tells of one image as it was read. From a million pixels at most, so that a film of
 * any size takes a few milliseconds.
 */
public final class PictureFacts {
  /** Of the small copy; coarse enough that speckle and grain are averaged away. */
  private static final int SMALL = 64;

  private static final float NEARLY_BLACK = 0.04f;
  private static final float NEARLY_WHITE = 0.96f;
  private static final double LEAST = 1e-3;
  private static final int MOST_PIXELS = 1 << 20;
  private static final double BLANK = 0.01;

  /**
   * White noise steps from each pixel to the next by 1.13 of its standard deviation, where even the
   * grainiest image steps by a third.
   */
  private static final double NOISE = 0.8;

  private final Map<Fact, Double> values = new EnumMap<>(Fact.class);

  private PictureFacts() {}

  /** One of them; units and ranges are the fact's. */
  public double of(Fact fact) {
    return java.util.Objects.requireNonNull(values.get(fact));
  }

  /** Whether all of it is of nearly one brightness. */
  boolean blank() {
    return of(Fact.CONTRAST) < BLANK;
  }

  /** Whether no pixel has to do with its neighbours. */
  boolean noise() {
    return of(Fact.STEP_ACROSS) > NOISE && of(Fact.STEP_DOWN) > NOISE;
  }

  /** All of them, in the order of {@link Fact}. */
  float[] row() {
    Fact[] facts = Fact.values();
    float[] row = new float[facts.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) of(facts[i]);
    }
    return row;
  }

  /** The least deviations of all of them, see {@link Fact#leastDeviation}. */
  static float[] leastDeviations() {
    Fact[] facts = Fact.values();
    float[] least = new float[facts.length];
    for (int i = 0; i < least.length; i++) {
      least[i] = facts[i].leastDeviation();
    }
    return least;
  }

  /** Counts. The image is as read, of any size. */
  public static PictureFacts of(GreyImage image) {
    PictureFacts facts = new PictureFacts();
    int height = image.height();
    int width = image.width();
    float[] pixels = image.pixels();
    // Whole rows, since a step goes to the very next pixel.
    int every = Math.max(1, Math.ceilDiv(height * (width / 2), MOST_PIXELS / 2));
    int[] histogram = new int[256];
    double sum = 0;
    double squares = 0;
    double across = 0;
    double down = 0;
    long same = 0;
    long count = 0;
    long steps = 0;
    long stepsDown = 0;
    for (int row = 0; row < height; row += every) {
      int start = row * width;
      for (int column = 0; column < width; column++) {
        float value = pixels[start + column];
        histogram[Math.clamp(Math.round(value * 255), 0, 255)]++;
        sum += value;
        squares += (double) value * value;
        if (column + 1 < width) {
          float step = pixels[start + column + 1] - value;
          across += Math.abs(step);
          same += step == 0 ? 1 : 0;
          steps++;
        }
        if (row + 1 < height) {
          down += Math.abs(pixels[start + width + column] - value);
          stepsDown++;
        }
      }
      count += width;
    }
    double mean = sum / count;
    double contrast = Math.sqrt(Math.max(0, squares / count - mean * mean));
    facts.values.put(Fact.BRIGHTNESS, mean);
    facts.values.put(Fact.CONTRAST, contrast);
    facts.values.put(Fact.DARK, share(histogram, 0, Math.round(NEARLY_BLACK * 255), count));
    facts.values.put(Fact.WHITE, share(histogram, Math.round(NEARLY_WHITE * 255), 255, count));
    facts.values.put(Fact.TENTH, quantile(histogram, count, 0.1));
    facts.values.put(Fact.QUARTER, quantile(histogram, count, 0.25));
    facts.values.put(Fact.MEDIAN, quantile(histogram, count, 0.5));
    facts.values.put(Fact.THREE_QUARTERS, quantile(histogram, count, 0.75));
    facts.values.put(Fact.NINE_TENTHS, quantile(histogram, count, 0.9));
    facts.values.put(Fact.NEARLY_ALL, quantile(histogram, count, 0.99));
    facts.values.put(Fact.STEP_ACROSS, over(across, steps, contrast));
    facts.values.put(Fact.STEP_DOWN, over(down, stepsDown, contrast));
    facts.values.put(Fact.FLAT, steps == 0 ? 1 : (double) same / steps);
    facts.values.put(Fact.SHAPE, Math.log((double) height / width));
    facts.small(shrunk(image), contrast, mean);
    return facts;
  }

  private static double share(int[] histogram, int from, int to, long count) {
    long within = 0;
    for (int level = from; level <= to; level++) {
      within += histogram[level];
    }
    return (double) within / count;
  }

  private static double quantile(int[] histogram, long count, double share) {
    long below = 0;
    for (int level = 0; level < 255; level++) {
      below += histogram[level];
      if (below >= share * count) {
        return level / 255.0;
      }
    }
    return 1;
  }

  private static double over(double sum, long count, double contrast) {
    return count == 0 ? 0 : sum / count / Math.max(contrast, LEAST);
  }

  /** The means of cells, longer side {@value #SMALL} or the image's own. */
  private static float[][] shrunk(GreyImage image) {
    double scale = Math.min(1, SMALL / (double) Math.max(image.height(), image.width()));
    int height = Math.max(1, (int) Math.round(image.height() * scale));
    int width = Math.max(1, (int) Math.round(image.width() * scale));
    float[] pixels = image.pixels();
    float[][] small = new float[height][width];
    for (int row = 0; row < height; row++) {
      int top = row * image.height() / height;
      int bottom = Math.max(top + 1, (row + 1) * image.height() / height);
      for (int column = 0; column < width; column++) {
        int left = column * image.width() / width;
        int right = Math.max(left + 1, (column + 1) * image.width() / width);
        double sum = 0;
        for (int y = top; y < bottom; y++) {
          for (int x = left; x < right; x++) {
            sum += pixels[y * image.width() + x];
          }
        }
        small[row][column] = (float) (sum / ((bottom - top) * (right - left)));
      }
    }
    return small;
  }

  private void small(float[][] small, double contrast, double mean) {
    int height = small.length;
    int width = small[0].length;
    int frame = Math.max(1, Math.min(height, width) / 20);
    int corner = Math.max(1, Math.min(height, width) / 8);
    double across = 0;
    double down = 0;
    double framed = 0;
    long onFrame = 0;
    double left = 0;
    double upper = 0;
    double total = 0;
    double[] corners = new double[4];
    int[] inCorner = new int[4];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double value = small[row][column];
        total += value;
        left += column < width / 2 ? value : 0;
        upper += row < height / 2 ? value : 0;
        across += column + 1 < width ? Math.abs(small[row][column + 1] - value) : 0;
        down += row + 1 < height ? Math.abs(small[row + 1][column] - value) : 0;
        if (row < frame || column < frame || row >= height - frame || column >= width - frame) {
          framed += value;
          onFrame++;
        }
        boolean atTop = row < corner;
        boolean atLeft = column < corner;
        if ((atTop || row >= height - corner) && (atLeft || column >= width - corner)) {
          int which = (atTop ? 0 : 2) + (atLeft ? 0 : 1);
          corners[which] += value;
          inCorner[which]++;
        }
      }
    }
    for (int which = 0; which < corners.length; which++) {
      corners[which] /= Math.max(1, inCorner[which]);
    }
    Arrays.sort(corners);
    values.put(Fact.FRAME, framed / onFrame);
    values.put(Fact.DARKEST_CORNER, corners[0]);
    values.put(Fact.BRIGHTEST_CORNER, corners[3]);
    values.put(Fact.COARSE_STEP_ACROSS, over(across, (long) height * (width - 1), contrast));
    values.put(Fact.COARSE_STEP_DOWN, over(down, (long) (height - 1) * width, contrast));
    double half = Math.max(mean, LEAST) * height * width / 2;
    values.put(Fact.SIDES, Math.abs(2 * left - total) / 2 / half);
    values.put(Fact.UPPER, (2 * upper - total) / 2 / half);
  }
}
