package org.senoscope.evaluate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.study.Modality;

/**
 * Which images of a data set a model has seen: those that it was trained on, those that share a
 * group with one of them, and those that look like a training image from elsewhere.
 */
final class TrainingOverlap {
  /**
   * How much pictures may differ, by how the image was made. No correlation can clear a pair here,
   * since the training images themselves are not at hand, so strangers must not come this near;
   * what was measured is in docs/decisions/0011-near-duplicates.md.
   */
  static Fingerprint.Nearness nearness(Optional<Modality> modality) {
    return modality.equals(Optional.of(Modality.US)) ? ULTRASOUND : FILM;
  }

  private static final Fingerprint.Nearness ULTRASOUND = new Fingerprint.Nearness(64, 4, true);
  private static final Fingerprint.Nearness FILM = new Fingerprint.Nearness(32, 2, false);

  private final Fingerprint fingerprint;
  private final Fingerprint elsewhere;
  private final Set<String> trainedOn = new HashSet<>();
  private final Set<String> ofTheirGroups;
  private final Cohort cohort;
  private final Set<String> alike = new HashSet<>();

  TrainingOverlap(Fingerprint fingerprint, Cohort cohort) {
    this.fingerprint = fingerprint;
    this.cohort = cohort;
    for (ManifestRow row : cohort.rows().values()) {
      if (fingerprint.contains(row.sha256())) {
        trainedOn.add(row.image());
      }
    }
    this.ofTheirGroups = cohort.withTheirGroups(trainedOn);
    this.elsewhere = elsewhere(fingerprint, cohort);
  }

  /**
   * The training images that pictures are compared with. Of those in this data set, its groups say
   * more where it was audited: the audit compared every pair and held the images themselves side by
   * side.
   */
  private static Fingerprint elsewhere(Fingerprint fingerprint, Cohort cohort) {
    if (!cohort.audited()) {
      return fingerprint;
    }
    Set<String> here = new HashSet<>();
    cohort.rows().values().forEach(row -> here.add(row.sha256()));
    return Fingerprint.of(
        fingerprint.images().stream().filter(image -> !here.contains(image.sha256())).toList());
  }

  /**
   * A model that names no training image is not taken for one that was trained elsewhere.
   *
   * @param initial the weights that its training began with
   */
  Protocol.Origin origin(WeightsOrigin initial) {
    return fingerprint.size() == 0 ? Protocol.Origin.UNNAMED : Protocol.Origin.of(initial);
  }

  /** Whether some image of the data set was trained on. */
  boolean trainedHere() {
    return !trainedOn.isEmpty();
  }

  /** Whether pictures must be compared too. */
  boolean comparesPictures() {
    return elsewhere.size() > 0;
  }

  /** Compares a picture with those that were trained on; safe for several threads. */
  void compare(ManifestRow row, Appearance appearance) {
    if (!ofTheirGroups.contains(row.image())
        && elsewhere.near(appearance, nearness(row.modality()))) {
      synchronized (alike) {
        alike.add(row.image());
      }
    }
  }

  /** How many of these images were seen in training, in any of the three ways. */
  int seen(List<String> images) {
    return count(images, seen());
  }

  /**
   * All images that were seen in training, in any of the three ways; once pictures are compared.
   */
  Set<String> seen() {
    Set<String> all = likeThem();
    all.addAll(ofTheirGroups);
    return all;
  }

  /** What looks like a training image from elsewhere, and what shares a group with that. */
  private Set<String> likeThem() {
    Set<String> all;
    synchronized (alike) {
      all = new HashSet<>(cohort.withTheirGroups(alike));
    }
    all.removeAll(ofTheirGroups);
    return all;
  }

  /** How the images were seen, or that nothing tells it, in sentences; empty when none was. */
  List<String> notes(List<String> images) {
    List<String> notes = new ArrayList<>();
    if (fingerprint.size() == 0) {
      notes.add(
          "The model names no training image, as imported ones do not: any of these may be one.");
    }
    int themselves = count(images, trainedOn);
    int byGroup = count(images, ofTheirGroups) - themselves;
    int looks = count(images, likeThem());
    if (themselves > 0) {
      notes.add("Trained on itself (equal SHA-256): %d of the images.".formatted(themselves));
    }
    if (byGroup > 0) {
      notes.add(
          "In a group (patient, pair, near-duplicates) with a training image: %d more."
              .formatted(byGroup));
    }
    if (looks > 0) {
      notes.add(
          "Looking like a training image, perhaps turned, cropped or saved anew (picture hash), or in a group with one that does: %d more."
              .formatted(looks));
    }
    return notes;
  }

  private static int count(List<String> images, Set<String> seen) {
    return (int) images.stream().filter(seen::contains).count();
  }
}
