package org.senoscope.study;

import java.util.List;

/**
 * What a model takes for lesion on one image, as a drawing: closed lines around it. Found by the
 * model, and no reader's mark; empty where it found none.
 *
 * @param rings each a closed line, at least three corners, the first not repeated at the end; a
 *     hole's line runs the other way
 */
public record Outline(List<List<Corner>> rings) {
  /**
   * A corner, in pixels from the left and upper edge of the image as read, upright.
   *
   * @param x columns
   * @param y rows
   */
  public record Corner(double x, double y) {}

  public Outline {
    rings = rings.stream().map(List::copyOf).toList();
  }
}
