package org.senoscope.image.likeness;

import java.util.List;

/**
 * One of the eight ways to lay a square on itself: as it is or mirrored left for right, and then
 * turned by quarters, clockwise.
 *
 * @param mirrored whether left and right change places first
 * @param quarterTurns clockwise after that, 0..3
 */
public record Symmetry(boolean mirrored, int quarterTurns) {
  /** As it is. */
  public static final Symmetry IDENTITY = new Symmetry(false, 0);

  /** All eight: the one that changes nothing first, then the mirror image, then those turned. */
  public static final List<Symmetry> ALL =
      List.of(
          IDENTITY,
          new Symmetry(true, 0),
          new Symmetry(false, 1),
          new Symmetry(true, 1),
          new Symmetry(false, 2),
          new Symmetry(true, 2),
          new Symmetry(false, 3),
          new Symmetry(true, 3));

  public Symmetry {
    if (quarterTurns < 0 || quarterTurns > 3) {
      throw new IllegalArgumentException("quarterTurns must be 0..3, was " + quarterTurns);
    }
  }

  /**
   * A square grid of values, turned so.
   *
   * @param values row by row, side × side of them; not changed
   */
  float[] of(float[] values, int side) {
    float[] turned = new float[values.length];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int from =
            switch (quarterTurns) {
              case 0 -> at(y, x, side);
              case 1 -> at(side - 1 - x, y, side);
              case 2 -> at(side - 1 - y, side - 1 - x, side);
              default -> at(x, side - 1 - y, side);
            };
        turned[y * side + x] = values[from];
      }
    }
    return turned;
  }

  /** Where in the source a pixel of the (mirrored) source lies. */
  private int at(int y, int x, int side) {
    return y * side + (mirrored ? side - 1 - x : x);
  }
}
