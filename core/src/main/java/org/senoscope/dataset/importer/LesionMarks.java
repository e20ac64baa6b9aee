package org.senoscope.dataset.importer;

import java.util.List;
import java.util.Optional;

/** What a source marks on one image; it is drawn once the image's size is known. */
@FunctionalInterface
public interface LesionMarks {
  /** Nothing is marked. */
  LesionMarks NONE = (height, width) -> Lesions.NONE;

  /** The lesions on an image of this size, in pixels of the stored image after orientation. */
  Lesions on(int height, int width);

  /**
   * Lesions of one image.
   *
   * @param mask all lesions together; empty when none is outlined
   * @param regions a box for each
   * @param rejected files of marks that could not be used
   */
  record Lesions(
      Optional<LesionMask> mask, List<org.senoscope.study.Roi> regions, List<Rejection> rejected) {
    /** Nothing marked. */
    static final Lesions NONE = new Lesions(Optional.empty(), List.of(), List.of());

    public Lesions {
      regions = List.copyOf(regions);
      rejected = List.copyOf(rejected);
    }
  }
}
