package org.senoscope.split;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.audit.AuditDataset;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.provenance.Provenance;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;
import org.senoscope.work.Suggestions;

/**
 * Splits a data set and writes its {@code split.json}. The audit runs first where {@code
 * groups.csv} is missing.
 */
public final class SplitDataset {
  private SplitDataset() {}

  /**
   * Makes and writes a split.
   *
   * @param task whose labels every part gets its share of; empty for the data set's first
   * @return the split and its counts
   * @throws InputException when the task is not known, a label is in too few groups, or {@code
   *     groups.csv} was made for another manifest
   */
  public static SplitSummary run(
      Dataset dataset, Parts parts, Optional<String> task, long seed, Progress progress)
      throws IOException {
    if (Json.read(dataset.root().resolve("dataset.json"), "dataset")
        .path(Provenance.DEMONSTRATES_LEAKAGE)
        .asBoolean()) {
      throw new InputException(
          "%s holds copies without their patients, made to demonstrate leakage: no honest split can be made of it; split the originals, or add --demonstrate-leakage"
              .formatted(dataset.root()));
    }
    List<ManifestRow> rows = dataset.rows();
    String stratifiedBy = task(dataset, rows, task);
    if (!Files.exists(dataset.groupsFile())) {
      AuditDataset.run(dataset, progress);
    }
    AuditDataset.requireCurrent(dataset);
    Groups groups = Groups.read(dataset.groupsFile());
    requireTogether(dataset, rows, groups);
    List<Split.LeftOut> leftOut = new ArrayList<>();
    List<GroupSplitter.Member> members = members(rows, groups, stratifiedBy, leftOut);
    Split split =
        new Split(
            seed,
            "%s by %s".formatted(parts.rule(), stratifiedBy),
            stratifiedBy,
            Hashes.sha256(dataset.manifestFile()),
            Hashes.sha256(dataset.groupsFile()),
            parts.names(),
            GroupSplitter.split(members, parts, seed),
            leftOut,
            false);
    int cut = split.groupsCut(groups);
    if (cut > 0) {
      throw new IllegalStateException("The splitter cut %d groups".formatted(cut));
    }
    split.write(dataset.splitFile());
    return SplitSummary.of(split, members);
  }

  /**
   * Makes and writes a split that deals images one by one, whatever belongs together, as many
   * published projects did. It shows what leakage does to figures; all that comes of it is marked,
   * and is never a result.
   *
   * @param task as in {@link #run}
   * @throws InputException when the task is not known, or a label has too few images
   */
  public static SplitSummary demonstrateLeakage(
      Dataset dataset, Parts parts, Optional<String> task, long seed) throws IOException {
    List<ManifestRow> rows = dataset.rows();
    String stratifiedBy = task(dataset, rows, task);
    List<Split.LeftOut> leftOut = new ArrayList<>();
    List<GroupSplitter.Member> members =
        members(rows, alone(rows), stratifiedBy, leftOut).stream()
            .map(member -> new GroupSplitter.Member(member.image(), member.image(), member.label()))
            .toList();
    Split split =
        new Split(
            seed,
            "demonstration of leakage: %s by %s, images dealt one by one"
                .formatted(parts.rule(), stratifiedBy),
            stratifiedBy,
            Hashes.sha256(dataset.manifestFile()),
            "",
            parts.names(),
            GroupSplitter.split(members, parts, seed),
            leftOut,
            true);
    split.write(dataset.splitFile());
    return SplitSummary.of(split, members);
  }

  /**
   * Deals the images of a split into as many folds anew, by whole groups, with the labels' shares
   * kept; one that demonstrates leakage deals them one by one again. Nothing is written.
   *
   * @param first a split into folds, held against the data set
   * @param seed another than the first's
   * @throws InputException when the first has no folds, or does not say what it was stratified by
   */
  public static Split again(Dataset dataset, Split first, long seed) throws IOException {
    Parts parts = Parts.folds(Math.max(2, first.parts().size()));
    if (!parts.names().equals(first.parts())) {
      throw new InputException(
          "The split of %s has the parts %s, and folds alone can be dealt again; split with --folds 5"
              .formatted(dataset.name(), first.parts()));
    }
    if (first.task().isEmpty()) {
      throw new InputException(
          "The split of %s does not say by which task its folds were dealt, so they cannot be dealt again; split with --folds %d"
              .formatted(dataset.name(), first.parts().size()));
    }
    Groups groups =
        first.demonstratesLeakage()
            ? Groups.alone(first.assignments().keySet())
            : Groups.read(dataset.groupsFile());
    List<GroupSplitter.Member> members =
        dataset.rows().stream()
            .filter(row -> first.assignments().containsKey(row.image()))
            .map(
                row ->
                    new GroupSplitter.Member(
                        row.image(),
                        groups.groupOf(row.image()),
                        row.label(first.task()).orElse("")))
            .toList();
    Split again =
        new Split(
            seed,
            first.rule(),
            first.task(),
            first.manifestSha256(),
            first.groupsSha256(),
            first.parts(),
            GroupSplitter.split(members, parts, seed),
            first.leftOut(),
            first.demonstratesLeakage());
    if (again.groupsCut(groups) > 0) {
      throw new IllegalStateException(
          "The splitter cut %d groups".formatted(again.groupsCut(groups)));
    }
    return again;
  }

  /**
   * Refuses groups that part what the manifest says belongs together: a person may mend what the
   * audit found of pictures, but no woman is two.
   */
  private static void requireTogether(Dataset dataset, List<ManifestRow> rows, Groups groups) {
    requireTogether(dataset, rows, groups, "patients", ManifestRow::patient);
    requireTogether(dataset, rows, groups, "of the source's groups", ManifestRow::group);
    requireTogether(dataset, rows, groups, "files that are there twice", ManifestRow::sha256);
  }

  private static void requireTogether(
      Dataset dataset,
      List<ManifestRow> rows,
      Groups groups,
      String what,
      Function<ManifestRow, String> key) {
    Map<String, Set<String>> groupsOf = new HashMap<>();
    for (ManifestRow row : rows) {
      if (!key.apply(row).isEmpty()) {
        groupsOf
            .computeIfAbsent(key.apply(row), one -> new TreeSet<>())
            .add(groups.groupOf(row.image()));
      }
    }
    long parted = groupsOf.values().stream().filter(found -> found.size() > 1).count();
    if (parted > 0) {
      throw new InputException(
          "%s parts %d %s, so that training and test could share them; run senoscope audit again, and mend only what it says of pictures"
              .formatted(dataset.groupsFile(), parted, what));
    }
  }

  private static Groups alone(List<ManifestRow> rows) {
    return Groups.alone(rows.stream().map(ManifestRow::image).toList());
  }

  private static String task(Dataset dataset, List<ManifestRow> rows, Optional<String> asked)
      throws IOException {
    Set<String> known = new LinkedHashSet<>();
    JsonNode description = Json.read(dataset.root().resolve("dataset.json"), "dataset");
    description.path("tasks").forEach(each -> known.add(each.path("name").asText(each.asText())));
    Set<String> found = new TreeSet<>();
    rows.forEach(row -> found.addAll(row.labels().keySet()));
    known.retainAll(found);
    known.addAll(found);
    if (known.isEmpty()) {
      throw new InputException(
          "%s has no labels, so there is nothing to stratify by; import it with labels"
              .formatted(dataset.root()));
    }
    if (asked.isPresent()
        && !known.contains(asked.get())
        && !known.containsAll(Task.parts(asked.get()))) {
      throw new InputException(Suggestions.unknown("task", asked.get(), known));
    }
    return asked.orElse(known.iterator().next());
  }

  private static List<GroupSplitter.Member> members(
      List<ManifestRow> rows, Groups groups, String task, List<Split.LeftOut> leftOut) {
    Map<String, Set<String>> labelsOfCopies = labelsOfCopies(rows, groups, task);
    List<GroupSplitter.Member> members = new ArrayList<>();
    for (ManifestRow row : rows) {
      Groups.Entry entry = groups.of(row.image());
      String label = row.label(task).orElse("");
      Set<String> labels = labelsOfCopies.getOrDefault(entry.duplicates(), Set.of());
      String reason = "";
      if (!row.excluded().isEmpty()) {
        reason = "excluded: " + row.excluded();
      } else if (label.isEmpty()) {
        reason = "no label for task " + task;
      } else if (!entry.unreadable().isEmpty()) {
        reason = "unreadable: " + entry.unreadable();
      } else if (labels.size() > 1) {
        reason = "copies of it carry contradicting labels: " + String.join(", ", labels);
      }
      if (reason.isEmpty()) {
        members.add(new GroupSplitter.Member(row.image(), entry.group(), label));
      } else {
        leftOut.add(new Split.LeftOut(row.image(), reason));
      }
    }
    return members;
  }

  private static Map<String, Set<String>> labelsOfCopies(
      List<ManifestRow> rows, Groups groups, String task) {
    Map<String, Set<String>> labels = new HashMap<>();
    for (ManifestRow row : rows) {
      String duplicates = groups.of(row.image()).duplicates();
      if (!duplicates.isEmpty() && row.excluded().isEmpty()) {
        row.label(task)
            .ifPresent(l -> labels.computeIfAbsent(duplicates, key -> new TreeSet<>()).add(l));
      }
    }
    return labels;
  }
}
