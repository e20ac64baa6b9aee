package org.senoscope.train;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which image is in which part, and which group each belongs to; groups are never cut.
 *
 * @param part by image: train, validation and test, or fold1 … foldK
 * @param group by image
 * @param sha256 of the split that says so
 */
public record Parts(Map<String, String> part, Map<String, String> group, String sha256) {
  /** The part that is learned from in a hold-out. */
  public static final String TRAIN = "train";

  /** The part on which things are chosen. */
  public static final String VALIDATION = "validation";

  private static final String FOLD = "fold";

  public Parts {
    part = Map.copyOf(part);
    group = Map.copyOf(group);
  }

  /** The folds in order; none for a hold-out. */
  public List<String> folds() {
    return new TreeSet<>(part.values())
        .stream()
            .filter(name -> name.matches(FOLD + "[0-9]+"))
            .sorted(
                java.util.Comparator.comparingInt(
                    name -> Integer.parseInt(name.substring(FOLD.length()))))
            .toList();
  }

  /** The group of an image; its own key where it stands alone. */
  public String groupOf(String image) {
    return group.getOrDefault(image, image);
  }
}
