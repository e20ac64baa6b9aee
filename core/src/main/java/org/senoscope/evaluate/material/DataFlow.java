package org.senoscope.evaluate.material;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.files.Json;
import org.senoscope.split.Split;

/**
 * The way from the import to analysed images: every image of the manifest is analysed, or stands in
 * one exclusion with its reason.
 *
 * @param refused entries that the import did not take: files, masks and lines of tables, so that
 *     they cannot be added to images
 * @param imported rows of the manifest
 * @param excluded from every part: by the manifest, or by the split
 * @param eligible images that take part in some part
 * @param elsewhere images that are not scored here: of other parts, or without a label that the
 *     model knows
 * @param analysed images that the metrics are of
 * @param referred of these, handed to a person
 * @param labels analysed images by label, in the task's order
 * @param unreadable of those elsewhere, the images that were to be scored and could not be read,
 *     and why
 * @param unreadableLabels of these, how many have a label of the task, by label
 */
public record DataFlow(
    List<Tally> refused,
    int imported,
    List<Tally> excluded,
    int eligible,
    List<Tally> elsewhere,
    int analysed,
    int referred,
    Map<String, Integer> labels,
    Map<String, String> unreadable,
    Map<String, Integer> unreadableLabels) {
  /** The share of images that cannot be read above which the headline says so. */
  private static final double MOST_UNREADABLE = 0.05;

  /** Reasons that are told apart; further ones are one. */
  private static final int MOST_REASONS = 8;

  private static final String IMAGES = "images";
  private static final String UNREADABLE = "unreadable";

  /**
   * How many are left out for one reason.
   *
   * @param reason in words
   * @param count above 0
   */
  public record Tally(String reason, int count) {}

  public DataFlow {
    refused = List.copyOf(refused);
    excluded = List.copyOf(excluded);
    elsewhere = List.copyOf(elsewhere);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    unreadable = Collections.unmodifiableMap(new TreeMap<>(unreadable));
    unreadableLabels = Collections.unmodifiableMap(new LinkedHashMap<>(unreadableLabels));
    if (imported - sum(excluded) != eligible
        || eligible - sum(elsewhere) != analysed
        || count(labels.values()) != analysed
        || referred > analysed) {
      throw new IllegalArgumentException(
          "A flow of %d imported, %d eligible and %d analysed leaves some unaccounted for: %s, %s, %s"
              .formatted(imported, eligible, analysed, excluded, elsewhere, labels));
    }
  }

  /** The flow of images that can all be read. */
  public DataFlow(
      List<Tally> refused,
      int imported,
      List<Tally> excluded,
      int eligible,
      List<Tally> elsewhere,
      int analysed,
      int referred,
      Map<String, Integer> labels) {
    this(
        refused, imported, excluded, eligible, elsewhere, analysed, referred, labels, Map.of(),
        Map.of());
  }

  /**
   * The images that were scored.
   *
   * @param task its name
   * @param labels label by image
   * @param order of the labels
   * @param parts of the split that were scored
   * @param referred how many were handed to a person
   * @param unread images that were to be scored and could not be read, and why
   */
  public record Analysed(
      String task,
      Map<String, String> labels,
      List<String> order,
      Set<String> parts,
      int referred,
      Map<String, String> unread) {
    /** Images that could all be read. */
    public Analysed(
        String task,
        Map<String, String> labels,
        List<String> order,
        Set<String> parts,
        int referred) {
      this(task, labels, order, parts, referred, Map.of());
    }

    public Analysed {
      unread = Map.copyOf(unread);
      labels = Map.copyOf(labels);
      order = List.copyOf(order);
      parts = Set.copyOf(parts);
    }
  }

  /**
   * Counts.
   *
   * @param rows of the manifest, all of them
   * @param refused reason of each entry that the import did not take
   * @param split of the data set, if it has one
   */
  static DataFlow of(
      Collection<ManifestRow> rows,
      List<String> refused,
      Optional<Split> split,
      Analysed analysed) {
    Map<String, String> leftOut = new LinkedHashMap<>();
    split.ifPresent(
        found -> found.leftOut().forEach(each -> leftOut.put(each.image(), each.reason())));
    List<String> excluded = new ArrayList<>();
    List<String> elsewhere = new ArrayList<>();
    Map<String, Integer> labels = new LinkedHashMap<>();
    analysed.order().forEach(label -> labels.put(label, 0));
    Map<String, Integer> unread = new LinkedHashMap<>();
    for (ManifestRow row : rows) {
      String label = analysed.labels().get(row.image());
      String out = leftOut.get(row.image());
      if (label != null) {
        labels.merge(label, 1, Integer::sum);
      } else if (!row.excluded().isEmpty()) {
        excluded.add("excluded: " + row.excluded());
      } else if (out != null) {
        // What stands in the way of reading a file differs from file to file.
        excluded.add(out.startsWith(UNREADABLE + ":") ? UNREADABLE : out);
      } else {
        elsewhere.add(whyNotScored(row, split, analysed));
        if (analysed.unread().containsKey(row.image())) {
          row.label(analysed.task())
              .filter(analysed.order()::contains)
              .ifPresent(lost -> unread.merge(lost, 1, Integer::sum));
        }
      }
    }
    List<Tally> atImport = tallies(refused);
    List<Tally> before = tallies(excluded);
    List<Tally> notHere = tallies(elsewhere);
    return new DataFlow(
        atImport,
        rows.size(),
        before,
        rows.size() - excluded.size(),
        notHere,
        analysed.labels().size(),
        analysed.referred(),
        labels,
        analysed.unread(),
        unread);
  }

  private static String whyNotScored(ManifestRow row, Optional<Split> split, Analysed analysed) {
    Optional<String> label = row.label(analysed.task());
    if (label.isEmpty()) {
      return "no label for task " + analysed.task();
    }
    if (!analysed.order().contains(label.get())) {
      return "label %s, which the model does not know".formatted(label.get());
    }
    if (analysed.unread().containsKey(row.image())) {
      return UNREADABLE;
    }
    String part = split.flatMap(found -> found.partOf(row.image())).orElse("");
    return part.isEmpty() || analysed.parts().contains(part)
        ? "not scored"
        : "in part %s, not scored here".formatted(part);
  }

  private static List<Tally> tallies(List<String> reasons) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    reasons.forEach(reason -> counts.merge(reason, 1, Integer::sum));
    List<Tally> tallies = new ArrayList<>();
    counts.forEach((reason, count) -> tallies.add(new Tally(reason, count)));
    tallies.sort(Comparator.comparingInt(tally -> -tally.count()));
    if (tallies.size() > MOST_REASONS) {
      List<Tally> rest = tallies.subList(MOST_REASONS - 1, tallies.size());
      Tally others = new Tally("%d other reasons".formatted(rest.size()), sum(rest));
      rest.clear();
      tallies.add(others);
    }
    return tallies;
  }

  private static int count(Collection<Integer> counts) {
    return counts.stream().mapToInt(Integer::intValue).sum();
  }

  private static int sum(List<Tally> tallies) {
    return tallies.stream().mapToInt(Tally::count).sum();
  }

  /** Of the analysed images, those that the model decided itself. */
  public int decided() {
    return analysed - referred;
  }

  /**
   * What the headline must say of images that cannot be read: that figures are of fewer images than
   * the part has, where these are more than one in twenty, or where a label is lost with them. The
   * others stand in notes.
   *
   * @return empty where there is nothing to say
   */
  public String shortfall() {
    int unread = count(unreadableLabels.values());
    int all = analysed + unread;
    List<String> lost =
        unreadableLabels.keySet().stream()
            .filter(label -> labels.getOrDefault(label, 0) == 0)
            .toList();
    if (unread <= MOST_UNREADABLE * all && lost.isEmpty()) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "; %d of its %d images (%.1f%%) cannot be read and are left out%s",
        unread,
        all,
        100.0 * unread / all,
        lost.isEmpty() ? "" : ", among them all of the label " + String.join(", ", lost));
  }

  /** As it stands in files. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    put(json, "refusedAtImport", refused, "entries");
    json.put("imported", imported);
    put(json, "excluded", excluded, IMAGES);
    json.put("eligible", eligible);
    put(json, "notScoredHere", elsewhere, IMAGES);
    ArrayNode unread = json.putArray(UNREADABLE);
    unreadable.forEach(
        (image, reason) -> unread.addObject().put("image", image).put("reason", reason));
    json.put("analysed", analysed).put("referred", referred).put("decided", decided());
    json.set("labels", Json.tree(labels));
    return json;
  }

  private static void put(ObjectNode json, String name, List<Tally> tallies, String of) {
    ArrayNode array = json.putArray(name);
    tallies.forEach(
        tally -> array.addObject().put("reason", tally.reason()).put(of, tally.count()));
  }
}
