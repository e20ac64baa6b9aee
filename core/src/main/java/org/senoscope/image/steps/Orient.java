package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.image.Orientation;
import org.senoscope.image.film.Breast;

/**
 * Mirrors a mammogram, where it must be, so that the chest wall is on one side: left and right
 * breasts then look alike. Which side it is on is seen on the film and not taken from its name; a
 * film without air stays as it is.
 *
 * @param side where the chest wall is to be
 */
public record Orient(Side side) implements Step {
  /** The step's name. */
  public static final String NAME = "orient";

  /** A side of the picture. */
  public enum Side {
    /** The left one, as seen. */
    LEFT,
    /** The right one, as seen. */
    RIGHT
  }

  static Supplier<Step> read(StepParameters parameters) {
    Side side = parameters.choice("chestWall", Side.LEFT);
    return () -> new Orient(side);
  }

  @Override
  public Prepared apply(Prepared film) {
    Breast breast = Breast.of(film.image());
    if (!breast.found() || breast.chestWallOnRight() == (side == Side.RIGHT)) {
      return film;
    }
    return film.moved(
        Orientation.MIRRORED.apply(film.image()), film.geometry().mirrored(film.image().width()));
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
    return Json.object().put("step", NAME).put("chestWall", StepParameters.text(side));
  }
}
