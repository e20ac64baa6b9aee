package org.senoscope.evaluate;

import org.senoscope.image.GreyImage;

/** A classifier as an evaluation sees it. Safe for several threads. */
@FunctionalInterface
public interface Scorer {
  /**
   * Scores an image.
   *
   * @param image as read from its file, not prepared
   */
  Scored score(GreyImage image);
}
