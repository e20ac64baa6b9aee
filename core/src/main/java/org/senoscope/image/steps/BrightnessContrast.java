package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;

/**
 * Stretches brightness about a pivot, then adds to it: {@code (pixel - pivot) * contrast + pivot +
 * brightness}, held within 0..1.
 *
 * @param brightness added, −1..1 in parts of full brightness
 * @param contrast factor, 0 (even grey) to 10; 1 for none
 * @param pivot what keeps its brightness
 */
public record BrightnessContrast(double brightness, double contrast, Pivot pivot)
    implements BrightnessStep {
  /** The step's name. */
  public static final String NAME = "brightness-contrast";

  /** What keeps its brightness when contrast changes. */
  public enum Pivot {
    /** Half of full brightness. */
    MIDDLE,
    /** The image's mean, rounded to 8-bit levels, as Pillow's {@code ImageEnhance.Contrast}. */
    MEAN
  }

  public BrightnessContrast {
    if (!(brightness >= -1 && brightness <= 1) || !(contrast >= 0 && contrast <= 10)) {
      throw new IllegalArgumentException(
          "brightness must be -1..1 and contrast 0..10, were %s and %s"
              .formatted(brightness, contrast));
    }
  }

  static Supplier<Step> read(StepParameters parameters) {
    double brightness = parameters.number("brightness", 0);
    double contrast = parameters.number("contrast", 1);
    Pivot pivot = parameters.choice("pivot", Pivot.MIDDLE);
    return () -> new BrightnessContrast(brightness, contrast, pivot);
  }

  @Override
  public GreyImage apply(GreyImage image) {
    double fixed =
        switch (pivot) {
          case MIDDLE -> .5;
          case MEAN -> Math.round(mean(image) * 255) / 255.0;
        };
    float factor = (float) contrast;
    float offset = (float) (fixed - fixed * contrast + brightness);
    float[] from = image.pixels();
    float[] to = new float[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = Math.clamp(from[i] * factor + offset, 0f, 1f);
    }
    return new GreyImage(image.height(), image.width(), to);
  }

  private static double mean(GreyImage image) {
    // Row by row in whole numbers, so that a mirror image has the same mean.
    long sum = 0;
    for (float pixel : image.pixels()) {
      sum += Math.round(pixel * 65_535.0);
    }
    return sum / 65_535.0 / image.pixels().length;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ObjectNode toJson() {
    return Json.object()
        .put("step", NAME)
        .put("brightness", brightness)
        .put("contrast", contrast)
        .put("pivot", StepParameters.text(pivot));
  }
}
