package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.image.Box;
import org.senoscope.image.GreyImage;
import org.senoscope.image.film.Breast;

/**
 * Cuts out the breast's bounding box, as {@code remove-labels} finds the breast. A film without air
 * stays as it is.
 *
 * @param margin left around the box within the film, as a share of the box's longer side, 0..1
 */
public record CropBreast(double margin) implements Step {
  /** The step's name. */
  public static final String NAME = "crop-breast";

  public CropBreast {
    if (!(margin >= 0 && margin <= 1)) {
      throw new IllegalArgumentException(
          "margin must be 0..1 of the breast's longer side, was " + margin);
    }
  }

  static Supplier<Step> read(StepParameters parameters) {
    double margin = parameters.number("margin", .02);
    return () -> new CropBreast(margin);
  }

  @Override
  public Prepared apply(Prepared film) {
    GreyImage image = film.image();
    Box tight = Breast.of(image).box();
    int around = (int) Math.round(margin * Math.max(tight.height(), tight.width()));
    Box box =
        new Box(
                tight.top() - around,
                tight.left() - around,
                tight.height() + 2 * around,
                tight.width() + 2 * around)
            .within(image);
    return film.moved(box.cut(image), film.geometry().cropped(box));
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
    return Json.object().put("step", NAME).put("margin", margin);
  }
}
