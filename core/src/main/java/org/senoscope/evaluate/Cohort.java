package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.senoscope.dataset.audit.AuditDataset;
import org.senoscope.evaluate.material.DataFlow;
import org.senoscope.evaluate.material.Material;
import org.senoscope.evaluate.material.Properties;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.split.Split;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * A data set's images with their groups and their parts of the split, checked against one another.
 */
final class Cohort {
  /** The part that every image is in where there is no split. */
  static final String ALL = "all";

  private static final String PATIENT = "patient";
  private static final String SOURCE = "the source's groups";

  /** What the audit groups by. */
  static final String COPIES = "near-duplicates";

  private final Dataset dataset;
  private final Map<String, ManifestRow> rows;
  private final Map<String, String> groups;
  private final List<String> groupedBy;
  private final Map<String, String> parts;
  private final OptionalLong seed;
  private final String manifestSha256;
  private final String splitSha256;
  private final Optional<Split> split;
  private final List<Copies> copies;
  private final int masks;

  private Cohort(
      Dataset dataset,
      Map<String, ManifestRow> rows,
      Map<String, String> groups,
      List<String> groupedBy,
      Map<String, String> parts,
      OptionalLong seed,
      String manifestSha256,
      String splitSha256,
      Optional<Split> split,
      List<Copies> copies,
      int masks) {
    this.dataset = dataset;
    this.rows = rows;
    this.groups = groups;
    this.groupedBy = groupedBy;
    this.parts = parts;
    this.seed = seed;
    this.manifestSha256 = manifestSha256;
    this.splitSha256 = splitSha256;
    this.split = split;
    this.copies = copies;
    this.masks = masks;
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
    Optional<JsonNode> audit = audit(dataset, manifest);
    return new Cohort(
        dataset,
        rows,
        groups,
        groupedBy,
        parts,
        seed,
        manifest,
        splitSha256,
        found,
        audit.map(Cohort::copies).orElse(List.of()),
        audit.map(each -> masks(each, rows)).orElse(0));
  }

  /** What the audit of this manifest found. */
  private static Optional<JsonNode> audit(Dataset dataset, String manifestSha256)
      throws IOException {
    Path file = AuditDataset.file(dataset);
    return Files.exists(file)
        ? Optional.of(Json.read(file, "audit"))
            .filter(found -> found.path("manifestSha256").asText().equals(manifestSha256))
        : Optional.empty();
  }

  /** A pair of images that the audit found to be copies. */
  private record Copies(String a, String b) {}

  private static List<Copies> copies(JsonNode audit) {
    return audit
        .path("duplicates")
        .valueStream()
        .map(pair -> new Copies(pair.path("a").asText(), pair.path("b").asText()))
        .toList();
  }

  private static int masks(JsonNode audit, Map<String, ManifestRow> rows) {
    return (int)
        audit
            .path("maskImages")
            .valueStream()
            .filter(image -> rows.containsKey(image.asText()))
            .count();
  }

  private static List<String> groups(
      Dataset dataset, Map<String, ManifestRow> rows, Map<String, String> groups)
      throws IOException {
    boolean patients = rows.values().stream().anyMatch(row -> !row.patient().isEmpty());
    boolean source = rows.values().stream().anyMatch(row -> !row.group().isEmpty());
    List<String> by = new ArrayList<>();
    if (patients) {
      by.add(PATIENT);
    }
    if (source) {
      by.add(SOURCE);
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

  /**
   * Groups that lie in several parts: none, unless the split demonstrates leakage, or a person
   * parted copies.
   */
  int groupsCut() {
    Map<String, Set<String>> partsOfGroup = new HashMap<>();
    if (demonstratesLeakage()) {
      parts.forEach(
          (image, part) ->
              partsOfGroup.computeIfAbsent(groupOf(image), group -> new HashSet<>()).add(part));
    }
    return copiesParted(Map.of())
        + (int) partsOfGroup.values().stream().filter(found -> found.size() > 1).count();
  }

  /**
   * Pairs of copies in different parts, which the audit had joined and a person took out of one
   * group. None where groups are cut on purpose.
   *
   * @param dealt by image, its part, where another dealing than the split's was trained on; empty
   *     for the split's own
   */
  int copiesParted(Map<String, String> dealt) {
    if (demonstratesLeakage()) {
      return 0;
    }
    Map<String, String> partOf = dealt.isEmpty() ? parts : dealt;
    return (int)
        copies.stream()
            .filter(
                pair -> {
                  String a = partOf.get(pair.a());
                  String b = partOf.get(pair.b());
                  return a != null && b != null && !a.equals(b);
                })
            .count();
  }

  /** What a reader must know of the images in the split's parts, in sentences. */
  List<String> notes() {
    return notes(Map.of());
  }

  /**
   * What a reader must know of the images, in sentences.
   *
   * @param dealt as for {@link #copiesParted}
   */
  List<String> notes(Map<String, String> dealt) {
    List<String> notes = new ArrayList<>();
    if (!groupedBy.contains(PATIENT) && !groupedBy.contains(SOURCE)) {
      notes.add(
          "The data set names no patients: images of one woman that are not copies of one another may lie on both sides, which flatters.");
    }
    int parted = copiesParted(dealt);
    if (parted > 0) {
      notes.add(
          "groups.csv was changed after the audit: %d pairs of copies that it found lie in different parts."
              .formatted(parted));
    }
    if (masks > 0) {
      notes.add(
          "%d of the data set's images look like masks of lesions, which tell the label: no figure on them is of use."
              .formatted(masks));
    }
    return notes;
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

  /** Images that the split left out of every part: none without a split. */
  int inNoPart() {
    return (int) rows.keySet().stream().filter(image -> partOf(image).isEmpty()).count();
  }

  /** What is said of images that the split left out of every part. */
  static String noteOnNoPart(int images) {
    return "%d images are in no part of the split and are left out; leftOut in split.json says why."
        .formatted(images);
  }

  /**
   * The rows of a part, or of all parts for {@link #ALL}: what the split left out, such as images
   * whose copies carry another label, is in none.
   *
   * @throws InputException when no image is in the part
   */
  List<ManifestRow> part(String part) {
    List<ManifestRow> chosen =
        rows.values().stream().filter(row -> isIn(part, row.image())).toList();
    if (chosen.isEmpty()) {
      Map<String, Integer> counts = new TreeMap<>();
      parts.values().forEach(name -> counts.merge(name, 1, Integer::sum));
      throw new InputException(
          "%s has no part \"%s\"; it has %s; name one of these or \"all\" with --split"
              .formatted(dataset.name(), part, counts));
    }
    return chosen;
  }

  private boolean isIn(String part, String image) {
    return part.equals(ALL) ? !partOf(image).isEmpty() : partOf(image).equals(part);
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
    return material(scored, Map.of());
  }

  /**
   * Where cases of this data set come from.
   *
   * @param unread images that should have been among them and could not be read, and why
   */
  Material material(TaskEvaluation scored, Map<String, String> unread) throws IOException {
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
            scored.task().name(), labels, scored.task().labels(), scoredParts, referred, unread));
  }

  /** The data set as an evaluation names it. */
  Evaluation.Images images() {
    return new Evaluation.Images(dataset.name(), manifestSha256, rows.size(), groupCount());
  }
}
