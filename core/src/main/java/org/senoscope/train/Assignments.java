package org.senoscope.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.senoscope.dataset.Groups;
import org.senoscope.split.Split;

/**
 * Which image is in which part, and which group each belongs to; groups are never cut, unless to
 * demonstrate leakage.
 *
 * @param part by image: train, validation and test, or fold1 … foldK
 * @param group by image
 * @param sha256 of the split that says so
 * @param demonstratesLeakage whether groups are cut on purpose, and nothing that comes of it is a
 *     result
 */
public record Assignments(
    Map<String, String> part,
    Map<String, String> group,
    String sha256,
    boolean demonstratesLeakage) {
  private static final String FOLD = "fold";

  public Assignments {
    part = Map.copyOf(part);
    group = Map.copyOf(group);
  }

  /** As a split and the audit's groups have it. */
  public static Assignments of(Split split, Groups groups) {
    Map<String, String> group = new HashMap<>();
    split.assignments().keySet().forEach(image -> group.put(image, groups.groupOf(image)));
    return new Assignments(
        split.assignments(), group, split.sha256InRuns(), split.demonstratesLeakage());
  }

  /** The folds in order; none for a hold-out. */
  public List<String> folds() {
    return new TreeSet<>(part.values())
        .stream()
            .filter(Assignments::isFold)
            .sorted(
                java.util.Comparator.comparingInt(
                    name -> Integer.parseInt(name.substring(FOLD.length()))))
            .toList();
  }

  /** Whether a part is a fold. */
  static boolean isFold(String part) {
    return part.matches(FOLD + "[0-9]+");
  }

  /** The group of an image; its own key where it stands alone. */
  public String groupOf(String image) {
    return group.getOrDefault(image, image);
  }
}
