package org.senoscope.explain;

import org.senoscope.image.Preprocessing;
import org.senoscope.image.Resize;
import org.senoscope.image.Step;

/**
 * Where a place of the image as read lies in the prepared image, both counted in pixels from the
 * top-left corner (0.5 is the middle of the first pixel): {@code prepared = scale * read + shift}
 * on each axis. Stretching, padding and cropping are all of this kind; other steps move nothing.
 */
record Geometry(Axis rows, Axis columns) {
  /**
   * One axis.
   *
   * @param scale prepared pixels for one pixel as read
   * @param shift prepared place of the first edge
   * @param begin first prepared place that shows the image
   * @param end place behind the last one
   */
  record Axis(double scale, double shift, double begin, double end) {
    /** After a further resize of this axis. */
    private Axis then(double from, double fromLength, double to, double toLength) {
      double factor = toLength / fromLength;
      double moved = to - from * factor;
      return new Axis(
          scale * factor,
          shift * factor + moved,
          Math.max(begin * factor + moved, to),
          Math.min(end * factor + moved, to + toLength));
    }
  }

  /** The way of an image of a size through the steps. */
  static Geometry of(Preprocessing preprocessing, int height, int width) {
    Geometry geometry = new Geometry(new Axis(1, 0, 0, height), new Axis(1, 0, 0, width));
    int rows = height;
    int columns = width;
    for (Step step : preprocessing.steps()) {
      if (step instanceof Resize resize) {
        Resize.Placement at = resize.placement(rows, columns);
        geometry =
            new Geometry(
                geometry.rows.then(at.sourceTop(), at.sourceHeight(), at.top(), at.height()),
                geometry.columns.then(at.sourceLeft(), at.sourceWidth(), at.left(), at.width()));
        rows = resize.height();
        columns = resize.width();
      }
    }
    return geometry;
  }
}
