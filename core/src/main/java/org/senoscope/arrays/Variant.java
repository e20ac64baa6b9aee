package org.senoscope.arrays;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Orientation;

/**
 * One way to change a training image without changing its diagnosis: a turn or mirroring, then
 * {@code (pixel - .5) * contrast + .5 + brightness}, held within 0..1. Black stays black.
 *
 * @param orientation one of the eight that a square has
 * @param brightness added
 * @param contrast factor
 */
record Variant(Orientation orientation, double brightness, double contrast) {
  /** The image itself. */
  static final Variant ORIGINAL = new Variant(Orientation.UPRIGHT, 0, 1);

  private static final double BRIGHTER = .1;
  private static final double MORE_CONTRAST = 1.2;

  /**
   * All sixteen: the eight orientations, the image itself first; then each once more, brighter,
   * darker, with more and with less contrast in turn.
   */
  static final List<Variant> ALL = all();

  private static List<Variant> all() {
    List<Variant> variants = new ArrayList<>();
    for (Orientation orientation : Orientation.values()) {
      variants.add(new Variant(orientation, 0, 1));
    }
    for (Orientation orientation : Orientation.values()) {
      variants.add(
          switch (orientation) {
            case UPRIGHT, TRANSPOSED -> new Variant(orientation, BRIGHTER, 1);
            case MIRRORED, QUARTER_CLOCKWISE -> new Variant(orientation, -BRIGHTER, 1);
            case HALF_TURN, TRANSVERSED -> new Variant(orientation, 0, MORE_CONTRAST);
            case FLIPPED, QUARTER_COUNTERCLOCKWISE ->
                new Variant(orientation, 0, 1 / MORE_CONTRAST);
          });
    }
    return List.copyOf(variants);
  }

  /** As names of copies have it, such as {@code mirrored,brightness+0.10}. */
  String text() {
    String text = orientation.name().toLowerCase(Locale.ROOT).replace('_', '-');
    if (brightness != 0) {
      text += String.format(Locale.ROOT, ",brightness%+.2f", brightness);
    }
    if (contrast != 1) {
      text += String.format(Locale.ROOT, ",contrast%.2f", contrast);
    }
    return text;
  }

  /** The changed image. */
  GreyImage apply(GreyImage image) {
    GreyImage turned = orientation.apply(image);
    if (brightness == 0 && contrast == 1) {
      return turned;
    }
    float[] from = turned.pixels();
    float[] to = new float[from.length];
    float gain = (float) contrast;
    float offset = (float) (.5 - .5 * contrast + brightness);
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i] == 0 ? 0 : Math.clamp(from[i] * gain + offset, 0f, 1f);
    }
    return new GreyImage(turned.height(), turned.width(), to);
  }
}
