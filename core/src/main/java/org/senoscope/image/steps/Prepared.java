package org.senoscope.image.steps;

import java.util.ArrayList;
import java.util.List;
import org.senoscope.image.GreyImage;
import org.senoscope.study.Marks;
import org.senoscope.study.Roi;

/**
 * An image on its way through the steps.
 *
 * @param image as the steps so far have made it
 * @param geometry where its pixels lie in the image as read
 * @param marks what readers marked, in pixels of the image as read
 */
public record Prepared(GreyImage image, Geometry geometry, Marks marks) {
  /** An image as read, before any step. */
  public static Prepared of(GreyImage image, Marks marks) {
    return new Prepared(image, Geometry.asRead(image.height(), image.width()), marks);
  }

  /** The same with other brightness, and each pixel where it was. */
  Prepared with(GreyImage changed) {
    if (changed.height() != image.height() || changed.width() != image.width()) {
      throw new IllegalArgumentException(
          "Brightness alone cannot make %d × %d of %d × %d"
              .formatted(changed.height(), changed.width(), image.height(), image.width()));
    }
    return new Prepared(changed, geometry, marks);
  }

  /** The same with pixels moved. */
  Prepared moved(GreyImage changed, Geometry to) {
    return new Prepared(changed, to, marks);
  }

  /** Readers' marks as they lie in {@link #image}; those that were cropped away are left out. */
  List<Region> regions() {
    List<Region> regions = new ArrayList<>();
    for (Roi mark : marks.regions()) {
      double top = geometry.rows().of(mark.top());
      double bottom = geometry.rows().of(mark.bottom());
      double left = geometry.columns().of(mark.left());
      double right = geometry.columns().of(mark.right());
      Region region =
          new Region(
              Math.min(top, bottom),
              Math.min(left, right),
              Math.max(top, bottom),
              Math.max(left, right));
      if (region.bottom > 0
          && region.top < image.height()
          && region.right > 0
          && region.left < image.width()) {
        regions.add(region);
      }
    }
    return regions;
  }

  /**
   * A mark in pixels of a prepared image: fractions, and possibly beyond its edges.
   *
   * @param top first row inside
   * @param left first column inside
   * @param bottom first row below
   * @param right first column beyond
   */
  record Region(double top, double left, double bottom, double right) {
    double height() {
      return bottom - top;
    }

    double width() {
      return right - left;
    }
  }
}
