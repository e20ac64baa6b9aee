package org.senoscope.explain.faithfulness;

import org.senoscope.dataset.importer.LesionMask;
import org.senoscope.explain.EvidenceMap;
import org.senoscope.model.LesionMap;

/**
 * How well what a network takes for lesion agrees with a reader's mask, at the image's own size:
 * every pixel of it, also specks too small to be drawn, and also where the image was refused.
 *
 * @param dice twice what both hold, over the sum of what each holds, 0..1 (Dice 1945)
 * @param iou what both hold over what either holds, 0..1 (Jaccard 1901)
 */
public record OutlineScore(double dice, double iou) {
  /**
   * Compares.
   *
   * @param found of the image's size; a place at {@link LesionMap#LEVEL} or above counts as lesion
   * @param lesion with a pixel inside, at least
   */
  static OutlineScore of(EvidenceMap found, LesionMask lesion) {
    long both = 0;
    long ours = 0;
    for (int row = 0; row < found.height(); row++) {
      for (int column = 0; column < found.width(); column++) {
        if (found.at(row, column) >= LesionMap.LEVEL) { // not so where nothing was seen
          ours++;
          both += lesion.contains(row, column) ? 1 : 0;
        }
      }
    }
    long theirs = lesion.pixels();
    return new OutlineScore(2.0 * both / (ours + theirs), (double) both / (ours + theirs - both));
  }
}
