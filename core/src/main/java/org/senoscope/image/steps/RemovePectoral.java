package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.film.PectoralMuscle;

/**
 * Makes the pectoral muscle of an oblique view black: the bright corner between upper edge and
 * chest wall. Everything else keeps its pixels. A film on which no such corner is seen, such as a
 * craniocaudal view, stays as it is.
 *
 * <p>Some cancers lie in front of the muscle or in the armpit: take the step where a muscle would
 * mislead (density, CLAHE), and look at the pictures first.
 */
public record RemovePectoral() implements BrightnessStep {
  /** The step's name. */
  public static final String NAME = "remove-pectoral";

  @Override
  public GreyImage apply(GreyImage image) {
    return PectoralMuscle.of(image).map(muscle -> muscle.removed(image)).orElse(image);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ObjectNode toJson() {
    return Json.object().put("step", NAME);
  }
}
