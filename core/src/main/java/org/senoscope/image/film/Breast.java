package org.senoscope.image.film;

import org.senoscope.image.Box;
import org.senoscope.image.GreyImage;

/**
 * Where the breast is on a mammogram with dark air: the largest bright region after what is thin
 * (scanner's frames, scratches, letters) was taken away, with its holes filled and a margin for the
 * dim skin line. On an image without air, or without anything bright, all is breast.
 *
 * <p>Immutable; the breast of a mirror image is the mirror image of the breast.
 */
public final class Breast {
  /** Bytes that this takes for each pixel of its image. */
  public static final int BYTES_PER_PIXEL = 1;

  private static final int LONGEST = 512;

  private final int height;
  private final int width;
  private final boolean[] inside;
  private final boolean found;
  private final boolean chestWallOnRight;
  private final Box box;
  private final long count;
  private final long rowSum;
  private final long columnSum;

  private Breast(GreyImage image, boolean[] inside, boolean found, boolean chestWallOnRight) {
    this.height = image.height();
    this.width = image.width();
    this.inside = inside;
    this.found = found;
    this.chestWallOnRight = chestWallOnRight;
    int top = height;
    int left = width;
    int bottom = 0;
    int right = 0;
    long pixels = 0;
    long rows = 0;
    long columns = 0;
    for (int row = 0; row < height; row++) {
      int inRow = 0;
      for (int column = 0; column < width; column++) {
        if (inside[row * width + column]) {
          inRow++;
          columns += column;
          left = Math.min(left, column);
          right = Math.max(right, column + 1);
        }
      }
      if (inRow > 0) {
        top = Math.min(top, row);
        bottom = row + 1;
        pixels += inRow;
        rows += (long) row * inRow;
      }
    }
    this.box = new Box(top, left, bottom - top, right - left);
    this.count = pixels;
    this.rowSum = rows;
    this.columnSum = columns;
  }

  /** Looks for the breast. */
  public static Breast of(GreyImage image) {
    Grid grid = Grid.of(image, LONGEST);
    return Segmentation.of(grid)
        .map(
            parts ->
                new Breast(
                    image,
                    enlarged(parts.breast(), image.height(), image.width()),
                    true,
                    parts.tissue().isBroaderOnTheRight()))
        .orElseGet(() -> new Breast(image, all(image.pixels().length), false, false));
  }

  private static boolean[] all(int pixels) {
    boolean[] inside = new boolean[pixels];
    java.util.Arrays.fill(inside, true);
    return inside;
  }

  /** Between the middles of cells the border runs where bilinear interpolation gives a half. */
  private static boolean[] enlarged(Cells cells, int height, int width) {
    boolean[] inside = new boolean[height * width];
    Places down = new Places(height, cells.height());
    Places across = new Places(width, cells.width());
    // All weights of an axis sum to twice its length: whole numbers, alike for the mirror image.
    long half = 2L * height * width;
    long[] line = new long[cells.width()];
    for (int row = 0; row < height; row++) {
      int upper = down.first[row] * cells.width();
      int lower = down.second[row] * cells.width();
      long lowerShare = down.share[row];
      for (int cell = 0; cell < line.length; cell++) {
        line[cell] =
            (cells.has(upper + cell) ? 2L * height - lowerShare : 0)
                + (cells.has(lower + cell) ? lowerShare : 0);
      }
      for (int column = 0; column < width; column++) {
        long rightShare = across.share[column];
        long sum =
            (2L * width - rightShare) * line[across.first[column]]
                + rightShare * line[across.second[column]];
        inside[row * width + column] = sum >= half;
      }
    }
    return inside;
  }

  /** Whether there is something that is not breast. */
  public boolean found() {
    return found;
  }

  /** Whether a pixel, counted row by row, is breast. */
  public boolean has(int pixel) {
    return inside[pixel];
  }

  /** The image with all but the breast black; the pixels of the breast are those of the image. */
  public GreyImage alone(GreyImage image) {
    if (!found) {
      return image;
    }
    float[] pixels = image.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      if (!inside[i]) {
        pixels[i] = 0;
      }
    }
    return new GreyImage(height, width, pixels);
  }

  /** The tight box around the breast. */
  public Box box() {
    return box;
  }

  /** The middle of the breast: the mean row of its pixels, counted from the image's upper edge. */
  public double middleRow() {
    return (double) rowSum / count + .5;
  }

  /** The mean column of its pixels, counted from the image's left edge. */
  public double middleColumn() {
    return (double) columnSum / count + .5;
  }

  /** Whether the chest wall is on the right of the picture; where nothing was found, false. */
  public boolean chestWallOnRight() {
    return chestWallOnRight;
  }

  /** Of each pixel along an axis: the cells around its middle, and the second's share. */
  private static final class Places {
    final int[] first;
    final int[] second;
    final int[] share;

    Places(int pixels, int cells) {
      first = new int[pixels];
      second = new int[pixels];
      share = new int[pixels];
      for (int pixel = 0; pixel < pixels; pixel++) {
        long at = (2L * pixel + 1) * cells - pixels;
        int before = (int) Math.floorDiv(at, 2L * pixels);
        share[pixel] = (int) Math.floorMod(at, 2L * pixels);
        first[pixel] = Math.max(0, before);
        second[pixel] = Math.min(before + 1, cells - 1);
      }
    }
  }
}
