package org.senoscope.dataset.importer;

import org.senoscope.image.ImageLimits;

/**
 * How strictly to import.
 *
 * @param strict whether one refused file fails the import
 * @param limits of each image
 */
public record ImportOptions(boolean strict, ImageLimits limits) {
  /** Images of less than 16 pixels a side hold nothing to classify. */
  public static final int SMALLEST_SIDE = 16;

  /** What is refused is listed, and the rest goes on. */
  public static final ImportOptions DEFAULT =
      new ImportOptions(false, ImageLimits.DEFAULT.withSide(SMALLEST_SIDE));

  /** The first one's strict twin. */
  public static final ImportOptions STRICT = new ImportOptions(true, DEFAULT.limits);
}
