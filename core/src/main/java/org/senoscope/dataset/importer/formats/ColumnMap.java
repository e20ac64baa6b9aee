package org.senoscope.dataset.importer.formats;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.senoscope.files.Json;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Suggestions;

/**
 * Which column of a table holds what. Written {@code image=file,patient=case,label.density=density}
 * or as a YAML file of the same pairs.
 *
 * @param columns the table's column by what it holds: one of {@link #TARGETS} or {@code
 *     label.<task>}
 */
record ColumnMap(Map<String, String> columns) {
  /** What a column may hold beside labels. */
  static final List<String> TARGETS =
      List.of(
          "image",
          "patient",
          "group",
          "modality",
          "laterality",
          "view",
          "mask",
          "roi",
          "roi.xywh",
          "excluded",
          "published");

  private static final String LABEL = "label.";

  /** Columns of these names are labels where no map is given. */
  private static final List<String> TASKS =
      List.of(Task.PATHOLOGY, Task.ABNORMALITY, Task.TISSUE, Task.DENSITY, Task.CANCER, Task.CLASS);

  ColumnMap {
    columns = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /**
   * Reads the map. Where none is given, columns named as the manifest's or as a known task are
   * taken.
   *
   * @throws InputException naming every unknown target and column with the nearest known one
   */
  static ColumnMap of(String text, List<String> header) throws IOException {
    Map<String, String> columns = text.isEmpty() ? sameNames(header) : pairs(text);
    List<String> faults = new ArrayList<>();
    columns.forEach(
        (target, column) -> {
          if (!TARGETS.contains(target) && !isLabel(target)) {
            List<String> known = new ArrayList<>(TARGETS);
            known.add("label.<task>");
            faults.add(Suggestions.unknown("target", target, known));
          }
          if (!header.contains(column)) {
            faults.add(Suggestions.unknown("column", column, header));
          }
        });
    if (!columns.containsKey("image")) {
      faults.add("no column is said to hold the image: --columns image=COLUMN,…");
    }
    if (!faults.isEmpty()) {
      throw new InputException("--columns: " + String.join("; ", faults));
    }
    return new ColumnMap(columns);
  }

  /** The tasks that columns hold labels of. */
  List<String> tasks() {
    return columns.keySet().stream()
        .filter(ColumnMap::isLabel)
        .map(target -> target.substring(LABEL.length()))
        .toList();
  }

  /** A row's text for a target; empty when no column holds it. */
  String get(Table.Row row, String target) {
    String column = columns.get(target);
    return column == null ? "" : row.get(column);
  }

  /** A row's label of a task; empty when there is none. */
  String label(Table.Row row, String task) {
    return get(row, LABEL + task);
  }

  private static boolean isLabel(String target) {
    return target.startsWith(LABEL) && target.length() > LABEL.length();
  }

  private static Map<String, String> sameNames(List<String> header) {
    Map<String, String> columns = new LinkedHashMap<>();
    header.stream()
        .filter(name -> TARGETS.contains(name) || isLabel(name))
        .forEach(name -> columns.put(name, name));
    TASKS.stream()
        .filter(header::contains)
        .forEach(task -> columns.putIfAbsent(LABEL + task, task));
    return columns;
  }

  private static Map<String, String> pairs(String text) throws IOException {
    Map<String, String> columns = new LinkedHashMap<>();
    if (text.contains("=")) {
      for (String pair : text.split(",", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 1) {
          throw new InputException(
              "--columns: \"%s\" must read target=column".formatted(pair.strip()));
        }
        columns.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
      return columns;
    }
    Path file = Path.of(text);
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "--columns %s is neither target=column,… nor a YAML file".formatted(text));
    }
    JsonNode yaml = Json.parseYaml(Files.readString(file), text);
    if (!yaml.isObject()) {
      throw new InputException("%s must hold lines of target: column".formatted(text));
    }
    yaml.properties()
        .forEach(entry -> columns.put(entry.getKey(), entry.getValue().asText().strip()));
    return columns;
  }
}
