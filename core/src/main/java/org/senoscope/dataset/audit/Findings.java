package org.senoscope.dataset.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.senoscope.dataset.ManifestRow;

/** What the manifest and the copies tell together: contradictions, mixed patients, leaks. */
final class Findings {
  /** The most conflicts listed between two sets of exact copies: their product can be huge. */
  private static final int CONFLICTS_PER_PAIR = 100;

  private final List<ManifestRow> rows;
  private final List<CopyPair> pairs;
  private final Grouping grouping;

  Findings(List<ManifestRow> rows, List<CopyPair> pairs, Grouping grouping) {
    this.rows = rows;
    this.pairs = pairs;
    this.grouping = grouping;
  }

  /** How many patients the source names. */
  int patients() {
    return (int)
        rows.stream().map(ManifestRow::patient).filter(p -> !p.isEmpty()).distinct().count();
  }

  /** Patients with images of different labels of one task. */
  int patientsWithSeveralLabels() {
    Set<String> several = new HashSet<>();
    mixedByTask().values().forEach(several::addAll);
    return several.size();
  }

  /** By task, the patients with more than one label. */
  private Map<String, Set<String>> mixedByTask() {
    Map<String, Map<String, Set<String>>> labels = new TreeMap<>();
    for (ManifestRow row : rows) {
      if (!row.patient().isEmpty()) {
        row.labels()
            .forEach(
                (task, label) ->
                    labels
                        .computeIfAbsent(task, key -> new HashMap<>())
                        .computeIfAbsent(row.patient(), key -> new HashSet<>())
                        .add(label));
      }
    }
    Map<String, Set<String>> mixed = new TreeMap<>();
    labels.forEach((task, byPatient) -> mixed.put(task, several(byPatient)));
    return mixed;
  }

  /** Patients in more than one of the publisher's parts. */
  int patientsAcrossParts() {
    Map<String, Set<String>> parts = new HashMap<>();
    for (ManifestRow row : rows) {
      if (!row.patient().isEmpty() && !row.published().isEmpty()) {
        parts.computeIfAbsent(row.patient(), key -> new HashSet<>()).add(row.published());
      }
    }
    return several(parts).size();
  }

  private int copiesAcrossParts() {
    return (int)
        pairs.stream()
            .filter(
                pair -> {
                  String a = rows.get(pair.a()).published();
                  String b = rows.get(pair.b()).published();
                  return !a.isEmpty() && !b.isEmpty() && !a.equals(b);
                })
            .count();
  }

  private static Set<String> several(Map<String, Set<String>> byPatient) {
    Set<String> several = new HashSet<>();
    byPatient.forEach(
        (patient, values) -> {
          if (values.size() > 1) {
            several.add(patient);
          }
        });
    return several;
  }

  /** Images whose group has another patient's images too. */
  int imagesWithOtherPatients() {
    Map<Integer, Set<String>> patients = patientsByGroup();
    int images = 0;
    for (int place = 0; place < rows.size(); place++) {
      if (patients.getOrDefault(grouping.groupOf(place), Set.of()).size() > 1) {
        images++;
      }
    }
    return images;
  }

  /** Patients in the group that has most. */
  int largestGroupPatients() {
    return patientsByGroup().values().stream().mapToInt(Set::size).max().orElse(0);
  }

  /** Images in the group that has most. */
  int largestGroupImages() {
    Map<Integer, Integer> images = new HashMap<>();
    for (int place = 0; place < rows.size(); place++) {
      images.merge(grouping.groupOf(place), 1, Integer::sum);
    }
    return images.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private Map<Integer, Set<String>> patientsByGroup() {
    Map<Integer, Set<String>> patients = new HashMap<>();
    for (int place = 0; place < rows.size(); place++) {
      if (!rows.get(place).patient().isEmpty()) {
        patients
            .computeIfAbsent(grouping.groupOf(place), key -> new HashSet<>())
            .add(rows.get(place).patient());
      }
    }
    return patients;
  }

  /** Copies with different labels of one task, in the order of the manifest. */
  List<AuditReport.LabelConflict> labelConflicts() {
    Map<Integer, List<Integer>> exact = new HashMap<>();
    for (CopyPair pair : pairs) {
      if (pair.kind() == CopyPair.Kind.EXACT) {
        exact.computeIfAbsent(pair.a(), first -> new ArrayList<>(List.of(first))).add(pair.b());
      }
    }
    // Pairs name the first of exact copies only; the others stand for it here.
    Set<List<Integer>> conflicts = new LinkedHashSet<>();
    exact.values().forEach(set -> addConflicts(set, set, conflicts));
    for (CopyPair pair : pairs) {
      if (pair.kind() == CopyPair.Kind.NEAR) {
        addConflicts(
            exact.getOrDefault(pair.a(), List.of(pair.a())),
            exact.getOrDefault(pair.b(), List.of(pair.b())),
            conflicts);
      }
    }
    return conflicts.stream()
        .sorted(
            Comparator.comparingInt((List<Integer> pair) -> pair.getFirst())
                .thenComparingInt(List::getLast))
        .flatMap(pair -> conflicts(pair.getFirst(), pair.getLast()).stream())
        .toList();
  }

  private void addConflicts(
      List<Integer> some, List<Integer> others, Set<List<Integer>> conflicts) {
    int added = 0;
    for (int a : some) {
      for (int b : others) {
        if (a != b && added < CONFLICTS_PER_PAIR && !conflicts(a, b).isEmpty()) {
          added += conflicts.add(List.of(Math.min(a, b), Math.max(a, b))) ? 1 : 0;
        }
      }
    }
  }

  private List<AuditReport.LabelConflict> conflicts(int a, int b) {
    ManifestRow one = rows.get(a);
    ManifestRow other = rows.get(b);
    List<AuditReport.LabelConflict> found = new ArrayList<>();
    if (!one.excluded().isEmpty() || !other.excluded().isEmpty()) {
      return found;
    }
    for (String task : new TreeSet<>(one.labels().keySet())) {
      String label = one.label(task).orElseThrow();
      String otherLabel = other.label(task).orElse(label);
      if (!label.equals(otherLabel)) {
        found.add(
            new AuditReport.LabelConflict(
                task, one.image(), other.image(), List.of(label, otherLabel)));
      }
    }
    return found;
  }

  /**
   * What a reader of results must know.
   *
   * @param masks images that look like masks
   */
  List<String> warnings(List<String> masks) {
    List<String> warnings = new ArrayList<>();
    if (!masks.isEmpty()) {
      warnings.add(
          "%d images are black and white alone, as masks of lesions are, such as %s: a mask tells the label, so no model may be given one; import the images without them"
              .formatted(masks.size(), masks.getFirst()));
    }
    warnings.addAll(new SizeTells(rows).warnings());
    int patients = patients();
    boolean named = patients > 0 || rows.stream().anyMatch(row -> !row.group().isEmpty());
    if (!named) {
      warnings.add(
          "the source names no patients: images of one woman that are not copies of one another"
              + " cannot be kept together");
    }
    long nameless = rows.stream().filter(row -> row.patient().isEmpty()).count();
    if (patients > 0 && nameless > 0) {
      warnings.add("%d images have no patient".formatted(nameless));
    }
    mixedByTask()
        .forEach(
            (task, mixed) -> {
              if (!mixed.isEmpty()) {
                warnings.add(
                    "%d of %d patients have images of different labels of task %s"
                        .formatted(mixed.size(), patients, task));
              }
            });
    int across = patientsAcrossParts();
    if (across > 0) {
      warnings.add(
          "%d of %d patients are in more than one of the publisher's parts: the published split"
                  .formatted(across, patients)
              + " leaks");
    }
    int copies = copiesAcrossParts();
    if (copies > 0) {
      warnings.add(
          "%d pairs of copies lie across the publisher's parts: the published split leaks"
              .formatted(copies));
    }
    return warnings;
  }
}
