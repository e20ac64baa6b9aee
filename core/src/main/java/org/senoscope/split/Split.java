package org.senoscope.split;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.provenance.Provenance;
import org.senoscope.work.InputException;

/**
 * Which image is in which part, and the rule and seed that made it so; {@code split.json}.
 *
 * @param seed of the dealing
 * @param rule in words, such as {@code 5 folds by pathology}
 * @param task whose labels every part has its share of
 * @param manifestSha256 of {@code manifest.csv} as it was split
 * @param groupsSha256 of {@code groups.csv} as it was split
 * @param parts the parts' names, in order
 * @param assignments part by image
 * @param leftOut images in no part, and why
 * @param demonstratesLeakage whether images were dealt one by one, whatever belongs together: what
 *     comes of such a split is never a result
 */
public record Split(
    long seed,
    String rule,
    String task,
    String manifestSha256,
    String groupsSha256,
    List<String> parts,
    Map<String, String> assignments,
    List<LeftOut> leftOut,
    boolean demonstratesLeakage) {
  private static final String KIND = "split";

  /** Absent in splits of before. */
  private static final String ASSIGNMENTS_SHA256 = "assignmentsSha256";

  /**
   * An image in no part.
   *
   * @param image its key in the manifest
   * @param reason in words
   */
  public record LeftOut(String image, String reason) {}

  public Split {
    parts = List.copyOf(parts);
    assignments = Collections.unmodifiableMap(new LinkedHashMap<>(assignments));
    leftOut = List.copyOf(leftOut);
    Set<String> strange = new TreeSet<>(assignments.values());
    strange.removeAll(parts);
    if (!strange.isEmpty()) {
      throw new IllegalArgumentException(
          "Images are assigned to %s, the parts are %s".formatted(strange, parts));
    }
  }

  /**
   * Reads a data set's {@code split.json} and holds it against the data set: {@link
   * #verifyAgainst}.
   *
   * @throws InputException when there is none, or it was made for another manifest or other groups
   */
  public static Split read(Dataset dataset) throws IOException {
    Split split = read(dataset.splitFile());
    split.verifyAgainst(dataset);
    return split;
  }

  /**
   * Reads a split without holding it against its data set.
   *
   * @throws InputException when there is none, it is not one, or it was edited
   */
  public static Split read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InputException("%s is missing; make it with senoscope split".formatted(file));
    }
    JsonNode json = Json.read(file, KIND);
    Map<String, String> assignments = new LinkedHashMap<>();
    json.path("assignments")
        .properties()
        .forEach(entry -> assignments.put(entry.getKey(), entry.getValue().asText()));
    if (json.has(ASSIGNMENTS_SHA256)
        && !json.path(ASSIGNMENTS_SHA256).asText().equals(sha256(assignments))) {
      throw new InputException(
          "%s was edited after it was made: images lie in other parts than they were dealt to; run senoscope split again"
              .formatted(file));
    }
    Set<String> parts = new LinkedHashSet<>();
    json.path("parts").forEach(part -> parts.add(part.asText()));
    if (parts.isEmpty()) {
      parts.addAll(new TreeSet<>(assignments.values()));
    }
    List<LeftOut> leftOut =
        json.path("leftOut")
            .valueStream()
            .map(each -> new LeftOut(each.path("image").asText(), each.path("reason").asText()))
            .toList();
    try {
      return new Split(
          json.path("seed").asLong(),
          json.path("rule").asText(),
          json.path("task").asText(),
          json.path("manifestSha256").asText(),
          json.path("groupsSha256").asText(),
          List.copyOf(parts),
          assignments,
          leftOut,
          json.path(Provenance.DEMONSTRATES_LEAKAGE).asBoolean());
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "%s is faulty: %s; run senoscope split again".formatted(file, e.getMessage()), e);
    }
  }

  private static String sha256(Map<String, String> assignments) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(assignments)
        .forEach((image, part) -> text.append(part).append(' ').append(image).append('\n'));
    return Hashes.sha256(text.toString());
  }

  /** SHA-256 of which image is in which part, as runs name the split that they were trained by. */
  public String sha256InRuns() {
    return Hashes.sha256(assignments.toString());
  }

  /** Writes {@code split.json}, complete or not at all. */
  public void write(Path file) throws IOException {
    ObjectNode json = Json.object(KIND).put("seed", seed).put("rule", rule).put("task", task);
    json.put("manifestSha256", manifestSha256).put("groupsSha256", groupsSha256);
    json.set("parts", Json.tree(parts));
    json.set("assignments", Json.tree(assignments));
    json.put(ASSIGNMENTS_SHA256, sha256(assignments));
    ArrayNode left = json.putArray("leftOut");
    leftOut.forEach(each -> left.addObject().put("image", each.image).put("reason", each.reason));
    if (demonstratesLeakage) {
      json.put(Provenance.DEMONSTRATES_LEAKAGE, true);
    }
    Json.write(file, json);
  }

  /**
   * Refuses a split that was made for another manifest or other groups, or that cuts a group,
   * unless it was made to demonstrate leakage.
   *
   * @throws InputException saying which, and the remedy
   */
  public void verifyAgainst(Dataset dataset) throws IOException {
    require(manifestSha256, dataset.manifestFile(), dataset);
    if (demonstratesLeakage) {
      return; // it cuts groups on purpose
    }
    require(groupsSha256, dataset.groupsFile(), dataset);
    int cut = groupsCut(Groups.read(dataset.groupsFile()));
    if (cut > 0) {
      throw new InputException(
          "%s cuts %d groups, so that train and test share patients or copies; run senoscope split"
                  .formatted(dataset.splitFile(), cut)
              + " again");
    }
  }

  private static void require(String sha256, Path file, Dataset dataset) throws IOException {
    if (!Files.isRegularFile(file) || !Hashes.sha256(file).equals(sha256)) {
      throw new InputException(
          "%s was made for another %s than there is now; run senoscope split again"
              .formatted(dataset.splitFile(), file.getFileName()));
    }
  }

  /** How many groups have images in more than one part. */
  public int groupsCut(Groups groups) {
    Map<String, String> partOfGroup = new HashMap<>();
    Set<String> cut = new TreeSet<>();
    assignments.forEach(
        (image, part) -> {
          String group = groups.groupOf(image);
          String other = partOfGroup.putIfAbsent(group, part);
          if (other != null && !other.equals(part)) {
            cut.add(group);
          }
        });
    return cut.size();
  }

  /** The part of an image; empty when it is left out. */
  public Optional<String> partOf(String image) {
    return Optional.ofNullable(assignments.get(image));
  }

  /** The images of a part, in the order of the file. */
  public List<String> images(String part) {
    return assignments.entrySet().stream()
        .filter(entry -> entry.getValue().equals(part))
        .map(Map.Entry::getKey)
        .toList();
  }
}
