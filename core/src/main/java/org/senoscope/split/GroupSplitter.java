package org.senoscope.split;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.senoscope.files.Hashes;
import org.senoscope.work.InputException;

/**
 * Deals whole groups out to parts so that each part gets its share of every label.
 *
 * <p>Groups are dealt from the largest to the smallest, each to the part that lacks its labels most
 * (the squared deviation from what the part should have, relative to how common the label is, grows
 * least). Groups of one size come in the order of SHA-256 of "seed/first image", so that a seed
 * gives the same split on every machine, in every version, and whatever the order of the input.
 * When as many groups of a label are left as parts still lack it, they go to those parts.
 */
public final class GroupSplitter {
  /**
   * An image to be dealt.
   *
   * @param image its key in the manifest
   * @param group its group
   * @param label what to stratify by
   */
  public record Member(String image, String group, String label) {}

  private GroupSplitter() {}

  /**
   * The part of each image, images in alphabetical order.
   *
   * @throws InputException when a label is in fewer groups than there are parts
   */
  public static Map<String, String> split(Collection<Member> members, Parts parts, long seed) {
    List<Group> groups = groups(members, seed);
    List<String> names = parts.names();
    requireEnoughGroups(groups, names.size());
    Dealing dealing = new Dealing(groups, List.copyOf(parts.shares().values()));
    Map<String, String> assignments = new TreeMap<>();
    for (Group group : groups) {
      String part = names.get(dealing.deal(group));
      group.images.forEach(image -> assignments.put(image, part));
    }
    dealing.requireEveryLabelIn(names);
    return new LinkedHashMap<>(assignments);
  }

  /** Largest first, then by the hash. */
  private static List<Group> groups(Collection<Member> members, long seed) {
    Map<String, Group> byName = new TreeMap<>();
    members.stream()
        .sorted(Comparator.comparing(Member::image))
        .forEach(
            member -> {
              Group group =
                  byName.computeIfAbsent(
                      member.group, name -> new Group(Hashes.sha256(seed + "/" + member.image)));
              group.images.add(member.image);
              group.labels.merge(member.label, 1, Integer::sum);
            });
    List<Group> groups = new ArrayList<>(byName.values());
    groups.sort(
        Comparator.comparingInt((Group group) -> -group.images.size())
            .thenComparing(group -> group.place));
    return groups;
  }

  private static void requireEnoughGroups(List<Group> groups, int parts) {
    if (groups.isEmpty()) {
      throw new InputException("no image is left to split; see the images that are left out");
    }
    Map<String, Integer> having = new TreeMap<>();
    groups.forEach(group -> group.labels.keySet().forEach(l -> having.merge(l, 1, Integer::sum)));
    List<String> tooFew =
        having.entrySet().stream()
            .filter(entry -> entry.getValue() < parts)
            .map(entry -> "%s has %d".formatted(entry.getKey(), entry.getValue()))
            .toList();
    if (!tooFew.isEmpty()) {
      throw new InputException(
          ("too few groups for %d parts, each of which needs every label: %s; ask for fewer folds,"
                  + " another --task, or add images")
              .formatted(parts, String.join(", ", tooFew)));
    }
  }

  private static final class Group {
    final String place;
    final List<String> images = new ArrayList<>();
    final Map<String, Integer> labels = new TreeMap<>();

    Group(String place) {
      this.place = place;
    }
  }

  /** Differences below this come of rounding; the earlier part gets the group. */
  private static final double TIE = 1e-9;

  /** What each part has of each label, while groups are dealt. */
  private static final class Dealing {
    private final List<String> labels;
    private final double[][] wanted;
    private final int[][] have;
    private final double[] wantedImages;
    private final int[] haveImages;
    private final int[] groupsLeft;
    private final int[] partsLacking;

    Dealing(List<Group> groups, List<Double> shares) {
      Map<String, Integer> totals = new TreeMap<>();
      groups.forEach(
          group -> group.labels.forEach((label, n) -> totals.merge(label, n, Integer::sum)));
      this.labels = List.copyOf(totals.keySet());
      this.wanted = new double[shares.size()][labels.size()];
      this.have = new int[shares.size()][labels.size()];
      int images = groups.stream().mapToInt(group -> group.images.size()).sum();
      this.wantedImages = shares.stream().mapToDouble(share -> share * images).toArray();
      this.haveImages = new int[shares.size()];
      this.groupsLeft = new int[labels.size()];
      this.partsLacking = new int[labels.size()];
      for (int label = 0; label < labels.size(); label++) {
        partsLacking[label] = shares.size();
        for (int part = 0; part < shares.size(); part++) {
          wanted[part][label] = shares.get(part) * totals.getOrDefault(labels.get(label), 0);
        }
      }
      for (Group group : groups) {
        group.labels.keySet().forEach(label -> groupsLeft[labels.indexOf(label)]++);
      }
    }

    /** Chooses the part of a group and books it. */
    int deal(Group group) {
      int needed = neededLabel(group);
      int best = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int part = 0; part < have.length; part++) {
        if (needed >= 0 && have[part][needed] > 0) {
          continue;
        }
        double growth = growth(part, group);
        if (growth < least - TIE) {
          least = growth;
          best = part;
        }
      }
      book(group, best);
      return best;
    }

    /** A label of the group that can only reach every part if it now goes to one without it. */
    private int neededLabel(Group group) {
      int needed = -1;
      for (String name : group.labels.keySet()) {
        int label = labels.indexOf(name);
        if (partsLacking[label] > 0
            && groupsLeft[label] <= partsLacking[label]
            && (needed < 0 || groupsLeft[label] < groupsLeft[needed])) {
          needed = label;
        }
      }
      return needed;
    }

    private double growth(int part, Group group) {
      double sum = growth(group.images.size(), wantedImages[part], haveImages[part]);
      for (Map.Entry<String, Integer> entry : group.labels.entrySet()) {
        int label = labels.indexOf(entry.getKey());
        sum += growth(entry.getValue(), wanted[part][label], have[part][label]);
      }
      return sum;
    }

    /** Of the squared deviation from what is wanted, in parts of that. */
    private static double growth(int more, double wanted, int have) {
      return more * (more - 2 * (wanted - have)) / wanted;
    }

    private void book(Group group, int part) {
      haveImages[part] += group.images.size();
      group.labels.forEach(
          (name, more) -> {
            int label = labels.indexOf(name);
            groupsLeft[label]--;
            if (have[part][label] == 0) {
              partsLacking[label]--;
            }
            have[part][label] += more;
          });
    }

    void requireEveryLabelIn(List<String> names) {
      List<String> lacking = new ArrayList<>();
      for (int label = 0; label < labels.size(); label++) {
        for (int part = 0; part < names.size(); part++) {
          if (have[part][label] == 0) {
            lacking.add("%s in %s".formatted(labels.get(label), names.get(part)));
          }
        }
      }
      if (!lacking.isEmpty()) {
        throw new InputException(
            ("groups are too large to give every part every label, there would be no %s; ask for"
                    + " fewer folds or larger shares, or try another --seed")
                .formatted(String.join(", no ", lacking)));
      }
    }
  }
}
