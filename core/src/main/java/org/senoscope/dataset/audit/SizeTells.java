package org.senoscope.dataset.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.senoscope.dataset.ManifestRow;

/**
 * Whether the height and width of an image alone tell its label, as where lesions were cut out of
 * the images of one class, or each class came from a place of its own. A network sees such a
 * difference in what scaling leaves behind.
 *
 * <p>Each image's label is guessed by the most frequent label among the others of about its size
 * (within a step of 2^¼ in height and width), and that is held against always guessing the most
 * frequent label.
 */
final class SizeTells {
  /** Steps of size to a factor of two. */
  private static final double STEPS = 4;

  /** By how much of all images the guess must be better for a warning. */
  private static final double TELLING = .15;

  private static final int FEWEST_IMAGES = 20;

  private final List<ManifestRow> rows;

  SizeTells(List<ManifestRow> rows) {
    this.rows = rows.stream().filter(row -> row.excluded().isEmpty()).toList();
  }

  /** A sentence for each task whose label the size tells. */
  List<String> warnings() {
    TreeSet<String> tasks = new TreeSet<>();
    rows.forEach(row -> tasks.addAll(row.labels().keySet()));
    List<String> warnings = new ArrayList<>();
    for (String task : tasks) {
      Map<String, Map<String, Integer>> bySize = new HashMap<>();
      Map<String, Integer> all = new HashMap<>();
      for (ManifestRow row : rows) {
        row.label(task)
            .ifPresent(
                label -> {
                  bySize
                      .computeIfAbsent(size(row), size -> new HashMap<>())
                      .merge(label, 1, Integer::sum);
                  all.merge(label, 1, Integer::sum);
                });
      }
      int images = all.values().stream().mapToInt(Integer::intValue).sum();
      int most = all.values().stream().mapToInt(Integer::intValue).max().orElse(0);
      int told = bySize.values().stream().mapToInt(SizeTells::toldByOthers).sum();
      if (images >= FEWEST_IMAGES && told - most > TELLING * images) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "height and width alone tell the label of task %s for %.0f%% of the images (always the most frequent one: %.0f%%), as where one class was cut out by readers' marks or came from elsewhere: a model may learn that",
                task,
                100.0 * told / images,
                100.0 * most / images));
      }
    }
    return warnings;
  }

  private static String size(ManifestRow row) {
    return step(row.height()) + " " + step(row.width());
  }

  private static long step(int pixels) {
    return Math.round(STEPS * StrictMath.log(Math.max(1, pixels)) / StrictMath.log(2));
  }

  /** How many of one size have the label that most others of that size have. */
  private static int toldByOthers(Map<String, Integer> counts) {
    int told = 0;
    for (Map.Entry<String, Integer> label : counts.entrySet()) {
      int others =
          counts.entrySet().stream()
              .filter(other -> !other.getKey().equals(label.getKey()))
              .mapToInt(Map.Entry::getValue)
              .max()
              .orElse(0);
      told += label.getValue() - 1 > others ? label.getValue() : 0;
    }
    return told;
  }
}
