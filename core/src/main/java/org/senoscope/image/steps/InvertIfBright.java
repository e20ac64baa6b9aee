package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;

/**
 * Turns inverted mammograms (white air, dark tissue) the usual way round: air is black.
 *
 * <p>An image counts as inverted when pixels near white (above .85) outnumber those near black
 * (below .15), in the whole image and in a frame along its four edges, and make at least a quarter
 * of that frame. The frame is a thirty-second of the shorter side wide. Both are asked because
 * implants make an upright image white and scanners' white borders make a frame white. By eye on
 * three published sets of mammograms: 438 of 2712 found, none missed; none found among 1231 and 258
 * that hold none.
 */
public record InvertIfBright() implements BrightnessStep {
  /** The step's name. */
  public static final String NAME = "invert-if-bright";

  private static final int FRAME_PART = 32;
  private static final float WHITE = .85f;
  private static final float BLACK = .15f;

  /** Whether the air around the breast is white. */
  public static boolean isInverted(GreyImage image) {
    int height = image.height();
    int width = image.width();
    int frame = Math.max(1, Math.min(height, width) / FRAME_PART);
    // White pixels less black ones.
    long excess = 0;
    long frameExcess = 0;
    long frameWhite = 0;
    long frameCount = 0;
    for (int row = 0; row < height; row++) {
      boolean edgeRow = row < frame || row >= height - frame;
      for (int column = 0; column < width; column++) {
        float value = image.at(row, column);
        int white = value > WHITE ? 1 : 0;
        int difference = white - (value < BLACK ? 1 : 0);
        excess += difference;
        if (edgeRow || column < frame || column >= width - frame) {
          frameExcess += difference;
          frameWhite += white;
          frameCount++;
        }
      }
    }
    return excess > 0 && frameExcess > 0 && 4 * frameWhite >= frameCount;
  }

  @Override
  public GreyImage apply(GreyImage image) {
    if (!isInverted(image)) {
      return image;
    }
    float[] from = image.pixels();
    float[] to = new float[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = 1 - from[i];
    }
    return new GreyImage(image.height(), image.width(), to);
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
