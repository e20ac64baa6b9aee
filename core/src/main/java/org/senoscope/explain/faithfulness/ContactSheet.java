package org.senoscope.explain.faithfulness;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Some hits and some misses of many, drawn by a seed so that nobody chose them, and the same
 * whatever the order in which they are offered. Holds no more than it shows. Safe for several
 * threads.
 */
final class ContactSheet {
  /** Pictures of each kind. */
  static final int MOST = 12;

  private final long seed;
  private final TreeMap<Rank, HeatmapPicture> hits = new TreeMap<>(Rank.ORDER);
  private final TreeMap<Rank, HeatmapPicture> misses = new TreeMap<>(Rank.ORDER);

  /** An image's place in the draw; by name where two draw alike. */
  private record Rank(long drawn, String image) {
    static final Comparator<Rank> ORDER =
        Comparator.comparingLong(Rank::drawn).thenComparing(Rank::image);
  }

  ContactSheet(long seed) {
    this.seed = seed;
  }

  /**
   * Offers an image.
   *
   * @param picture drawn only where it may be shown
   */
  void offer(ImageScore score, Supplier<HeatmapPicture> picture) {
    TreeMap<Rank, HeatmapPicture> kind = score.pointing().isHit() ? hits : misses;
    Rank rank = new Rank(new Random(seed ^ score.image().hashCode()).nextLong(), score.image());
    synchronized (this) {
      if (kind.size() >= MOST && Rank.ORDER.compare(rank, kind.lastKey()) > 0) {
        return;
      }
    }
    HeatmapPicture drawn = picture.get();
    synchronized (this) {
      kind.put(rank, drawn);
      if (kind.size() > MOST) {
        kind.pollLastEntry();
      }
    }
  }

  /** Those that were drawn: misses, then hits. */
  synchronized List<HeatmapPicture> pictures() {
    List<HeatmapPicture> all = new ArrayList<>(misses.values());
    all.addAll(hits.values());
    return all;
  }
}
