package org.senoscope.image.steps;

import org.senoscope.image.GreyImage;

/** A step that changes brightness and leaves every pixel where it is. */
public interface BrightnessStep extends Step {
  /** An image of the same size; the given one is not changed, and may be returned. */
  @Override
  GreyImage apply(GreyImage image);

  @Override
  default Prepared apply(Prepared film) {
    return film.with(apply(film.image()));
  }
}
