package org.senoscope.dataset.importer.formats;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.importer.Candidate;
import org.senoscope.dataset.importer.Importer;
import org.senoscope.dataset.importer.LesionMarks;
import org.senoscope.dataset.importer.SetDescription;
import org.senoscope.files.Json;
import org.senoscope.provenance.Provenance;
import org.senoscope.work.InputException;

/**
 * Several data sets as one, such as those of two hospitals. An image keeps all that its own set
 * says of it; patients and groups are those of their set, so that a number that two sets use is
 * never one woman. Which images stand in several sets, the audit finds. The outermost folder of
 * {@code source} is the set, by which reports then tell figures apart.
 */
public final class JoinedDatasets implements Importer {
  private final Map<String, Dataset> sets = new LinkedHashMap<>();
  private final LabelTable table;

  /**
   * Joins.
   *
   * @param table what the sets' labels mean in tasks that they share
   * @throws InputException when there are fewer than two, two of one name, one that demonstrates
   *     leakage, BreastMNIST beside BUSI, of whose images it is made, or a table that does not fit
   */
  public JoinedDatasets(List<Dataset> datasets, LabelTable table) throws IOException {
    this.table = table;
    if (datasets.size() < 2) {
      throw new InputException(
          "Two data sets or more are joined, was given %d".formatted(datasets.size()));
    }
    for (Dataset dataset : datasets) {
      String name = dataset.name().strip().replaceAll("[/\\\\]", "-");
      if (Json.read(dataset.root().resolve("dataset.json"), "dataset")
          .path(Provenance.DEMONSTRATES_LEAKAGE)
          .asBoolean()) {
        throw new InputException(
            "Data set \"%s\" holds copies without their patients, made to demonstrate leakage: join the originals"
                .formatted(name));
      }
      if (name.isEmpty() || sets.put(name, dataset) != null) {
        throw new InputException(
            "Data sets are joined by their names, and two are called \"%s\" (dataset.json, name): the same set twice would be in training and test"
                .formatted(name));
      }
    }
    if (anyCalled("breastmnist") && anyCalled("busi")) {
      throw new InputException(
          "BreastMNIST is made of BUSI's images, too small to be known again by an audit: the same women would be in training and test; leave one of the two out");
    }
    table.check(sets);
  }

  private boolean anyCalled(String word) {
    return sets.keySet().stream().anyMatch(name -> name.toLowerCase(Locale.ROOT).contains(word));
  }

  @Override
  public String name() {
    return Dataset.JOIN;
  }

  @Override
  public SetDescription description() throws IOException {
    List<String> licences = new ArrayList<>();
    List<String> citations = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    Set<String> tasks = new LinkedHashSet<>();
    for (Map.Entry<String, Dataset> set : sets.entrySet()) {
      JsonNode told = Json.read(set.getValue().root().resolve("dataset.json"), "dataset");
      add(licences, set.getKey(), told.path("licence").asText());
      add(citations, set.getKey(), told.path("citation").asText());
      told.path("notes").forEach(note -> add(notes, set.getKey(), note.asText()));
      told.path("tasks").forEach(task -> tasks.add(task.path("name").asText(task.asText())));
      set.getValue().rows().forEach(row -> tasks.addAll(row.labels().keySet()));
    }
    tasks.addAll(table.tasks());
    notes.addAll(table.notes());
    return new SetDescription(
        String.join(" and ", sets.keySet()),
        String.join(", ", sets.keySet()),
        String.join(". ", licences),
        String.join(". ", citations),
        notes,
        List.copyOf(tasks));
  }

  private static void add(List<String> into, String set, String text) {
    if (!text.isEmpty()) {
      into.add(set + ": " + text);
    }
  }

  @Override
  public void list(Sink sink) throws IOException {
    Map<String, List<ManifestRow>> rows = new LinkedHashMap<>();
    for (Map.Entry<String, Dataset> set : sets.entrySet()) {
      rows.put(set.getKey(), set.getValue().rows());
    }
    sink.expect(rows.values().stream().mapToLong(List::size).sum());
    for (Map.Entry<String, Dataset> set : sets.entrySet()) {
      Dataset dataset = set.getValue();
      // What the audit joined, or a person after it, stays together.
      Optional<Groups> groups =
          Files.exists(dataset.groupsFile())
              ? Optional.of(Groups.read(dataset.groupsFile()))
              : Optional.empty();
      for (ManifestRow row : Objects.requireNonNull(rows.get(set.getKey()))) {
        sink.accept(candidate(set.getKey(), dataset, row, groups));
      }
    }
  }

  private Candidate candidate(
      String set, Dataset dataset, ManifestRow row, Optional<Groups> groups) {
    String group =
        groups
            .map(found -> found.entries().get(row.image()))
            .map(Groups.Entry::group)
            .orElse(row.group());
    String path = row.image();
    return new Candidate(
        set + "/" + row.source(),
        set + "/" + (path.startsWith("images/") ? path.substring("images/".length()) : path),
        SourceFiles.content(dataset.resolve(path)),
        within(set, row.patient()),
        within(set, group),
        row.modality(),
        row.laterality(),
        row.view(),
        table.of(set, row.labels()),
        marks(set, dataset, row),
        row.excluded(),
        within(set, row.published()));
  }

  private static String within(String set, String name) {
    return name.isEmpty() ? "" : set + " " + name;
  }

  private static LesionMarks marks(String set, Dataset dataset, ManifestRow row) {
    LesionMarks outlined =
        row.mask().isEmpty()
            ? LesionMarks.NONE
            : MaskFiles.of(dataset.resolve(row.mask()), set + "/" + row.mask());
    return (height, width) -> {
      LesionMarks.Lesions found = outlined.on(height, width);
      return new LesionMarks.Lesions(found.mask(), row.roi(), found.rejected());
    };
  }
}
