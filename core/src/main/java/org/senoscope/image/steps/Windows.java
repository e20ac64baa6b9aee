package org.senoscope.image.steps;

import org.senoscope.image.Box;
import org.senoscope.image.GreyImage;
import org.senoscope.image.film.Breast;

/** Windows around a place of an image. */
final class Windows {
  private Windows() {}

  /**
   * A window of a size, moved into the image where it fits; where it does not it is centred, and
   * reaches beyond both edges.
   *
   * @param row of its middle, pixels from the upper edge
   * @param column of its middle, pixels from the left edge
   */
  static Box around(GreyImage image, double row, double column, int height, int width) {
    return new Box(
        start(row, height, image.height()), start(column, width, image.width()), height, width);
  }

  /** A window in the middle of the breast, with a share of the sides of its bounding box. */
  static Box central(GreyImage image, double share) {
    Breast breast = Breast.of(image);
    return around(
        image,
        breast.middleRow(),
        breast.middleColumn(),
        (int) Math.max(1, Math.round(share * breast.box().height())),
        (int) Math.max(1, Math.round(share * breast.box().width())));
  }

  private static int start(double middle, int length, int available) {
    if (length >= available) {
      return Math.floorDiv(available - length, 2);
    }
    return Math.clamp(Math.round(middle - length / 2.0), 0, available - length);
  }
}
