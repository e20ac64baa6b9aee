package org.senoscope.arrays;

import org.senoscope.split.Parts;

/**
 * One image of the arrays.
 *
 * @param row of the manifest that it is made from
 * @param part of the split that this row is in
 * @param variant what was done to it
 * @param repetition 0 for the first of this row and variant, above where it was repeated
 */
record Sample(int row, String part, Variant variant, int repetition) {
  Sample {
    if (!part.equals(Parts.TRAIN) && (!variant.equals(Variant.ORIGINAL) || repetition > 0)) {
      throw new IllegalArgumentException(
          "Only images of the training part are copied, was one of part " + part);
    }
  }

  /** The image as it is. */
  static Sample original(int row, String part) {
    return new Sample(row, part, Variant.ORIGINAL, 0);
  }
}
