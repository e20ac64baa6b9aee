package org.senoscope.dataset.importer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.senoscope.files.Json;

/**
 * What an import brought.
 *
 * @param dataset the new folder
 * @param images rows of the manifest
 * @param patients different patients that the source names
 * @param labels count by label by task, in the order of the tasks and of their labels
 * @param rejected what is not in the data set, in the source's order
 */
public record ImportResult(
    Path dataset,
    long images,
    int patients,
    Map<String, Map<String, Long>> labels,
    List<Rejection> rejected) {
  public ImportResult {
    rejected = List.copyOf(rejected);
  }

  /** As {@code import --json} prints it. */
  public ObjectNode toJson() {
    ObjectNode json =
        Json.object("import").put("dataset", dataset.toString()).put("images", images);
    ArrayNode array = json.putArray("rejected");
    rejected.forEach(
        each -> array.addObject().put("file", each.file()).put("reason", each.reason()));
    json.put("patients", patients);
    json.set("labels", Json.tree(labels));
    return json;
  }

  /** A few lines for a person. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append("%s: %d images".formatted(dataset, images));
    if (patients > 0) {
      text.append(" of %d patients".formatted(patients));
    }
    text.append('\n');
    labels.forEach((task, counts) -> text.append("  %s: %s%n".formatted(task, counts(counts))));
    if (!rejected.isEmpty()) {
      text.append("  %d refused (all in rejected.csv):%n".formatted(rejected.size()));
      rejected.stream()
          .limit(10)
          .forEach(
              each -> text.append("    %s: %s%n".formatted(oneLine(each.file()), each.reason())));
    }
    return text.toString();
  }

  private static String counts(Map<String, Long> counts) {
    return String.join(
        ", ",
        counts.entrySet().stream().map(each -> each.getValue() + " " + each.getKey()).toList());
  }

  /** A file's name on one line of a terminal, whatever is in it. */
  static String oneLine(String file) {
    return file.replaceAll("\\p{Cntrl}", "?");
  }
}
