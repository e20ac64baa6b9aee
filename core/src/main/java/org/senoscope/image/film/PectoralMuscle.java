package org.senoscope.image.film;

import java.util.Optional;
import org.senoscope.image.GreyImage;

/**
 * Where the pectoral muscle is on an oblique view: the bright corner between the upper edge and the
 * chest wall. Its border is sought as the straight line with the steadiest step from bright to
 * dark, then followed row by row. Immutable; the muscle of a mirror image is the mirror image of
 * the muscle.
 */
public final class PectoralMuscle {
  private static final int LONGEST = 256;
  private final int height;
  private final int width;
  private final boolean onRight;

  /** For each row of pixels: how many belong to the muscle, from the chest wall's side. */
  private final int[] reach;

  private PectoralMuscle(int height, int width, boolean onRight, int[] reach) {
    this.height = height;
    this.width = width;
    this.onRight = onRight;
    this.reach = reach;
  }

  /** Looks for the muscle; empty where none is seen. */
  public static Optional<PectoralMuscle> of(GreyImage image) {
    Grid grid = Grid.of(image, LONGEST);
    Optional<Segmentation> parts = Segmentation.of(grid);
    Cells tissue =
        parts
            .map(Segmentation::tissue)
            .orElseGet(() -> Cells.of(grid.height(), grid.width(), place -> true));
    boolean onRight = tissue.isBroaderOnTheRight();
    return MuscleBorder.find(onRight ? grid.mirrored() : grid, onRight ? tissue.mirrored() : tissue)
        .map(
            border ->
                new PectoralMuscle(
                    image.height(),
                    image.width(),
                    onRight,
                    reach(border, grid, image.height(), image.width())));
  }

  private static int[] reach(double[] border, Grid grid, int height, int width) {
    int[] reach = new int[height];
    for (int row = 0; row < height; row++) {
      double at = (row + .5) * grid.height() / height - .5;
      int before = (int) Math.floor(at);
      double share = at - before;
      double upper = border[Math.clamp(before, 0, border.length - 1)];
      double lower = border[Math.clamp(before + 1, 0, border.length - 1)];
      double cells = upper + share * (lower - upper);
      reach[row] = Math.clamp(Math.round(cells * width / grid.width()), 0, width);
    }
    return reach;
  }

  /** Whether a pixel belongs to the muscle. */
  public boolean has(int row, int column) {
    return onRight ? column >= width - reach[row] : column < reach[row];
  }

  /** The image with the muscle black; all other pixels are those of the image. */
  public GreyImage removed(GreyImage image) {
    float[] pixels = image.pixels().clone();
    for (int row = 0; row < height; row++) {
      int begin = row * width + (onRight ? width - reach[row] : 0);
      java.util.Arrays.fill(pixels, begin, begin + reach[row], 0);
    }
    return new GreyImage(height, width, pixels);
  }
}
