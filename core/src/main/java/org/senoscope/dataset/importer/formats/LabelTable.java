package org.senoscope.dataset.importer.formats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.importer.Candidate;
import org.senoscope.dataset.importer.Importer;
import org.senoscope.work.InputException;

/**
 * What the labels of data sets mean in a task that they share, as a person wrote it down: CSV with
 * columns {@code set,task,label,as_task,as_label}. An image of that set and label gets the label of
 * the shared task beside its own.
 */
public final class LabelTable {
  private static final List<String> COLUMNS =
      List.of("set", "task", "label", "as_task", "as_label");

  /** What an image has, by its set. */
  private record Had(String set, String task, String label) {}

  /** What it gets for that. */
  private record Gets(String task, String label) {}

  private final Path file;
  private final Map<Had, List<Gets>> rules;

  private LabelTable(Path file, Map<Had, List<Gets>> rules) {
    this.file = file;
    this.rules = rules;
  }

  /** Data sets that are joined as they are. */
  public static LabelTable none() {
    return new LabelTable(Path.of(""), Map.of());
  }

  /**
   * Reads a table.
   *
   * @throws InputException with every row that is not whole
   */
  public static LabelTable read(Path file) throws IOException {
    Map<Had, List<Gets>> rules = new LinkedHashMap<>();
    List<String> faults = new ArrayList<>();
    Table.open(file, COLUMNS)
        .rows(
            new Importer.Sink() {
              @Override
              public void expect(long images) {}

              @Override
              public void accept(Candidate candidate) {
                throw new IllegalStateException("A table of labels names no image");
              }

              @Override
              public void reject(String where, String reason) {
                faults.add(where + ": " + reason);
              }
            },
            row -> {
              List<String> empty =
                  COLUMNS.stream().filter(column -> row.get(column).isEmpty()).toList();
              if (!empty.isEmpty()) {
                faults.add(
                    "line %d: %s is empty; fill it, or take the line out"
                        .formatted(row.line(), String.join(", ", empty)));
              }
              rules
                  .computeIfAbsent(
                      new Had(row.get("set"), row.get("task"), row.get("label")),
                      _ -> new ArrayList<>())
                  .add(new Gets(row.get("as_task"), row.get("as_label")));
            });
    if (!faults.isEmpty()) {
      throw new InputException("%s: %s".formatted(file, String.join("; ", faults)));
    }
    return new LabelTable(file, rules);
  }

  /**
   * Checks that every row says something of the data sets.
   *
   * @param sets by name
   * @throws InputException naming each row whose set, or whose label in it, there is not
   */
  void check(Map<String, Dataset> sets) throws IOException {
    Set<Had> there = new java.util.HashSet<>();
    for (Map.Entry<String, Dataset> set : sets.entrySet()) {
      for (ManifestRow row : set.getValue().rows()) {
        row.labels().forEach((task, label) -> there.add(new Had(set.getKey(), task, label)));
      }
    }
    TreeSet<String> missing = new TreeSet<>();
    for (Had had : rules.keySet()) {
      if (!there.contains(had)) {
        missing.add("%s %s %s".formatted(had.set(), had.task(), had.label()));
      }
    }
    if (!missing.isEmpty()) {
      TreeSet<String> known = new TreeSet<>();
      there.forEach(had -> known.add("%s %s %s".formatted(had.set(), had.task(), had.label())));
      throw new InputException(
          "%s names set, task and label %s, which no image has; there are %s"
              .formatted(file, String.join(", ", missing), String.join(", ", known)));
    }
  }

  /**
   * An image's labels and those that it gets.
   *
   * @throws InputException when it would have two labels of one task
   */
  Map<String, String> of(String set, Map<String, String> labels) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    labels.forEach(
        (task, label) -> {
          for (Gets gets : rules.getOrDefault(new Had(set, task, label), List.of())) {
            String before = all.put(gets.task(), gets.label());
            if (before != null && !before.equals(gets.label())) {
              throw new InputException(
                  "%s gives images of %s two labels of task %s: %s and %s"
                      .formatted(file, set, gets.task(), before, gets.label()));
            }
          }
        });
    return all;
  }

  /** What it says, a sentence for each row. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    rules.forEach(
        (had, all) ->
            all.forEach(
                gets ->
                    notes.add(
                        "%s: %s %s counts as %s %s."
                            .formatted(
                                had.set(), had.task(), had.label(), gets.task(), gets.label()))));
    return notes;
  }

  /** The tasks that it adds. */
  Set<String> tasks() {
    Set<String> tasks = new java.util.LinkedHashSet<>();
    rules
        .values()
        .forEach(all -> all.forEach(each -> tasks.add(Objects.requireNonNull(each.task()))));
    return tasks;
  }
}
