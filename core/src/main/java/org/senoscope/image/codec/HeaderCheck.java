package org.senoscope.image.codec;

import java.util.Locale;
import java.util.Optional;

/**
 * The limits that a header must keep.
 *
 * @param maxPixels height × width, at most
 * @param minSide height and width, at least
 * @param room where the pixels go
 */
public record HeaderCheck(long maxPixels, int minSide, Room room) {
  /** Memory for pictures. */
  @FunctionalInterface
  public interface Room {
    /** As much as there is. */
    Room ANY = picture -> Optional.empty();

    /**
     * Takes the room for a picture before anything is allocated; may wait for it.
     *
     * @return empty, or why there can never be room
     */
    Optional<String> take(Picture picture);
  }

  /**
   * What a header says of a picture that is about to be decoded.
   *
   * @param height stored rows
   * @param width stored columns
   * @param samples bytes of the unpacked samples, which are held beside the grey values
   * @param turned whether the Exif orientation moves the pixels
   */
  public record Picture(int height, int width, long samples, boolean turned) {}

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

  /** Takes the room for a picture of a size that was checked. */
  void take(int height, int width, long samples, int exifOrientation) throws RefusedImageException {
    Optional<String> why =
        room.take(new Picture(height, width, samples, exifOrientation > 1 && exifOrientation <= 8));
    if (why.isPresent()) {
      throw new RefusedImageException(why.get());
    }
  }

  private String megapixels() {
    return String.format(
        Locale.ROOT, maxPixels % 1_000_000 == 0 ? "%.0f" : "%.2f", maxPixels / 1e6);
  }
}
