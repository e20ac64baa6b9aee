package org.senoscope.explain.faithfulness;

import java.util.Arrays;
import org.senoscope.dataset.importer.LesionMask;
import org.senoscope.explain.EvidenceMap;

/**
 * How much of a map lies in the lesion, pixel by pixel at the image's own size. A map that is the
 * same throughout has the lesion's share of the image in all three.
 *
 * @param energy the share of what speaks for the label that lies in the lesion ("energy-based
 *     pointing game", Wang et al. 2020, "Score-CAM")
 * @param averagePrecision area under the precision–recall curve of pixels, by steps and without
 *     interpolation, equal values taken at once: scikit-learn's {@code average_precision_score}
 * @param iou intersection over union of the lesion and the pixels that have half of the highest
 *     value or more
 */
public record Overlap(double energy, double averagePrecision, double iou) {
  private static final float HALF = 0.5f;

  /**
   * Holds a map against a lesion.
   *
   * @param lesion of the same size, with something inside
   */
  public static Overlap of(EvidenceMap map, LesionMask lesion) {
    if (map.height() != lesion.height() || map.width() != lesion.width()) {
      throw new IllegalArgumentException(
          "A map of %d × %d cannot be held against a mask of %d × %d"
              .formatted(map.height(), map.width(), lesion.height(), lesion.width()));
    }
    float[] values = map.values();
    boolean[] inside = new boolean[values.length];
    int lesionPixels = 0;
    float highest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < values.length; i++) {
      inside[i] = lesion.contains(i / map.width(), i % map.width());
      lesionPixels += inside[i] ? 1 : 0;
      highest = values[i] > highest ? values[i] : highest;
    }
    if (lesionPixels == 0) {
      throw new IllegalArgumentException("The mask has nothing inside");
    }
    double all = 0;
    double within = 0;
    int strong = 0;
    int strongWithin = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] > 0) {
        all += values[i];
        within += inside[i] ? values[i] : 0;
        if (values[i] >= HALF * highest) {
          strong++;
          strongWithin += inside[i] ? 1 : 0;
        }
      }
    }
    double share = (double) lesionPixels / values.length;
    // Where nothing speaks for the label, no place does more than another.
    boolean nothing = all == 0;
    return new Overlap(
        nothing ? share : within / all,
        averagePrecision(values, inside, lesionPixels),
        nothing ? share : (double) strongWithin / (strong + lesionPixels - strongWithin));
  }

  private static double averagePrecision(float[] values, boolean[] inside, int positives) {
    // One number for each pixel, so that a sort of numbers ranks them: value above, lesion below.
    long[] keys = new long[values.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = rank(values[i]) << 1 | (inside[i] ? 1 : 0);
    }
    Arrays.sort(keys);
    double area = 0;
    long hits = 0;
    long counted = 0;
    int i = keys.length - 1;
    while (i >= 0) {
      long value = keys[i] >> 1;
      long before = hits;
      for (; i >= 0 && keys[i] >> 1 == value; i--) {
        hits += keys[i] & 1;
        counted++;
      }
      area += (double) (hits - before) / positives * hits / counted;
    }
    return area;
  }

  /** A whole number that is larger for a larger value; least for what is not a number. */
  private static long rank(float value) {
    if (Float.isNaN(value)) {
      return Integer.MIN_VALUE;
    }
    int bits = Float.floatToIntBits(value == 0 ? 0f : value); // 0 and −0 are equal
    return bits >= 0 ? bits : -(bits & Integer.MAX_VALUE);
  }
}
