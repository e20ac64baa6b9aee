package org.senoscope.image.steps;

import org.senoscope.image.Box;

/**
 * Where a place of the image as read lies in the prepared image, both counted in pixels from the
 * top-left corner (0.5 is the middle of the first pixel): {@code prepared = scale * read + shift}
 * on each axis. Stretching, padding, cropping and mirroring are all of this kind; other steps move
 * nothing.
 */
public record Geometry(Axis rows, Axis columns) {
  /**
   * One axis.
   *
   * @param length pixels of the image as read
   * @param scale prepared pixels for one pixel as read; below 0 when mirrored
   * @param shift prepared place of the edge where reading begins
   * @param begin first prepared place that shows the image
   * @param end place behind the last one
   */
  public record Axis(int length, double scale, double shift, double begin, double end) {
    private static Axis asRead(int length) {
      return new Axis(length, 1, 0, 0, length);
    }

    /** The prepared place of a place as read. */
    public double of(double read) {
      return scale * read + shift;
    }

    /** After a window of this axis was brought to another place and length. */
    private Axis then(double from, double fromLength, double to, double toLength) {
      double factor = toLength / fromLength;
      double moved = to - from * factor;
      return new Axis(
          length,
          scale * factor,
          shift * factor + moved,
          Math.max(begin * factor + moved, to),
          Math.min(end * factor + moved, to + toLength));
    }

    private Axis mirrored(int prepared) {
      return new Axis(length, -scale, prepared - shift, prepared - end, prepared - begin);
    }
  }

  /** Of an image that nothing was done to. */
  public static Geometry asRead(int height, int width) {
    return new Geometry(Axis.asRead(height), Axis.asRead(width));
  }

  /** After a resize. */
  Geometry then(Resize.Placement at) {
    return new Geometry(
        rows.then(at.sourceTop(), at.sourceHeight(), at.top(), at.height()),
        columns.then(at.sourceLeft(), at.sourceWidth(), at.left(), at.width()));
  }

  /** After a window was cut out; it may reach beyond the edges. */
  Geometry cropped(Box box) {
    return new Geometry(
        rows.then(box.top(), box.height(), 0, box.height()),
        columns.then(box.left(), box.width(), 0, box.width()));
  }

  /**
   * After left and right were exchanged.
   *
   * @param width columns of the prepared image
   */
  Geometry mirrored(int width) {
    return new Geometry(rows, columns.mirrored(width));
  }
}
