package org.senoscope.image.codec;

import java.util.Locale;

/**
 * The limits that a header must keep.
 *
 * @param maxPixels height × width, at most
 * @param minSide height and width, at least
 */
public record HeaderCheck(long maxPixels, int minSide) {
  /** Refuses a size outside the limits; call it before making room for pixels. */
  void size(long height, long width) throws RefusedImageException {
    if (height < 1 || width < 1) {
      throw new RefusedImageException(
          "the header says %d × %d pixels (height × width): not an image".formatted(height, width));
    }
    if (height > Integer.MAX_VALUE || width > Integer.MAX_VALUE || height * width > maxPixels) {
      throw new RefusedImageException(
          "too large: the header says %d × %d pixels (height × width), at most %s megapixels are read"
              .formatted(height, width, megapixels()));
    }
    if (height < minSide || width < minSide) {
      throw new RefusedImageException(
          "too small: %d × %d pixels (height × width), each side must have at least %d"
              .formatted(height, width, minSide));
    }
  }

  private String megapixels() {
    return String.format(
        Locale.ROOT, maxPixels % 1_000_000 == 0 ? "%.0f" : "%.2f", maxPixels / 1e6);
  }
}
