package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;

/**
 * Raises brightness to a power: below 1 brightens dark tissue, above 1 darkens it; black and white
 * stay.
 *
 * @param gamma the exponent, .1..10
 */
public record Gamma(double gamma) implements BrightnessStep {
  /** The step's name. */
  public static final String NAME = "gamma";

  public Gamma {
    if (!(gamma >= .1 && gamma <= 10)) {
      throw new IllegalArgumentException("gamma must be .1..10, was " + gamma);
    }
  }

  static Supplier<Step> read(StepParameters parameters) {
    double gamma = parameters.requiredNumber("gamma");
    return () -> new Gamma(gamma);
  }

  @Override
  public GreyImage apply(GreyImage image) {
    if (gamma == 1) {
      return image;
    }
    float[] from = image.pixels();
    float[] to = new float[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) Math.pow(Math.clamp(from[i], 0, 1), gamma);
    }
    return new GreyImage(image.height(), image.width(), to);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ObjectNode toJson() {
    return Json.object().put("step", NAME).put("gamma", gamma);
  }
}
