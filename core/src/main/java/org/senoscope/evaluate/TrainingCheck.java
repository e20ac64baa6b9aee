package org.senoscope.evaluate;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.model.Bundle;
import org.senoscope.model.WeightsOrigin;

/**
 * A data set held against what a model was trained on, for work that scores images by other means
 * than an evaluation: which images take part, what belongs together, and which of them the model
 * has seen. Safe for several threads.
 */
public final class TrainingCheck {
  private final Cohort cohort;
  private final TrainingOverlap overlap;
  private final Protocol.Origin origin;

  private TrainingCheck(Cohort cohort, TrainingOverlap overlap, Protocol.Origin origin) {
    this.cohort = cohort;
    this.overlap = overlap;
    this.origin = origin;
  }

  /**
   * Holds a data set against a bundle's training images.
   *
   * @throws org.senoscope.work.InputException when the split was made for another manifest or other
   *     groups, or cuts a group
   */
  public static TrainingCheck of(Dataset dataset, Bundle bundle) throws IOException {
    Cohort cohort = Cohort.open(dataset);
    TrainingOverlap overlap = new TrainingOverlap(bundle.fingerprint(), cohort);
    WeightsOrigin initial = WeightsOrigin.in(bundle.description().provenance());
    return new TrainingCheck(cohort, overlap, overlap.origin(initial));
  }

  /** The images that take part, by name, in the manifest's order. */
  public Map<String, ManifestRow> rows() {
    return cohort.rows();
  }

  /** The group of an image: patient, what the source joins, copies. */
  public String groupOf(String image) {
    return cohort.groupOf(image);
  }

  /** SHA-256 of the data set's manifest. */
  public String manifestSha256() {
    return cohort.manifestSha256();
  }

  /** Whether the data set's split cuts groups on purpose. */
  public boolean demonstratesLeakage() {
    return cohort.demonstratesLeakage();
  }

  /** Whether pictures must be compared too, before {@link #seen} is asked. */
  public boolean comparesPictures() {
    return overlap.comparesPictures();
  }

  /** Compares a picture with those that were trained on. */
  public void compare(ManifestRow row, Appearance appearance) {
    overlap.compare(row, appearance);
  }

  /**
   * The images that the model was trained on, those of their groups, and those that look alike with
   * theirs: asked once, after the last picture was compared, since one picture tells of its group.
   */
  public Set<String> seen() {
    return overlap.seen();
  }

  /** Why it is not known, or only at least, what the model has seen; empty when it is known. */
  public String unknown() {
    return origin == Protocol.Origin.CHECKED
        ? ""
        : origin == Protocol.Origin.INITIAL_UNKNOWN
            ? "nothing tells which images its initial weights had learned from"
            : "nothing tells which images the model was trained on";
  }
}
