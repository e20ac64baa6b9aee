package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.image.Box;
import org.senoscope.image.film.Breast;

/**
 * Cuts a window out of the middle of the breast, from every film alike and without any reader's
 * mark. The middle is that of the breast's pixels, as {@code remove-labels} finds them.
 *
 * @param share of the sides of the breast's bounding box, above 0 to 1
 */
public record CropCentre(double share) implements Step {
  /** The step's name. */
  public static final String NAME = "crop-centre";

  public CropCentre {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "share must be above 0 to 1 of the breast's box, was " + share);
    }
  }

  static Supplier<Step> read(StepParameters parameters) {
    double share = parameters.number("share", .5);
    return () -> new CropCentre(share);
  }

  @Override
  public Prepared apply(Prepared film) {
    Box box = Windows.central(film.image(), share);
    return film.moved(box.cut(film.image()), film.geometry().cropped(box));
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
    return Json.object().put("step", NAME).put("share", share);
  }
}
