package org.senoscope.image;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One named transform of an image on its way to a network. A step holds no state: the same image
 * gives the same answer in training, on the command line and in the server. Safe for several
 * threads.
 */
public interface Step {
  /** As recipes and bundles write it, such as {@code resize}. */
  String name();

  /** All that is needed to make the step again: {@code {"step": name, parameter: value, …}}. */
  ObjectNode toJson();

  /** The transformed image; the given one is not changed, and may be returned. */
  GreyImage apply(GreyImage image);
}
