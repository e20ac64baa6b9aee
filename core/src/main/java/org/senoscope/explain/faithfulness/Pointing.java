package org.senoscope.explain.faithfulness;

import org.senoscope.dataset.importer.LesionMask;
import org.senoscope.explain.EvidenceMap;

/**
 * The pointing game on one image: whether the highest point of a map, at the image's own size, lies
 * in the lesion. No tolerance. Source: Zhang et al. 2018, "Top-Down Neural Attention by Excitation
 * Backprop".
 *
 * <p>Where several pixels are equally high, as in a map that is the same throughout, the hit is the
 * share of them that lie in the lesion: what drawing one of them by chance would give. Choosing the
 * first would favour a corner.
 *
 * @param row of the highest pixel; of several the one nearest to their middle
 * @param column of it
 * @param ties how many pixels are as high, 1 or more
 * @param hit 1 in the lesion, 0 outside, between where ties lie on both sides
 */
public record Pointing(int row, int column, int ties, double hit) {
  /** Whether the point lies in the lesion: of ties, at least half of them. */
  public boolean isHit() {
    return hit >= 0.5;
  }

  /**
   * Plays the game.
   *
   * @param map what is not a number in it is never the highest
   * @param lesion of the same size
   */
  public static Pointing of(EvidenceMap map, LesionMask lesion) {
    if (map.height() != lesion.height() || map.width() != lesion.width()) {
      throw new IllegalArgumentException(
          "A map of %d × %d cannot be held against a mask of %d × %d"
              .formatted(map.height(), map.width(), lesion.height(), lesion.width()));
    }
    float highest = Float.NEGATIVE_INFINITY;
    for (float value : map.values()) {
      highest = value > highest ? value : highest; // false for what is not a number
    }
    int ties = 0;
    int inside = 0;
    double rows = 0;
    double columns = 0;
    for (int i = 0; i < map.values().length; i++) {
      if (map.values()[i] == highest) {
        ties++;
        rows += row(i, map);
        columns += column(i, map);
        inside += lesion.contains(row(i, map), column(i, map)) ? 1 : 0;
      }
    }
    if (ties == 0) {
      throw new IllegalArgumentException("The map has no value: the network saw nothing of it");
    }
    int nearest = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < map.values().length; i++) {
      if (map.values()[i] == highest) {
        double away = Math.hypot(row(i, map) - rows / ties, column(i, map) - columns / ties);
        if (away < least) {
          least = away;
          nearest = i;
        }
      }
    }
    return new Pointing(row(nearest, map), column(nearest, map), ties, (double) inside / ties);
  }

  private static int row(int i, EvidenceMap map) {
    return i / map.width();
  }

  private static int column(int i, EvidenceMap map) {
    return i % map.width();
  }
}
