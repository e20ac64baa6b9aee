package org.senoscope.split;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.senoscope.files.Json;
import org.senoscope.provenance.Provenance;
import org.senoscope.study.Task;

/**
 * A split and what is in its parts.
 *
 * @param split the split, none of whose groups is cut
 * @param parts counts by part, in order
 */
public record SplitSummary(Split split, Map<String, Counts> parts) {
  private static final int SHOWN = 10;

  /**
   * What is in a part.
   *
   * @param images how many
   * @param groups how many; in no other part
   * @param labels images by label, in the order a reader expects
   */
  public record Counts(int images, int groups, Map<String, Integer> labels) {}

  public SplitSummary {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  static SplitSummary of(Split split, Collection<GroupSplitter.Member> members) {
    List<String> labels =
        Task.order(split.task(), members.stream().map(GroupSplitter.Member::label).toList());
    Map<String, Map<String, Integer>> counts = new LinkedHashMap<>();
    Map<String, Set<String>> groups = new LinkedHashMap<>();
    for (String part : split.parts()) {
      Map<String, Integer> zeros = new LinkedHashMap<>();
      labels.forEach(label -> zeros.put(label, 0));
      counts.put(part, zeros);
      groups.put(part, new HashSet<>());
    }
    for (GroupSplitter.Member member : members) {
      String part = split.partOf(member.image()).orElseThrow();
      counts.getOrDefault(part, new TreeMap<>()).merge(member.label(), 1, Integer::sum);
      groups.getOrDefault(part, new HashSet<>()).add(member.group());
    }
    Map<String, Counts> parts = new LinkedHashMap<>();
    counts.forEach(
        (part, byLabel) ->
            parts.put(
                part,
                new Counts(
                    byLabel.values().stream().mapToInt(Integer::intValue).sum(),
                    groups.getOrDefault(part, Set.of()).size(),
                    byLabel)));
    return new SplitSummary(split, parts);
  }

  /** As {@code split --json} prints it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object("split");
    json.put("seed", split.seed()).put("rule", split.rule()).put("task", split.task());
    ObjectNode byPart = json.putObject("parts");
    parts.forEach((part, counts) -> byPart.set(part, Json.tree(counts)));
    if (split.demonstratesLeakage()) {
      json.put(Provenance.DEMONSTRATES_LEAKAGE, true);
      json.putNull("groupsCut")
          .put("why", "images were dealt one by one, whatever belongs together");
    } else {
      json.put("groupsCut", 0);
    }
    ArrayNode left = json.putArray("leftOut");
    split
        .leftOut()
        .forEach(each -> left.addObject().put("image", each.image()).put("reason", each.reason()));
    return json;
  }

  /** A few lines for a person. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s, seed %d; %s%n"
            .formatted(
                split.rule(),
                split.seed(),
                split.demonstratesLeakage()
                    ? "nothing that comes of it is a result"
                    : "no group is cut"));
    parts.forEach(
        (part, counts) -> {
          text.append(
              "  %-10s %6d images in %6d groups".formatted(part, counts.images, counts.groups));
          counts.labels.forEach((label, n) -> text.append("  %s %d".formatted(label, n)));
          text.append('\n');
        });
    if (!split.leftOut().isEmpty()) {
      text.append("  %d images left out (all in split.json):%n".formatted(split.leftOut().size()));
      split.leftOut().stream()
          .limit(SHOWN)
          .forEach(each -> text.append("    %s: %s%n".formatted(each.image(), each.reason())));
    }
    return text.toString();
  }
}
