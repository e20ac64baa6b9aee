package org.senoscope.image;

/**
 * How a camera or scanner was turned: the eight values of the Exif tag 0x0112, in its order. {@link
 * #apply} turns the stored rows into the picture as it is to be seen.
 */
public enum Orientation {
  /** 1: as stored. */
  UPRIGHT(false, false, false),
  /** 2: left and right are exchanged. */
  MIRRORED(false, false, true),
  /** 3: upside down. */
  HALF_TURN(false, true, true),
  /** 4: top and bottom are exchanged. */
  FLIPPED(false, true, false),
  /** 5: rows and columns are exchanged. */
  TRANSPOSED(true, false, false),
  /** 6: to be turned a quarter clockwise. */
  QUARTER_CLOCKWISE(true, false, true),
  /** 7: exchanged over the other diagonal. */
  TRANSVERSED(true, true, true),
  /** 8: to be turned a quarter counter-clockwise. */
  QUARTER_COUNTERCLOCKWISE(true, true, false);

  // First rows and columns are exchanged, then the rows are reversed, then the columns.
  private final boolean transposes;
  private final boolean reversesRows;
  private final boolean reversesColumns;

  Orientation(boolean transposes, boolean reversesRows, boolean reversesColumns) {
    this.transposes = transposes;
    this.reversesRows = reversesRows;
    this.reversesColumns = reversesColumns;
  }

  /** The orientation of an Exif value; anything outside 1..8 is upright, as viewers have it. */
  public static Orientation ofExif(int value) {
    return value < 1 || value > 8 ? UPRIGHT : values()[value - 1];
  }

  /** Whether height and width are exchanged. */
  public boolean exchangesSides() {
    return transposes;
  }

  /** This one after another one: {@code a.after(b).apply(x)} is {@code a.apply(b.apply(x))}. */
  public Orientation after(Orientation first) {
    // Reversals done first, seen after this transposition, act on the other axis.
    boolean rows = transposes ? first.reversesColumns : first.reversesRows;
    boolean columns = transposes ? first.reversesRows : first.reversesColumns;
    return of(transposes ^ first.transposes, rows ^ reversesRows, columns ^ reversesColumns);
  }

  /** What undoes this. */
  public Orientation inverse() {
    return transposes ? of(true, reversesColumns, reversesRows) : this;
  }

  private static Orientation of(boolean transposes, boolean rows, boolean columns) {
    for (Orientation each : values()) {
      if (each.transposes == transposes
          && each.reversesRows == rows
          && each.reversesColumns == columns) {
        return each;
      }
    }
    throw new IllegalStateException("The eight orientations are all there are");
  }

  /** The image turned; the image itself when there is nothing to turn. */
  public GreyImage apply(GreyImage stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    int height = transposes ? stored.width() : stored.height();
    int width = transposes ? stored.height() : stored.width();
    float[] from = stored.pixels();
    float[] to = new float[from.length];
    int downStep = transposes ? 1 : stored.width();
    int rightStep = transposes ? stored.width() : 1;
    for (int row = 0; row < height; row++) {
      int fromRow = reversesRows ? height - 1 - row : row;
      int source = fromRow * downStep + (reversesColumns ? (width - 1) * rightStep : 0);
      int step = reversesColumns ? -rightStep : rightStep;
      for (int target = row * width; target < (row + 1) * width; target++, source += step) {
        to[target] = from[source];
      }
    }
    return new GreyImage(height, width, to);
  }
}
