package org.senoscope.dataset.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.senoscope.files.Json;

/**
 * What an audit found. Images are named by their key in the manifest; patients never are.
 *
 * @param manifestSha256 of the manifest that was audited
 * @param counts the figures
 * @param copies pairs of images that are copies of one another; of exact copies each with the first
 *     of its kind
 * @param labelConflicts copies that carry different labels
 * @param inverted mammograms with white air
 * @param burntInText images with letters in the picture
 * @param masks images in black and white alone, as masks of lesions are
 * @param unreadable images that could not be read
 * @param warnings what a reader of results must know, one sentence each
 */
public record AuditReport(
    String manifestSha256,
    Counts counts,
    List<Copies> copies,
    List<LabelConflict> labelConflicts,
    List<String> inverted,
    List<String> burntInText,
    List<String> masks,
    List<Unreadable> unreadable,
    List<String> warnings) {
  private static final int SHOWN = 10;

  /**
   * The figures of an audit.
   *
   * @param images in the manifest
   * @param patients that the source names; 0 when it names none
   * @param groups after joining
   * @param exactDuplicates images that are the same, byte for byte or pixel for pixel, as an
   *     earlier
   * @param nearDuplicatePairs verified pairs of images that are not the same but copies
   * @param patientsWithSeveralLabels who have images of different labels of one task
   * @param patientsAcrossParts who are in more than one of the publisher's parts
   * @param imagesWithOthers images in a group with another patient's
   * @param largestGroupPatients patients in the group that has most
   * @param largestGroupImages images in the group that has most
   */
  public record Counts(
      int images,
      int patients,
      int groups,
      int exactDuplicates,
      int nearDuplicatePairs,
      int patientsWithSeveralLabels,
      int patientsAcrossParts,
      int imagesWithOthers,
      int largestGroupPatients,
      int largestGroupImages) {}

  /**
   * Two images of which one is a copy of the other.
   *
   * @param a the earlier image
   * @param b the later image
   * @param kind {@code exact} or {@code near}
   * @param mirrored whether one is the other's mirror image, perhaps turned as well
   * @param turned whether one is the other turned by a quarter, a half or three quarters
   * @param correlation of their textures once aligned, 0..1
   */
  public record Copies(
      String a, String b, String kind, boolean mirrored, boolean turned, double correlation) {}

  /**
   * Two copies with different labels.
   *
   * @param task whose labels differ
   * @param a the earlier image
   * @param b the later image
   * @param labels of a and b
   */
  public record LabelConflict(String task, String a, String b, List<String> labels) {}

  /**
   * An image that could not be read.
   *
   * @param image its key in the manifest
   * @param reason why
   */
  public record Unreadable(String image, String reason) {}

  public AuditReport {
    copies = List.copyOf(copies);
    labelConflicts = List.copyOf(labelConflicts);
    inverted = List.copyOf(inverted);
    burntInText = List.copyOf(burntInText);
    masks = List.copyOf(masks);
    unreadable = List.copyOf(unreadable);
    warnings = List.copyOf(warnings);
  }

  /** As {@code audit.json} and {@code audit --json} have it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object("audit");
    json.put("images", counts.images).put("patients", counts.patients);
    json.put("groups", counts.groups).put("exactDuplicates", counts.exactDuplicates);
    json.put("nearDuplicatePairs", counts.nearDuplicatePairs);
    ArrayNode conflicts = json.putArray("labelConflicts");
    for (LabelConflict each : labelConflicts) {
      conflicts
          .addObject()
          .put("task", each.task)
          .put("a", each.a)
          .put("b", each.b)
          .set("labels", Json.tree(each.labels));
    }
    json.put("inverted", inverted.size()).put("burntInText", burntInText.size());
    json.put("masks", masks.size());
    json.put("unreadable", unreadable.size());
    json.put("patientsWithSeveralLabels", counts.patientsWithSeveralLabels);
    json.put("patientsAcrossPublishedParts", counts.patientsAcrossParts);
    json.put("imagesJoinedToOtherPatients", counts.imagesWithOthers);
    json.put("largestGroupPatients", counts.largestGroupPatients);
    json.put("largestGroupImages", counts.largestGroupImages);
    json.set("warnings", Json.tree(warnings));
    json.set("duplicates", Json.tree(copies));
    json.set("invertedImages", Json.tree(inverted));
    json.set("burntInTextImages", Json.tree(burntInText));
    json.set("maskImages", Json.tree(masks));
    json.set("unreadableImages", Json.tree(unreadable));
    json.put("manifestSha256", manifestSha256);
    return json;
  }

  /** A page of lines for a person. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append("%d images".formatted(counts.images));
    if (counts.patients > 0) {
      text.append(" of %d patients".formatted(counts.patients));
    }
    text.append(" in %d groups%n".formatted(counts.groups));
    text.append("  exact duplicates       %d%n".formatted(counts.exactDuplicates));
    text.append("  near-duplicate pairs   %d%n".formatted(counts.nearDuplicatePairs));
    text.append("  label conflicts        %d%n".formatted(labelConflicts.size()));
    labelConflicts.stream()
        .limit(SHOWN)
        .forEach(
            each ->
                text.append(
                    "    %s: %s is %s, its copy %s is %s%n"
                        .formatted(
                            each.task,
                            oneLine(each.a),
                            each.labels.get(0),
                            oneLine(each.b),
                            each.labels.get(1))));
    more(labelConflicts.size(), text);
    text.append("  inverted mammograms    %d%n".formatted(inverted.size()));
    text.append("  text burnt in          %d (heuristic)%n".formatted(burntInText.size()));
    text.append("  unreadable             %d%n".formatted(unreadable.size()));
    unreadable.stream()
        .limit(SHOWN)
        .forEach(each -> text.append("    %s: %s%n".formatted(oneLine(each.image), each.reason)));
    more(unreadable.size(), text);
    warnings.forEach(warning -> text.append("  warning: %s%n".formatted(warning)));
    return text.toString();
  }

  private static void more(int count, StringBuilder text) {
    if (count > SHOWN) {
      text.append("    and %d more in audit.json%n".formatted(count - SHOWN));
    }
  }

  private static String oneLine(String name) {
    return name.replaceAll("\\p{Cntrl}+", " ");
  }
}
