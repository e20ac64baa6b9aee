package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.film.Breast;

/**
 * Makes everything but the breast black: labels, frames, scratches and grey air. The pixels of the
 * breast are never changed. A film without air stays as it is; an inverted film must be turned
 * first ({@code invert-if-bright}).
 */
public record RemoveLabels() implements BrightnessStep {
  /** The step's name. */
  public static final String NAME = "remove-labels";

  static Supplier<Step> read(StepParameters parameters) {
    return RemoveLabels::new;
  }

  @Override
  public GreyImage apply(GreyImage image) {
    return Breast.of(image).alone(image);
  }

  @Override
  public int bytesPerPixel() {
    return Float.BYTES + Breast.BYTES_PER_PIXEL;
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
