package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.senoscope.image.GreyImage;
import org.senoscope.study.Marks;

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

  /** The transformed image, and where its pixels come from; what is given is not changed. */
  Prepared apply(Prepared film);

  /** The transformed image of one that carries no marks; the given one may be returned. */
  default GreyImage apply(GreyImage image) {
    return apply(Prepared.of(image, Marks.NONE)).image();
  }

  /**
   * Bytes that the step takes for each pixel of the image that it is given, beside that image: its
   * result and what it works on. For large images; what grows a small one is not meant.
   */
  default int bytesPerPixel() {
    return Float.BYTES;
  }

  /** Whether the step cannot work without knowing what readers marked. */
  default boolean needsMarks() {
    return false;
  }
}
