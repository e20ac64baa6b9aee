package org.senoscope.dataset.audit;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.ManifestRow;

/** Joins images by patient, by what the source says, and by copies; transitively. */
final class Grouping {
  private final List<ManifestRow> rows;
  private final Joined groups;
  private final Joined copies;
  private final boolean[] byPatient;
  private final boolean[] bySource;
  private final boolean[] byExact;
  private final boolean[] byNear;

  /**
   * Joins.
   *
   * @param pairs by place in {@code rows}
   */
  Grouping(List<ManifestRow> rows, List<CopyPair> pairs) {
    int count = rows.size();
    this.rows = rows;
    this.groups = new Joined(count);
    this.copies = new Joined(count);
    this.byPatient = new boolean[count];
    this.bySource = new boolean[count];
    this.byExact = new boolean[count];
    this.byNear = new boolean[count];
    Map<String, Integer> patients = new HashMap<>();
    Map<String, Integer> sources = new HashMap<>();
    for (int place = 0; place < count; place++) {
      joinBy(rows.get(place).patient(), place, patients, byPatient);
      joinBy(rows.get(place).group(), place, sources, bySource);
    }
    for (CopyPair pair : pairs) {
      boolean[] why = pair.kind() == CopyPair.Kind.EXACT ? byExact : byNear;
      why[pair.a()] = true;
      why[pair.b()] = true;
      groups.join(pair.a(), pair.b());
      copies.join(pair.a(), pair.b());
    }
  }

  private void joinBy(String key, int place, Map<String, Integer> firsts, boolean[] why) {
    if (key.isEmpty()) {
      return;
    }
    Integer first = firsts.putIfAbsent(key, place);
    if (first != null) {
      why[first] = true;
      why[place] = true;
      groups.join(first, place);
    }
  }

  /** The first image's place of an image's group: the same for all in it. */
  int groupOf(int place) {
    return groups.root(place);
  }

  /** The first image's place of an image's copies: the same for all of them. */
  int copiesOf(int place) {
    return copies.root(place);
  }

  /**
   * As {@code groups.csv} has it, numbered in the manifest's order.
   *
   * @param unreadable reason by place
   */
  Groups toGroups(Map<Integer, String> unreadable) {
    Map<Integer, String> groupNumbers = new HashMap<>();
    Map<Integer, String> copyNumbers = new HashMap<>();
    Map<String, Groups.Entry> entries = new LinkedHashMap<>();
    for (int place = 0; place < rows.size(); place++) {
      StringJoiner why = new StringJoiner(";");
      addIf(byPatient[place], "patient", why);
      addIf(bySource[place], "source", why);
      addIf(byExact[place], "exact-duplicate", why);
      addIf(byNear[place], "near-duplicate", why);
      String group =
          groupNumbers.computeIfAbsent(groupOf(place), root -> "g" + (groupNumbers.size() + 1));
      String copy =
          byExact[place] || byNear[place]
              ? copyNumbers.computeIfAbsent(copiesOf(place), root -> "d" + (copyNumbers.size() + 1))
              : "";
      entries.put(
          rows.get(place).image(),
          new Groups.Entry(group, why.toString(), copy, unreadable.getOrDefault(place, "")));
    }
    return new Groups(entries);
  }

  private static void addIf(boolean condition, String word, StringJoiner words) {
    if (condition) {
      words.add(word);
    }
  }

  /** Disjoint sets; the root of a set is its least place. */
  private static final class Joined {
    private final int[] parent;

    Joined(int count) {
      parent = new int[count];
      for (int place = 0; place < count; place++) {
        parent[place] = place;
      }
    }

    int root(int place) {
      int root = place;
      while (parent[root] != root) {
        root = parent[root];
      }
      for (int at = place; parent[at] != root; ) {
        int next = parent[at];
        parent[at] = root;
        at = next;
      }
      return root;
    }

    void join(int a, int b) {
      int rootA = root(a);
      int rootB = root(b);
      parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
    }
  }
}
