package org.senoscope.evaluate.material;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.study.Roi;
import org.senoscope.study.Task;

/**
 * What is known of images beside the label that is scored, by which subgroups are made: view,
 * laterality, modality, other labels (such as density), the publisher's part, the folder that an
 * image came from, lesion size and burnt-in text.
 *
 * @param known by property, the value of each image that has one
 */
public record Properties(Map<String, Property> known) {
  /** Nothing is known. */
  public static final Properties NONE = new Properties(Map.of());

  /** A property with more values than this tells single cases, not subgroups. */
  private static final int MOST_VALUES = 10;

  private static final int THIRDS = 3;

  /**
   * One property.
   *
   * @param values in the order of a table
   * @param byImage an image that is not there has none
   */
  public record Property(List<String> values, Map<String, String> byImage) {
    public Property {
      values = List.copyOf(values);
      byImage = Map.copyOf(byImage);
    }
  }

  public Properties {
    known = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(known));
  }

  /**
   * Reads what manifest and audit know.
   *
   * @param task that is scored, which is no property of its own
   */
  public static Properties of(
      Dataset dataset, String manifestSha256, Iterable<ManifestRow> rows, Task task)
      throws IOException {
    List<ManifestRow> all = new ArrayList<>();
    rows.forEach(all::add);
    Map<String, Property> known = new LinkedHashMap<>();
    add(known, "view", all, row -> row.view().map(Enum::name));
    add(known, "laterality", all, row -> row.laterality().map(Enum::name));
    add(known, "modality", all, row -> row.modality().map(Enum::name));
    TreeSet<String> labelled = new TreeSet<>();
    all.forEach(row -> labelled.addAll(row.labels().keySet()));
    labelled.removeAll(Task.parts(task.name()));
    labelled.remove(task.name());
    labelled.forEach(other -> add(known, other, all, row -> row.label(other)));
    add(
        known,
        "published",
        all,
        row -> Optional.of(row.published()).filter(part -> !part.isEmpty()));
    folders(known, all, task);
    sizes(known, all);
    AuditFacts.read(dataset, manifestSha256)
        .ifPresent(
            audit ->
                add(
                    known,
                    "burnt-in text",
                    all,
                    row -> Optional.of(audit.burntInText().contains(row.image()) ? "yes" : "no")));
    return new Properties(known);
  }

  private static void add(
      Map<String, Property> known,
      String name,
      List<ManifestRow> rows,
      Function<ManifestRow, Optional<String>> value) {
    Map<String, String> byImage = new TreeMap<>();
    rows.forEach(row -> value.apply(row).ifPresent(found -> byImage.put(row.image(), found)));
    TreeSet<String> values = new TreeSet<>(byImage.values());
    if (values.size() > 1 && values.size() <= MOST_VALUES) {
      known.put(name, new Property(List.copyOf(values), byImage));
    }
  }

  /**
   * The outermost folders of the source, where they are not but another name for the labels, nor
   * for the patients: a patient's number is never shown.
   */
  private static void folders(Map<String, Property> known, List<ManifestRow> rows, Task task) {
    Set<String> patients = new HashSet<>();
    Map<String, Set<String>> inFolder = new HashMap<>();
    for (ManifestRow row : rows) {
      if (!row.patient().isEmpty()) {
        patients.add(row.patient());
        row.outermostFolder()
            .ifPresent(
                folder ->
                    inFolder.computeIfAbsent(folder, key -> new HashSet<>()).add(row.patient()));
      }
    }
    boolean ofPatients =
        inFolder.keySet().stream().anyMatch(patients::contains)
            || inFolder.values().stream().anyMatch(found -> found.size() == 1);
    if (ofPatients) {
      return;
    }
    Map<String, TreeSet<String>> labels = new TreeMap<>();
    for (ManifestRow row : rows) {
      row.outermostFolder()
          .ifPresent(
              folder ->
                  row.label(task.name())
                      .ifPresent(
                          label ->
                              labels.computeIfAbsent(folder, key -> new TreeSet<>()).add(label)));
    }
    if (labels.values().stream().anyMatch(found -> found.size() > 1)) {
      add(known, "source folder", rows, ManifestRow::outermostFolder);
    }
  }

  /** Thirds of the data set's marked images by the share of the image that their boxes cover. */
  private static void sizes(Map<String, Property> known, List<ManifestRow> rows) {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (ManifestRow row : rows) {
      double area = 0;
      for (Roi box : row.roi()) {
        area += (double) (box.bottom() - box.top()) * (box.right() - box.left());
      }
      if (area > 0 && row.width() > 0 && row.height() > 0) {
        shares.put(row.image(), Math.min(1, area / ((double) row.width() * row.height())));
      }
    }
    double[] sorted = shares.values().stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length < THIRDS) {
      return;
    }
    double small = sorted[sorted.length / THIRDS];
    double large = sorted[2 * sorted.length / THIRDS];
    if (small == large || small == sorted[0]) {
      return;
    }
    List<String> names =
        List.of(
            "below %s of the image".formatted(percent(small)),
            "%s to %s of the image".formatted(percent(small), percent(large)),
            "%s of the image or more".formatted(percent(large)));
    Map<String, String> byImage = new LinkedHashMap<>();
    shares.forEach(
        (image, share) -> byImage.put(image, names.get(share < small ? 0 : share < large ? 1 : 2)));
    known.put("lesion size", new Property(names, byImage));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }
}
