package org.senoscope.report.story;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.senoscope.evaluate.ScoredCase;

/** Which cases a reader should see: where the model was most wrong, and where most unsure. */
public final class CaseSelection {
  private CaseSelection() {}

  /**
   * The wrong cases whose true label was given the lowest probability, the worst first; of a group
   * the worst alone, since its others are copies or of the same woman.
   *
   * @param count at most so many
   */
  public static List<ScoredCase> worst(List<ScoredCase> cases, int count) {
    return first(
        cases.stream().filter(scored -> scored.top() != scored.truth()).toList(),
        Comparator.comparingDouble(scored -> scored.probabilities().get(scored.truth())),
        count);
  }

  /** The cases whose highest probability is lowest, the most unsure first; one of a group. */
  public static List<ScoredCase> unsure(List<ScoredCase> cases, int count) {
    return first(
        cases,
        Comparator.comparingDouble(scored -> scored.probabilities().get(scored.top())),
        count);
  }

  private static List<ScoredCase> first(
      List<ScoredCase> cases, Comparator<ScoredCase> order, int count) {
    Set<String> groups = new HashSet<>();
    List<ScoredCase> chosen = new ArrayList<>();
    for (ScoredCase scored :
        cases.stream().sorted(order.thenComparing(ScoredCase::image)).toList()) {
      if (chosen.size() < count && groups.add(scored.group())) {
        chosen.add(scored);
      }
    }
    return chosen;
  }
}
