package org.senoscope.explain.faithfulness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.senoscope.dataset.importer.LesionMask;

/**
 * What points that know nothing of an image would hit: one drawn by chance (the lesion's share of
 * the image), the image's centre, and the one fixed point that is best on the images of all other
 * folds, in fractions of height and width. Not safe for use by several threads.
 */
final class ChancePoints {
  /** Points are tried on a grid of so many rows and columns. */
  static final int GRID = 64;

  private final List<byte[]> coverage = new ArrayList<>();
  private final List<String> folds = new ArrayList<>();
  private final List<Double> shares = new ArrayList<>();
  private final List<Double> centres = new ArrayList<>();
  private final Map<String, int[]> sums = new HashMap<>();
  private final int[] total = new int[GRID * GRID];

  /**
   * Adds an image.
   *
   * @param fold whose images are left aside when this image's point is chosen
   */
  void add(LesionMask lesion, String fold) {
    byte[] covered = new byte[GRID * GRID];
    int[] sum = sums.computeIfAbsent(fold, name -> new int[GRID * GRID]);
    for (int point = 0; point < covered.length; point++) {
      if (lesion.contains(at(point / GRID, lesion.height()), at(point % GRID, lesion.width()))) {
        covered[point] = 1;
        sum[point]++;
        total[point]++;
      }
    }
    coverage.add(covered);
    folds.add(fold);
    shares.add((double) lesion.pixels() / ((long) lesion.height() * lesion.width()));
    centres.add(lesion.contains(lesion.height() / 2, lesion.width() / 2) ? 1.0 : 0.0);
  }

  private static int at(int cell, int length) {
    return (int) ((cell + 0.5) / GRID * length);
  }

  /** By image, what a point drawn by chance hits. */
  double[] uniform() {
    return shares.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** By image, whether its centre lies in the lesion. */
  double[] centre() {
    return centres.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** By image, whether the point that is best on the other folds lies in the lesion. */
  double[] fixed() {
    double[] hits = new double[coverage.size()];
    Map<String, Integer> best = new HashMap<>();
    for (int i = 0; i < hits.length; i++) {
      int point = best.computeIfAbsent(folds.get(i), this::best);
      hits[i] = coverage.get(i)[point];
    }
    return hits;
  }

  private int best(String leftOut) {
    int[] own = sums.getOrDefault(leftOut, new int[GRID * GRID]);
    int best = (GRID / 2) * GRID + GRID / 2;
    for (int point = 0; point < total.length; point++) {
      if (total[point] - own[point] > total[best] - own[best]) {
        best = point;
      }
    }
    return best;
  }
}
