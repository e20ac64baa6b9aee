package org.senoscope.image;

/**
 * A window of an image, in its pixels: rows {@code top} to {@code top + height - 1}. It may reach
 * beyond the image's edges.
 *
 * @param top first row
 * @param left first column
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record Box(int top, int left, int height, int width) {
  public Box {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "Box must have a row and a column, was %d × %d".formatted(height, width));
    }
  }

  /** All of an image. */
  public static Box all(GreyImage image) {
    return new Box(0, 0, image.height(), image.width());
  }

  /** The part of this that lies in an image; the two must share a pixel. */
  public Box within(GreyImage image) {
    int firstRow = Math.max(0, top);
    int firstColumn = Math.max(0, left);
    return new Box(
        firstRow,
        firstColumn,
        Math.min(image.height(), top + height) - firstRow,
        Math.min(image.width(), left + width) - firstColumn);
  }

  /** The pixels in this window, black beyond the image's edges; the image itself when it is all. */
  public GreyImage cut(GreyImage image) {
    if (equals(all(image))) {
      return image;
    }
    float[] cut = new float[Math.multiplyExact(height, width)];
    int firstColumn = Math.max(0, left);
    int columns = Math.min(image.width(), left + width) - firstColumn;
    int lastRow = Math.min(image.height(), top + height);
    for (int row = Math.max(0, top); row < lastRow && columns > 0; row++) {
      System.arraycopy(
          image.pixels(),
          row * image.width() + firstColumn,
          cut,
          (row - top) * width + firstColumn - left,
          columns);
    }
    return new GreyImage(height, width, cut);
  }
}
