package org.senoscope.image;

/**
 * A grey image: shape (height, width), row by row from the top-left, brightness 0 (black) to 1
 * (white).
 *
 * <p>Sources of 8 and 16 bits are scaled by 255 and 65535. The pixels are shared, not copied: who
 * makes an image gives its array away, and who reads must not write. Safe for reading by several
 * threads.
 */
public final class GreyImage {
  private final int height;
  private final int width;
  private final float[] pixels;

  /**
   * Takes the array over.
   *
   * @param height rows, at least 1
   * @param width columns, at least 1
   * @param pixels {@code height * width} values, row by row
   */
  public GreyImage(int height, int width, float[] pixels) {
    if (height < 1 || width < 1 || (long) height * width != pixels.length) {
      throw new IllegalArgumentException(
          "Image of %d rows and %d columns cannot hold %d pixels"
              .formatted(height, width, pixels.length));
    }
    this.height = height;
    this.width = width;
    this.pixels = pixels;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** The pixels themselves, row by row; not to be written. */
  public float[] pixels() {
    return pixels;
  }

  /** Brightness at a place, 0..1. */
  public float at(int row, int column) {
    return pixels[row * width + column];
  }
}
