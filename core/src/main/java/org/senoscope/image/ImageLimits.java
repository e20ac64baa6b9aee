package org.senoscope.image;

/**
 * How large an image file may be. Checked on the file's size and on the image's header, before any
 * pixel is decoded: a header of 60,000 × 60,000 costs nothing.
 *
 * @param bytes of the file, at most
 * @param pixels height × width, at most
 * @param side height and width, at least; pixels
 */
public record ImageLimits(long bytes, long pixels, int side) {
  /** 512 MiB, 100 megapixels (a mammogram at 50 µm has 25), any side. */
  public static final ImageLimits DEFAULT = new ImageLimits(512L << 20, 100_000_000, 1);

  public ImageLimits {
    if (bytes < 1 || bytes > Integer.MAX_VALUE - 8 || pixels < 1 || pixels > 1_000_000_000) {
      throw new IllegalArgumentException(
          "Limits must be 1..%d bytes and 1..1000000000 pixels, were %d bytes and %d pixels"
              .formatted(Integer.MAX_VALUE - 8, bytes, pixels));
    }
    if (side < 1) {
      throw new IllegalArgumentException("Smallest side must be 1 pixel or more, was " + side);
    }
  }

  /** The same limits with another smallest side. */
  public ImageLimits withSide(int smallest) {
    return new ImageLimits(bytes, pixels, smallest);
  }
}
