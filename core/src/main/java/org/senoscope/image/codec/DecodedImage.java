package org.senoscope.image.codec;

/**
 * Grey values as a file stores them: shape (height, width), brightness 0..1, before orientation.
 * The array is given away, not copied.
 */
public final class DecodedImage {
  private final int height;
  private final int width;
  private final float[] grey;
  private final int exifOrientation;

  DecodedImage(int height, int width, float[] grey, int exifOrientation) {
    this.height = height;
    this.width = width;
    this.grey = grey;
    this.exifOrientation = exifOrientation;
  }

  /** Stored rows. */
  public int height() {
    return height;
  }

  /** Stored columns. */
  public int width() {
    return width;
  }

  /** Row by row, 0..1. */
  public float[] grey() {
    return grey;
  }

  /** The Exif tag 0x0112; 1 where the file has none. */
  public int exifOrientation() {
    return exifOrientation;
  }
}
