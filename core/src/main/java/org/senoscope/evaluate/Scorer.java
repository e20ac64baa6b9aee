package org.senoscope.evaluate;

import org.senoscope.image.GreyImage;
import org.senoscope.study.Marks;

/** A classifier as an evaluation sees it. Safe for several threads. */
@FunctionalInterface
public interface Scorer {
  /**
   * Scores an image.
   *
   * @param image as read from its file, not prepared
   * @param marks what readers marked on it
   */
  Scored score(GreyImage image, Marks marks);

  /** Bytes of a large image's pixel while it is scored, its own four included. */
  default int bytesPerPixel() {
    return 2 * Float.BYTES;
  }
}
