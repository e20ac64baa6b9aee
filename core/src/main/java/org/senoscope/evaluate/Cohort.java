package org.senoscope.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.material.DataFlow;
import org.senoscope.evaluate.material.Material;
import org.senoscope.evaluate.material.Properties;
import org.senoscope.files.Hashes;
import org.senoscope.split.Split;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * A data set's images with their groups and their parts of the split, checked against one another.
 */
final class Cohort {
  /** The part that every image is in where there is no split. */
  static final String ALL = "all";

  private static final String COPIES = "near-duplicates";

  private final Dataset dataset;
  private final Map<String, ManifestRow> rows;
  private final Map<String, String> groups;
  private final List<String> groupedBy;
  private final Map<String, String> parts;
  private final OptionalLong seed;
  private final String manifestSha256;
  private final String splitSha256;
  private final Optional<Split> split;

  private Cohort(
      Dataset dataset,
      Map<String, ManifestRow> rows,
      Map<String, String> groups,
      List<String> groupedBy,
      Map<String, String> parts,
      OptionalLong seed,
      String manifestSha256,
      String splitSha256,
      Optional<Split> split) {
    this.dataset = dataset;
    this.rows = rows;
    this.groups = groups;
    this.groupedBy = groupedBy;
    this.parts = parts;
    this.seed = seed;
    this.manifestSha256 = manifestSha256;
    this.splitSha256 = splitSha256;
    this.split = split;
  }

  /**
   * Reads manifest, groups and split.
   *
   * @throws InputException when the split was made for another manifest or other groups, or cuts a
   *     group
   */
  static Cohort open(Dataset dataset) throws IOException {
    Map<String, ManifestRow> rows = new LinkedHashMap<>();
    for (ManifestRow row : dataset.rows()) {
      if (row.excluded().isEmpty()) {
        rows.put(row.image(), row);
      }
    }
    String manifest = Hashes.sha256(dataset.manifestFile());
    Map<String, String> groups = new HashMap<>();
    List<String> groupedBy = groups(dataset, rows, groups);
    Map<String, String> parts = Map.of();
    OptionalLong seed = OptionalLong.empty();
    String splitSha256 = "";
    Optional<Split> found = Optional.empty();
    if (Files.exists(dataset.splitFile())) {
      Split split = Split.read(dataset);
      parts = split.assignments();
      seed = OptionalLong.of(split.seed());
      splitSha256 = Hashes.sha256(dataset.splitFile());
      found = Optional.of(split);
    }
    return new Cohort(dataset, rows, groups, groupedBy, parts, seed, manifest, splitSha256, found);
  }

  private static List<String> groups(
      Dataset dataset, Map<String, ManifestRow> rows, Map<String, String> groups)
      throws IOException {
    boolean patients = rows.values().stream().anyMatch(row -> !row.patient().isEmpty());
    boolean source = rows.values().stream().anyMatch(row -> !row.group().isEmpty());
    List<String> by = new ArrayList<>();
    if (patients) {
      by.add("patient");
    }
    if (source) {
      by.add("the source's groups");
    }
    if (Files.exists(dataset.groupsFile())) {
      Groups audited = Groups.read(dataset.groupsFile());
      rows.keySet().forEach(image -> groups.put(image, audited.groupOf(image)));
      by.add(COPIES);
      return by;
    }
    // Numbered, since what the source calls a group may name a patient.
    Map<String, String> numbers = new HashMap<>();
    for (ManifestRow row : rows.values()) {
      String named = row.group().isEmpty() ? row.patient() : row.group();
      groups.put(
          row.image(),
          named.isEmpty()
              ? row.image()
              : numbers.computeIfAbsent(named, name -> "group" + (numbers.size() + 1)));
    }
    return by;
  }

  Dataset dataset() {
    return dataset;
  }

  /** Rows of the images that take part, by image, in the manifest's order. */
  Map<String, ManifestRow> rows() {
    return rows;
  }

  String groupOf(String image) {
    String group = groups.get(image);
    if (group == null) {
      throw new IllegalArgumentException("No group is known for " + image);
    }
    return group;
  }

  /** What made groups; empty when each image is its own. */
  List<String> groupedBy() {
    return demonstratesLeakage() ? List.of() : groupedBy;
  }

  /** Whether the audit looked for copies, so that groups hold them. */
  boolean audited() {
    return groupedBy.contains(COPIES);
  }

  /** How many groups the images that take part are in. */
  int groupCount() {
    return (int) rows.keySet().stream().map(this::groupOf).distinct().count();
  }

  boolean hasSplit() {
    return !parts.isEmpty();
  }

  /** Groups that lie in several parts: none, unless the split demonstrates leakage. */
  int groupsCut() {
    Map<String, Set<String>> partsOfGroup = new HashMap<>();
    if (demonstratesLeakage()) {
      parts.forEach(
          (image, part) ->
              partsOfGroup.computeIfAbsent(groupOf(image), group -> new HashSet<>()).add(part));
    }
    return (int) partsOfGroup.values().stream().filter(found -> found.size() > 1).count();
  }

  /** Whether the split cuts groups on purpose. */
  boolean demonstratesLeakage() {
    return split.filter(Split::demonstratesLeakage).isPresent();
  }

  OptionalLong seed() {
    return seed;
  }

  String manifestSha256() {
    return manifestSha256;
  }

  /** Empty without a split. */
  String splitSha256() {
    return splitSha256;
  }

  /** The part of an image; {@link #ALL} without a split, empty when the split left it out. */
  String partOf(String image) {
    return parts.isEmpty() ? ALL : parts.getOrDefault(image, "");
  }

  /**
   * The rows of a part, or of the whole data set for {@link #ALL}.
   *
   * @throws InputException when no image is in the part
   */
  List<ManifestRow> part(String part) {
    List<ManifestRow> chosen =
        rows.values().stream()
            .filter(row -> part.equals(ALL) || partOf(row.image()).equals(part))
            .toList();
    if (chosen.isEmpty()) {
      Map<String, Integer> counts = new TreeMap<>();
      parts.values().forEach(name -> counts.merge(name, 1, Integer::sum));
      throw new InputException(
          "%s has no part \"%s\"; it has %s; name one of these or \"all\" with --split"
              .formatted(dataset.name(), part, counts));
    }
    return chosen;
  }

  /** All images whose group holds one of these. */
  Set<String> withTheirGroups(Collection<String> images) {
    Set<String> touched = new HashSet<>();
    images.forEach(image -> touched.add(groupOf(image)));
    Set<String> all = new HashSet<>();
    rows.keySet().stream().filter(image -> touched.contains(groupOf(image))).forEach(all::add);
    return all;
  }

  /** What is known of the images beside a task's labels. */
  Properties properties(Task task) throws IOException {
    return Properties.of(dataset, manifestSha256, rows.values(), task);
  }

  /** Where cases of this data set come from. */
  Material material(TaskEvaluation scored) throws IOException {
    Map<String, String> labels = new HashMap<>();
    Set<String> scoredParts = new HashSet<>();
    int referred = 0;
    boolean ofThisSplit = true;
    for (ScoredCase each : scored.cases()) {
      ofThisSplit &= partOf(each.image()).equals(each.part());
      labels.put(each.image(), scored.task().labels().get(each.truth()));
      scoredParts.add(each.part());
      referred += each.referred() ? 1 : 0;
    }
    return Material.of(
        dataset,
        manifestSha256,
        // Cases that were dealt otherwise, as of a run before the split was made anew, are not its.
        ofThisSplit ? split : Optional.empty(),
        splitSha256,
        this::groupOf,
        new DataFlow.Analysed(
            scored.task().name(), labels, scored.task().labels(), scoredParts, referred));
  }

  /** The data set as an evaluation names it. */
  Evaluation.Images images() {
    return new Evaluation.Images(dataset.name(), manifestSha256, rows.size(), groupCount());
  }
}
