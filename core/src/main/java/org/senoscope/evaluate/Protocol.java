package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.senoscope.files.Json;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.provenance.Provenance;

/**
 * How the numbers came about; without it they say nothing.
 *
 * @param kind what was evaluated on what
 * @param part the part that was scored: {@code test}, {@code validation}, {@code train}, {@code
 *     all} without a split, {@code folds} for cross-validation
 * @param groupedBy what the split kept together, such as patient and near-duplicate
 * @param folds how many; 0 without folds
 * @param seed of the split; empty without one
 * @param origin whether the images could be held against those that the model was trained on
 * @param seenInTraining how many of the scored images the model was trained on, or a near-duplicate
 *     of
 * @param groupsCut groups that lie in more than one part of the split
 * @param testLooks how many evaluations of this part there have been, this one included; 0 where
 *     none is counted
 * @param demonstratesLeakage whether the split cuts groups on purpose: the numbers are a
 *     demonstration and never a result
 * @param notes further things a reader must know, in sentences
 */
public record Protocol(
    Kind kind,
    String part,
    List<String> groupedBy,
    int folds,
    OptionalLong seed,
    Origin origin,
    int seenInTraining,
    int groupsCut,
    int testLooks,
    boolean demonstratesLeakage,
    List<String> notes) {
  /** The decision rule while bundles have no operating points. */
  private static final String NO_THRESHOLD = "none: the label of the highest probability";

  /** Images that a note names each; all are in the flow. */
  private static final int MOST_NAMED = 5;

  private static final String LEAKAGE =
      "demonstration of leakage, never a result: images were dealt one by one, so that one person's images or one image's copies are in training and test";

  /** What was evaluated on what. */
  public enum Kind {
    /** One part of the data set that also gave the training images. */
    HOLDOUT("holdout"),
    /** Every image scored by the one model of K that was not trained on its fold. */
    CROSS_VALIDATION("cross-validation"),
    /** A data set of which no image was in training. */
    EXTERNAL("external");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** As it stands in files. */
    public String text() {
      return text;
    }
  }

  /** What is known of the images that the model was trained on. */
  public enum Origin {
    /** The images were held against the model's training fingerprint. */
    CHECKED("known"),
    /** They were too, but its training began with weights that may have seen any image. */
    INITIAL_UNKNOWN("initial weights unknown"),
    /** The model was run here, but names no training image, as an imported one. */
    UNNAMED("unknown"),
    /** Nothing is known, as for predictions from a file. */
    UNKNOWN("unknown");

    private final String text;

    Origin(String text) {
      this.text = text;
    }

    /** As it stands in files. */
    public String text() {
      return text;
    }

    /** What weights allow that training began with, where the rest was checked. */
    static Origin of(WeightsOrigin initial) {
      return initial.imagesKnown() ? CHECKED : INITIAL_UNKNOWN;
    }

    /** Why a number of seen images is not known, or only at least that; empty when it is. */
    private String why() {
      return switch (this) {
        case CHECKED -> "";
        case INITIAL_UNKNOWN -> "nothing tells which images its initial weights had learned from";
        case UNNAMED, UNKNOWN -> "nothing tells which images the model was trained on";
      };
    }
  }

  public Protocol {
    groupedBy = List.copyOf(groupedBy);
    notes = List.copyOf(notes);
  }

  /** The same after so many looks at the part. */
  Protocol looked(int looks) {
    return new Protocol(
        kind,
        part,
        groupedBy,
        folds,
        seed,
        origin,
        seenInTraining,
        groupsCut,
        looks,
        demonstratesLeakage,
        notes);
  }

  /** The same with other notes. */
  Protocol noting(List<String> others) {
    return new Protocol(
        kind,
        part,
        groupedBy,
        folds,
        seed,
        origin,
        seenInTraining,
        groupsCut,
        testLooks,
        demonstratesLeakage,
        others);
  }

  /** What a reader must know of the weights that training began with; mostly nothing. */
  static List<String> notesOn(WeightsOrigin initial) {
    return switch (initial.kind()) {
      case RANDOM, IMAGENET -> List.of();
      case BUNDLE, UNKNOWN -> List.of(initial.sentence());
    };
  }

  /**
   * Names images that could not be read, the first ones each.
   *
   * @param unread by image, why
   */
  static List<String> notesOnUnread(Map<String, String> unread) {
    List<String> notes = new ArrayList<>();
    unread.entrySet().stream()
        .limit(MOST_NAMED)
        .forEach(
            each ->
                notes.add(
                    "%s cannot be read and is left out: %s."
                        .formatted(each.getKey(), each.getValue())));
    if (unread.size() > MOST_NAMED) {
      notes.add(
          "%d more images cannot be read and are left out; flow.unreadable names them."
              .formatted(unread.size() - MOST_NAMED));
    }
    return notes;
  }

  /**
   * Whether no scored image, nor one of its group, is known to have been in training: the split was
   * checked against the groups <em>and</em> the images against the training fingerprint.
   */
  public boolean leakFree() {
    return origin == Origin.CHECKED
        && seenInTraining == 0
        && groupsCut == 0
        && !demonstratesLeakage;
  }

  /** Whether the source itself names patients or groups, and the split kept them together. */
  public boolean groupedByTheSource() {
    return groupedBy.stream().anyMatch(by -> !by.equals(Cohort.COPIES));
  }

  /** Whether the numbers may be called a test result. */
  public boolean isTestResult() {
    return leakFree() && !part.equals("train") && !part.equals("validation");
  }

  /**
   * The headline: what the numbers are, or why they are no test result.
   *
   * @param n scored images
   */
  public String result(int n) {
    if (demonstratesLeakage) {
      return LEAKAGE;
    }
    if (part.equals("validation")) {
      return "not a test result: training watched the validation part";
    }
    if (seenInTraining > 0) {
      return "not a test result: %d of %d images were seen in training"
          .formatted(seenInTraining, n);
    }
    if (groupsCut > 0) {
      return "not a test result: %d groups lie in more than one part of the split"
          .formatted(groupsCut);
    }
    if (part.equals("train")) {
      return "not a test result: the model learned from the train part";
    }
    if (origin != Origin.CHECKED) {
      return "not a test result: " + origin.why();
    }
    return switch (kind) {
      case HOLDOUT -> "test result on a part that training did not see";
      case CROSS_VALIDATION ->
          "cross-validation result, out of fold, over %d folds".formatted(folds);
      case EXTERNAL -> "external test result: no image of this data set was seen in training";
    };
  }

  /**
   * The protocol in one sentence.
   *
   * @param n scored images
   * @param groups their groups
   */
  public String sentence(int n, int groups) {
    String what =
        switch (kind) {
          case CROSS_VALIDATION -> "%d-fold cross-validation, out of fold".formatted(folds);
          case HOLDOUT, EXTERNAL ->
              switch (origin) {
                case UNKNOWN -> "Predictions made elsewhere";
                case UNNAMED ->
                    part.equals("all")
                        ? "A model of unknown training, on a data set"
                        : "A model of unknown training, on part \"%s\"".formatted(part);
                case CHECKED, INITIAL_UNKNOWN -> scored();
              };
        };
    String seen =
        switch (origin) {
          case CHECKED ->
              seenInTraining == 0
                  ? "none seen in training"
                  : "%d seen in training".formatted(seenInTraining);
          case INITIAL_UNKNOWN -> "initial weights of unknown origin";
          case UNNAMED, UNKNOWN -> "not checked against training";
        };
    return "%s%s: %d images in %d groups (by %s), %s%s%s; label of the highest probability, no threshold."
        .formatted(
            demonstratesLeakage ? "Demonstration of leakage. " : "",
            what,
            n,
            groups,
            groupedBy.isEmpty() ? "image" : String.join(", ", groupedBy),
            seen,
            seed.isPresent() ? ", split seed " + seed.getAsLong() : "",
            testLooks == 0 ? "" : ", look %d at this part".formatted(testLooks));
  }

  private String scored() {
    if (kind == Kind.HOLDOUT) {
      return "Part \"%s\" of a hold-out split".formatted(part);
    }
    return part.equals("all")
        ? "A data set of its own"
        : "Part \"%s\" of a data set of its own".formatted(part);
  }

  /** The object {@code protocol} of an evaluation. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("kind", kind.text()).put("part", part);
    ArrayNode grouped = json.putArray("groupedBy");
    groupedBy.forEach(grouped::add);
    if (folds > 0) {
      json.put("folds", folds);
    } else {
      json.putNull("folds");
    }
    if (seed.isPresent()) {
      json.put("seed", seed.getAsLong());
    } else {
      json.putNull("seed");
    }
    json.put("leakFree", leakFree());
    if (demonstratesLeakage) {
      json.put(Provenance.DEMONSTRATES_LEAKAGE, true);
    }
    json.put("origin", origin.text());
    if (origin == Origin.CHECKED || seenInTraining > 0) {
      json.put("seenInTraining", seenInTraining);
    } else {
      json.putNull("seenInTraining");
    }
    if (origin != Origin.CHECKED) {
      json.put("why", origin.why());
    }
    json.put("groupsCut", groupsCut)
        .put("thresholdChosenOn", NO_THRESHOLD)
        .put("testLooks", testLooks);
    ArrayNode said = json.putArray("notes");
    notes.forEach(said::add);
    return json;
  }
}
