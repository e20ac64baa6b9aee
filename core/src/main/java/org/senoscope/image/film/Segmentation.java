package org.senoscope.image.film;

import java.util.Optional;

/**
 * The breast told from air, labels and frames on a grid.
 *
 * @param tissue cells brighter than air
 * @param breast the same with a margin for the skin line
 */
record Segmentation(Cells tissue, Cells breast) {
  private static final int LEVELS = 256;

  /** Up to this of 255 a cell is black. */
  private static final int BLACK = 1;

  /** Air is darker than this, of 255: else a film has none. */
  private static final int DARKEST_TISSUE = 51;

  /** Skin beside tissue is darker than this, of 255. */
  private static final int WHITEST_TISSUE = 217;

  /** What is less than a fortieth of the longer side wide is no breast. */
  private static final int THIN = 80;

  /** How far the dim skin line may lie from bright tissue, as a part of the longer side. */
  private static final int SKIN = 16;

  /** The smallest breast, as a part of the film. */
  private static final int SMALLEST = 50;

  /** Looks for the breast; empty where there is no air, or nothing large and bright. */
  static Optional<Segmentation> of(Grid grid) {
    Optional<Integer> limit = limit(grid);
    if (limit.isEmpty()) {
      return Optional.empty();
    }
    int longest = Math.max(grid.height(), grid.width());
    int thin = Math.max(1, longest / THIN);
    Cells bright = brighter(grid, limit.get());
    Cells core = bright.eroded(thin).largestPart();
    if (core.count() * SMALLEST < grid.values().length) {
      return Optional.empty();
    }
    Cells tissue = core.grownWithin(bright, 2 * thin).filled();
    // Towards the skin line the breast becomes darker than the limit: as far as it is not yet air.
    Cells around = tissue.dilated(3 * longest / SKIN).without(tissue.dilated(thin));
    int air = air(grid, around, limit.get());
    // A bright piece of skin hangs together with the tissue by fat, which is well above air;
    // between
    // a label and the breast there is air.
    Cells joined = tissue.grownWithin(brighter(grid, (2 * air + limit.get()) / 3), longest);
    // A white plate so near that its glare bridges the air is known by being white and broad; what
    // is so beside the tissue itself is a nipple.
    Cells white = brighter(grid, WHITEST_TISSUE).without(tissue).closed(thin).opened(thin);
    Cells plates = white.without(tissue.dilated(2).and(white).grownWithin(white, longest));
    Cells others =
        bright.without(joined).or(plates.dilated(thin).and(bright)).dilated(1).without(tissue);
    Cells dim = brighter(grid, air).without(others);
    Cells skin = tissue.grownWithin(dim, longest / SKIN).opened(thin);
    Cells breast = tissue.or(skin).largestPart();
    return Optional.of(new Segmentation(tissue, breast.filled().dilated(1).without(others)));
  }

  private static Cells brighter(Grid grid, int level) {
    return Cells.of(grid.height(), grid.width(), place -> grid.values()[place] >> 8 > level);
  }

  /**
   * The brightest level of the air around the breast, at most the limit. Digital films have black
   * air; on scanned ones it has a level of its own with noise around it, and is black where the
   * scan was filled up.
   */
  private static int air(Grid grid, Cells around, int limit) {
    int[] counts = new int[LEVELS];
    int all = 0;
    int grey = 0;
    for (int place = 0; place < grid.values().length; place++) {
      int level = grid.values()[place] >> 8;
      if (level <= limit && around.has(place)) {
        counts[level]++;
        all++;
        grey += level > BLACK ? 1 : 0;
      }
    }
    if (grey * 4 < all) {
      return Math.min(BLACK, limit);
    }
    int peak = BLACK + 1;
    for (int level = peak; level <= limit; level++) {
      peak = counts[level] > counts[peak] ? level : peak;
    }
    // Above its peak air mixes with skin; so its spread is measured below.
    double squares = 0;
    int below = 0;
    for (int level = BLACK + 1; level <= peak; level++) {
      squares += (double) counts[level] * (peak - level) * (peak - level);
      below += counts[level];
    }
    return Math.min(limit, peak + 1 + (int) Math.ceil(3 * Math.sqrt(squares / below)));
  }

  /**
   * The brightest air, 0..255: the limit between two classes of brightness that differ most (Otsu
   * 1979), of square roots, since tissue spreads over far more levels than air.
   */
  private static Optional<Integer> limit(Grid grid) {
    long[] counts = new long[LEVELS];
    for (int value : grid.values()) {
      counts[value >> 8]++;
    }
    double[] scale = new double[LEVELS];
    double total = 0;
    for (int level = 0; level < LEVELS; level++) {
      scale[level] = Math.sqrt(level);
      total += scale[level] * counts[level];
    }
    long all = grid.values().length;
    long below = 0;
    double sum = 0;
    double best = 0;
    int limit = -1;
    double dark = 0;
    for (int level = 0; level < LEVELS - 1; level++) {
      below += counts[level];
      sum += scale[level] * counts[level];
      if (below == 0 || below == all) {
        continue;
      }
      double difference = sum / below - (total - sum) / (all - below);
      double between = difference * difference * below * (all - below);
      if (between > best) {
        best = between;
        limit = level;
        dark = sum / below;
      }
    }
    return limit < 0 || dark * dark > DARKEST_TISSUE ? Optional.empty() : Optional.of(limit);
  }
}
