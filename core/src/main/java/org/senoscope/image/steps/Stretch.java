package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.film.Breast;

/**
 * Stretches brightness so that one percentile becomes black and another white; what lies beyond is
 * cut off. An image whose two percentiles are equal is left as it is. Percentiles are those of
 * {@code numpy.percentile}, of brightness in 16 bits.
 *
 * @param low the percentile that becomes black, 0 up to below {@code high}
 * @param high the percentile that becomes white, up to 100
 * @param over whose pixels are counted
 */
public record Stretch(double low, double high, Over over) implements BrightnessStep {
  /** The step's name. */
  public static final String NAME = "stretch";

  private static final int LEVELS = 65_536;

  /** Whose pixels are counted. */
  public enum Over {
    /** All: on a mammogram most are air, so that a low percentile is that of air. */
    IMAGE,
    /** Those of the breast, as {@code remove-labels} finds it. Air is stretched along. */
    BREAST
  }

  public Stretch {
    if (!(low >= 0 && low < high && high <= 100)) {
      throw new IllegalArgumentException(
          "low and high must be percentiles with 0 <= low < high <= 100, were %s and %s"
              .formatted(low, high));
    }
  }

  static Supplier<Step> read(StepParameters parameters) {
    double low = parameters.number("low", 1);
    double high = parameters.number("high", 99);
    Over over = parameters.choice("over", Over.IMAGE);
    return () -> new Stretch(low, high, over);
  }

  @Override
  public GreyImage apply(GreyImage image) {
    int[] counts = new int[LEVELS];
    float[] from = image.pixels();
    switch (over) {
      case IMAGE -> {
        for (float pixel : from) {
          counts[level(pixel)]++;
        }
      }
      case BREAST -> {
        Breast breast = Breast.of(image);
        for (int i = 0; i < from.length; i++) {
          if (breast.has(i)) {
            counts[level(from[i])]++;
          }
        }
      }
    }
    double black = percentile(counts, low);
    double white = percentile(counts, high);
    if (white <= black || (black == 0 && white == 1)) {
      return image;
    }
    double scale = 1 / (white - black);
    float[] to = new float[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) Math.clamp((from[i] - black) * scale, 0, 1);
    }
    return new GreyImage(image.height(), image.width(), to);
  }

  private static int level(float pixel) {
    return Math.clamp(Math.round(pixel * (LEVELS - 1)), 0, LEVELS - 1);
  }

  /** Between the two nearest pixels in order, as a straight line. */
  private static double percentile(int[] counts, double percent) {
    long count = 0;
    for (int each : counts) {
      count += each;
    }
    double place = percent / 100 * (count - 1);
    long before = (long) place;
    int lower = level(counts, before);
    int upper = level(counts, Math.min(before + 1, count - 1));
    return (lower + (place - before) * (upper - lower)) / (LEVELS - 1);
  }

  /** The level of the pixel that has so many before it in order of brightness. */
  private static int level(int[] counts, long before) {
    long seen = 0;
    for (int level = 0; level < LEVELS; level++) {
      seen += counts[level];
      if (seen > before) {
        return level;
      }
    }
    throw new IllegalStateException("No pixel has %d before it".formatted(before));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ObjectNode toJson() {
    return Json.object()
        .put("step", NAME)
        .put("low", low)
        .put("high", high)
        .put("over", StepParameters.text(over));
  }
}
