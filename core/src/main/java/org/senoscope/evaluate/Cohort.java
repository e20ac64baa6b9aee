package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/**
 * A data set's images with their groups and their parts of the split, checked against one another.
 */
final class Cohort {
  /** The part that every image is in where there is no split. */
  static final String ALL = "all";

  private final Dataset dataset;
  private final Map<String, ManifestRow> rows;
  private final Map<String, String> groups;
  private final List<String> groupedBy;
  private final Map<String, String> parts;
  private final OptionalLong seed;
  private final String manifestSha256;
  private final String splitSha256;

  private Cohort(
      Dataset dataset,
      Map<String, ManifestRow> rows,
      Map<String, String> groups,
      List<String> groupedBy,
      Map<String, String> parts,
      OptionalLong seed,
      String manifestSha256,
      String splitSha256) {
    this.dataset = dataset;
    this.rows = rows;
    this.groups = groups;
    this.groupedBy = groupedBy;
    this.parts = parts;
    this.seed = seed;
    this.manifestSha256 = manifestSha256;
    this.splitSha256 = splitSha256;
  }

  /**
   * Reads manifest, groups and split.
   *
   * @throws InputException when the split or the groups were made for another manifest
   */
  static Cohort open(Dataset dataset) throws IOException {
    Map<String, ManifestRow> rows = new LinkedHashMap<>();
    for (ManifestRow row : dataset.rows()) {
      if (row.excluded().isEmpty()) {
        rows.put(row.image(), row);
      }
    }
    String manifest = sha256(dataset.manifestFile());
    Map<String, String> groups = new HashMap<>();
    List<String> groupedBy = groups(dataset, rows, groups);
    Map<String, String> parts = new HashMap<>();
    OptionalLong seed = OptionalLong.empty();
    String splitSha256 = "";
    if (Files.exists(dataset.splitFile())) {
      JsonNode split = Json.read(dataset.splitFile(), "split");
      check(dataset, split, "manifestSha256", manifest);
      check(dataset, split, "groupsSha256", sha256(dataset.groupsFile()));
      split
          .path("assignments")
          .properties()
          .forEach(entry -> parts.put(entry.getKey(), entry.getValue().asText()));
      seed = OptionalLong.of(split.path("seed").asLong());
      splitSha256 = sha256(dataset.splitFile());
    }
    return new Cohort(dataset, rows, groups, groupedBy, parts, seed, manifest, splitSha256);
  }

  private static void check(Dataset dataset, JsonNode split, String field, String found) {
    if (!split.path(field).asText().equals(found)) {
      throw new InputException(
          "%s was made for another %s; run senoscope split again"
              .formatted(
                  dataset.splitFile(),
                  field.startsWith("manifest") ? "manifest.csv" : "groups.csv"));
    }
  }

  private static List<String> groups(
      Dataset dataset, Map<String, ManifestRow> rows, Map<String, String> groups)
      throws IOException {
    if (Files.exists(dataset.groupsFile())) {
      try (CsvReader<NamedCsvRecord> reader =
          CsvReader.builder().ofNamedCsvRecord(dataset.groupsFile())) {
        reader.forEach(line -> groups.put(line.getField("image"), line.getField("group")));
      }
      for (String image : rows.keySet()) {
        if (!groups.containsKey(image)) {
          throw new InputException(
              "%s has no group for %s; run senoscope audit again"
                  .formatted(dataset.groupsFile(), image));
        }
      }
      return List.of("patient", "pair", "near-duplicates");
    }
    // Numbered, since what the source calls a group may name a patient.
    Map<String, String> numbers = new HashMap<>();
    boolean known = false;
    for (ManifestRow row : rows.values()) {
      String source = row.group().isEmpty() ? row.patient() : row.group();
      known |= !source.isEmpty();
      groups.put(
          row.image(),
          source.isEmpty()
              ? row.image()
              : numbers.computeIfAbsent(source, name -> "group" + (numbers.size() + 1)));
    }
    return known ? List.of("patient") : List.of();
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
    return groupedBy;
  }

  /** How many groups the images that take part are in. */
  int groupCount() {
    return (int) rows.keySet().stream().map(this::groupOf).distinct().count();
  }

  boolean hasSplit() {
    return !parts.isEmpty();
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

  /** Groups with images in more than one part; a split that was made rightly has none. */
  int groupsCut() {
    Map<String, Set<String>> partsOfGroup = new HashMap<>();
    for (String image : rows.keySet()) {
      String part = partOf(image);
      if (!part.isEmpty()) {
        partsOfGroup.computeIfAbsent(groupOf(image), group -> new HashSet<>()).add(part);
      }
    }
    return (int) partsOfGroup.values().stream().filter(found -> found.size() > 1).count();
  }

  /** All images whose group holds one of these. */
  Set<String> withTheirGroups(Collection<String> images) {
    Set<String> touched = new HashSet<>();
    images.forEach(image -> touched.add(groupOf(image)));
    Set<String> all = new HashSet<>();
    rows.keySet().stream().filter(image -> touched.contains(groupOf(image))).forEach(all::add);
    return all;
  }

  /** The data set as an evaluation names it. */
  Evaluation.Images images() {
    return new Evaluation.Images(dataset.name(), manifestSha256, rows.size(), groupCount());
  }

  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, digest).transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
