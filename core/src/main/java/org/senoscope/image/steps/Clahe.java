package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;

/**
 * Contrast limited adaptive histogram equalisation: each tile of a regular grid gets a brightness
 * curve from its own histogram, and between the tiles' middles the four nearest curves are mixed.
 * Limiting the histogram limits the curve's slope, so that noise in even places is not blown up.
 * Source: Zuiderveld, Graphics Gems IV (1994); tiles, borders and mixing as OpenCV's {@code
 * createCLAHE}.
 *
 * <p>Histograms have 256 levels; between two levels the curve is a straight line, so that 16-bit
 * images keep their steps, and the same film gives the same picture from 8 and from 16 bits.
 *
 * @param clip the limit, in multiples of a flat histogram, 1..256; as OpenCV's {@code clipLimit}
 * @param tiles along each side, 1..64
 * @param redistribution where what was cut off goes
 */
public record Clahe(double clip, int tiles, Redistribution redistribution)
    implements BrightnessStep {
  /** The step's name. */
  public static final String NAME = "clahe";

  private static final int LEVELS = 256;
  private static final int MOST_TILES = 64;

  /** What happens to the counts above the limit. */
  public enum Redistribution {
    /**
     * They go evenly to the levels below the limit, as long as these are below it: the limit holds,
     * black stays black, and with a clip of 1 the image stays as it is.
     */
    FULLY,
    /** They go evenly to all levels, once: a level may exceed the limit again. As OpenCV does. */
    ONCE
  }

  public Clahe {
    if (!(clip >= 1 && clip <= LEVELS) || tiles < 1 || tiles > MOST_TILES) {
      throw new IllegalArgumentException(
          "clip must be 1..%d and tiles 1..%d, were %s and %d"
              .formatted(LEVELS, MOST_TILES, clip, tiles));
    }
  }

  static Supplier<Step> read(StepParameters parameters) {
    double clip = parameters.number("clip", 2);
    int tiles = parameters.wholeNumber("tiles", 8);
    Redistribution redistribution = parameters.choice("redistribution", Redistribution.FULLY);
    return () -> new Clahe(clip, tiles, redistribution);
  }

  @Override
  public GreyImage apply(GreyImage image) {
    // OpenCV fills up both sides as soon as one of them does not divide.
    boolean even = image.height() % tiles == 0 && image.width() % tiles == 0;
    int tileHeight = (image.height() + (even ? 0 : tiles - image.height() % tiles)) / tiles;
    int tileWidth = (image.width() + (even ? 0 : tiles - image.width() % tiles)) / tiles;
    float[][] curves = new float[tiles * tiles][];
    for (int row = 0; row < tiles; row++) {
      for (int column = 0; column < tiles; column++) {
        int[] counts =
            histogram(image, row * tileHeight, column * tileWidth, tileHeight, tileWidth);
        curves[row * tiles + column] = curve(counts, tileHeight * tileWidth);
      }
    }
    Mix across = new Mix(image.width(), tileWidth, tiles);
    Mix down = new Mix(image.height(), tileHeight, tiles);
    float[] from = image.pixels();
    float[] to = new float[from.length];
    for (int row = 0; row < image.height(); row++) {
      int upper = down.first[row] * tiles;
      int lower = down.second[row] * tiles;
      float lowerShare = down.share[row];
      int begin = row * image.width();
      for (int column = 0; column < image.width(); column++) {
        float level = Math.clamp(from[begin + column], 0, 1) * (LEVELS - 1);
        int below = Math.min((int) level, LEVELS - 2);
        float part = level - below;
        int left = across.first[column];
        int right = across.second[column];
        float rightShare = across.share[column];
        float top =
            mix(
                at(curves[upper + left], below, part),
                at(curves[upper + right], below, part),
                rightShare);
        float bottom =
            mix(
                at(curves[lower + left], below, part),
                at(curves[lower + right], below, part),
                rightShare);
        to[begin + column] = mix(top, bottom, lowerShare);
      }
    }
    return new GreyImage(image.height(), image.width(), to);
  }

  private static float at(float[] curve, int below, float part) {
    return mix(curve[below], curve[below + 1], part);
  }

  private static float mix(float a, float b, float share) {
    return a + share * (b - a);
  }

  /** Beyond the right and lower edges the image is mirrored, the edge itself not repeated. */
  private static int[] histogram(GreyImage image, int top, int left, int height, int width) {
    int[] counts = new int[LEVELS];
    for (int row = top; row < top + height; row++) {
      int begin = inside(row, image.height()) * image.width();
      for (int column = left; column < left + width; column++) {
        float pixel = image.pixels()[begin + inside(column, image.width())];
        counts[Math.round(Math.clamp(pixel, 0, 1) * (LEVELS - 1))]++;
      }
    }
    return counts;
  }

  private static int inside(int place, int length) {
    int mirrored = place;
    while (mirrored >= length || mirrored < 0) {
      mirrored = length == 1 ? 0 : mirrored < 0 ? -mirrored : 2 * (length - 1) - mirrored;
    }
    return mirrored;
  }

  /** Brightness 0..1 of each level; never falls. */
  private float[] curve(int[] counts, int area) {
    return switch (redistribution) {
      case FULLY -> limited(counts, area);
      case ONCE -> limitedOnce(counts, area);
    };
  }

  private float[] limited(int[] counts, int area) {
    double limit = clip * area / LEVELS;
    double added = evenAddition(counts, area, limit);
    float[] curve = new float[LEVELS];
    double black = Math.min(limit, counts[0] + added);
    double sum = 0;
    for (int level = 1; level < LEVELS; level++) {
      sum += Math.min(limit, counts[level] + added);
      // All pixels black under the largest clip: nothing tells the other levels apart.
      curve[level] =
          area - black > 0 ? (float) Math.min(1, sum / (area - black)) : level / (LEVELS - 1f);
    }
    return curve;
  }

  /**
   * What must be added to each level, up to the limit, so that the counts sum to the area again.
   */
  private static double evenAddition(int[] counts, int area, double limit) {
    int[] sorted = counts.clone();
    java.util.Arrays.sort(sorted);
    // With the addition a, the levels from `full` on stand at the limit and those below at count+a.
    double below = 0;
    for (int each : sorted) {
      below += each;
    }
    for (int full = LEVELS; full > 0; full--) {
      double addition = (area - limit * (LEVELS - full) - below) / full;
      boolean fits = sorted[full - 1] + addition <= limit;
      if (fits) {
        return Math.max(0, addition);
      }
      below -= sorted[full - 1];
    }
    return limit;
  }

  private float[] limitedOnce(int[] counts, int area) {
    int limit = Math.max(1, (int) (clip * area / LEVELS));
    int cut = 0;
    for (int level = 0; level < LEVELS; level++) {
      if (counts[level] > limit) {
        cut += counts[level] - limit;
        counts[level] = limit;
      }
    }
    int rest = cut % LEVELS;
    int distance = rest == 0 ? LEVELS : Math.max(LEVELS / rest, 1);
    for (int level = 0; level < LEVELS; level++) {
      counts[level] += cut / LEVELS;
      if (level % distance == 0 && rest > 0) {
        counts[level]++;
        rest--;
      }
    }
    float[] curve = new float[LEVELS];
    int sum = 0;
    for (int level = 0; level < LEVELS; level++) {
      sum += counts[level];
      curve[level] = Math.min(1, (float) sum / area);
    }
    return curve;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ObjectNode toJson() {
    return Json.object()
        .put("step", NAME)
        .put("clip", clip)
        .put("tiles", tiles)
        .put("redistribution", StepParameters.text(redistribution));
  }

  /** Of each pixel along an axis: the two tiles whose curves are mixed, and the second's share. */
  private static final class Mix {
    final int[] first;
    final int[] second;
    final float[] share;

    Mix(int length, int tile, int tiles) {
      first = new int[length];
      second = new int[length];
      share = new float[length];
      for (int pixel = 0; pixel < length; pixel++) {
        float at = (float) pixel / tile - .5f;
        int before = (int) Math.floor(at);
        share[pixel] = at - before;
        first[pixel] = Math.max(0, before);
        second[pixel] = Math.min(before + 1, tiles - 1);
      }
    }
  }
}
