package org.senoscope.evaluate.material;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.senoscope.dataset.Dataset;
import org.senoscope.files.Json;

/**
 * What {@code audit.json} tells of the images at hand.
 *
 * @param groups that the images are in
 * @param exactDuplicates images that are the same as an earlier one
 * @param nearDuplicatePairs verified pairs of copies that are not the same
 * @param labelConflicts pairs of copies with different labels
 * @param unreadable images that could not be read
 * @param burntInText images with letters or calipers in the picture
 * @param warnings what a reader of results must know
 */
public record AuditFacts(
    int groups,
    int exactDuplicates,
    int nearDuplicatePairs,
    int labelConflicts,
    int unreadable,
    Set<String> burntInText,
    List<String> warnings) {
  public AuditFacts {
    burntInText = Set.copyOf(burntInText);
    warnings = List.copyOf(warnings);
  }

  /** Reads a data set's audit; empty when there is none, or it was of another manifest. */
  static Optional<AuditFacts> read(Dataset dataset, String manifestSha256) throws IOException {
    Path file = dataset.root().resolve("audit.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    JsonNode json = Json.read(file, "audit");
    if (!json.path("manifestSha256").asText().equals(manifestSha256)) {
      return Optional.empty();
    }
    return Optional.of(
        new AuditFacts(
            json.path("groups").asInt(),
            json.path("exactDuplicates").asInt(),
            json.path("nearDuplicatePairs").asInt(),
            json.path("labelConflicts").size(),
            json.path("unreadable").asInt(),
            json.path("burntInTextImages")
                .valueStream()
                .map(JsonNode::asText)
                .collect(Collectors.toSet()),
            json.path("warnings").valueStream().map(JsonNode::asText).toList()));
  }

  /** As it stands in files. */
  ObjectNode toJson() {
    ObjectNode json =
        Json.object()
            .put("groups", groups)
            .put("exactDuplicates", exactDuplicates)
            .put("nearDuplicatePairs", nearDuplicatePairs)
            .put("labelConflicts", labelConflicts)
            .put("unreadable", unreadable)
            .put("burntInText", burntInText.size());
    json.set("warnings", Json.tree(warnings));
    return json;
  }
}
