package org.senoscope.train;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.senoscope.model.InputDescription;

/**
 * Random changes of a training image: one affine warp and one curve of brightness in one pass, and
 * after it, where wanted, what another machine would make of the same tissue. Each image's draw
 * depends on the run's seed, the epoch and the image alone, so that neither threads nor a resumed
 * run change it.
 *
 * @param flip probability of mirroring left and right, 0..1
 * @param flipVertical probability of mirroring top and bottom, 0..1
 * @param rotation greatest angle either way, degrees
 * @param scaleLow smallest magnification, above 0
 * @param scaleHigh greatest magnification
 * @param shift greatest shift either way, as a share of the side
 * @param gammaLow smallest exponent of brightness
 * @param gammaHigh greatest exponent of brightness
 * @param brightness greatest addition either way, in 0..1 of full brightness
 * @param contrast greatest change of contrast either way, as a share
 * @param quarterTurns whether one of the four turns by quarters is drawn before all else; for
 *     square inputs
 * @param acquisition what other machines may change
 */
public record Augmentation(
    double flip,
    double flipVertical,
    double rotation,
    double scaleLow,
    double scaleHigh,
    double shift,
    double gammaLow,
    double gammaHigh,
    double brightness,
    double contrast,
    boolean quarterTurns,
    Acquisition acquisition) {
  private static final int LEVELS = 256;

  private static final float[] NO_PICTURE = {};

  public Augmentation {
    if (scaleLow > scaleHigh || gammaLow > gammaHigh) {
      throw new IllegalArgumentException(
          "Augmentation's ranges must rise, were scale %s..%s and gamma %s..%s"
              .formatted(scaleLow, scaleHigh, gammaLow, gammaHigh));
    }
  }

  /** No change. */
  public static final Augmentation NONE =
      new Augmentation(0, 0, 0, 1, 1, 0, 1, 1, 0, 0, false, Acquisition.NONE);

  /**
   * One draw: where each pixel of the result comes from, and what becomes of its brightness.
   *
   * @param rowByRow how the source's row moves with the result's row
   * @param rowByColumn how the source's row moves with the result's column
   * @param columnByRow how the source's column moves with the result's row
   * @param columnByColumn how the source's column moves with the result's column
   * @param rowShift of the source's row, as a share of the height
   * @param columnShift of the source's column, as a share of the width
   * @param gamma exponent
   * @param gain factor after the exponent
   * @param offset addition after the gain
   * @param acquisition what another machine makes of it
   */
  public record Draw(
      double rowByRow,
      double rowByColumn,
      double columnByRow,
      double columnByColumn,
      double rowShift,
      double columnShift,
      double gamma,
      double gain,
      double offset,
      Acquisition.Draw acquisition) {
    /** Of the same machine. */
    Draw(
        double rowByRow,
        double rowByColumn,
        double columnByRow,
        double columnByColumn,
        double rowShift,
        double columnShift,
        double gamma,
        double gain,
        double offset) {
      this(
          rowByRow,
          rowByColumn,
          columnByRow,
          columnByColumn,
          rowShift,
          columnShift,
          gamma,
          gain,
          offset,
          Acquisition.Draw.NONE);
    }

    /** The same by another machine. */
    Draw by(Acquisition.Draw machine) {
      return new Draw(
          rowByRow,
          rowByColumn,
          columnByRow,
          columnByColumn,
          rowShift,
          columnShift,
          gamma,
          gain,
          offset,
          machine);
    }

    /** Leaves the image as it is. */
    public static final Draw IDENTITY = new Draw(1, 0, 0, 1, 0, 0, 1, 1, 0);

    /** Mirrors left and right and nothing else. */
    public static final Draw MIRROR = new Draw(1, 0, 0, -1, 0, 0, 1, 1, 0);

    /** Whether every pixel comes from one pixel of its own row, in or against the row's order. */
    boolean keepsPixels() {
      return rowByRow == 1
          && rowByColumn == 0
          && columnByRow == 0
          && Math.abs(columnByColumn) == 1
          && rowShift == 0
          && columnShift == 0;
    }

    /** After so many quarter turns; places move exactly onto places. */
    Draw turned(int quarters) {
      Draw turned = this;
      for (int turn = 0; turn < quarters; turn++) {
        turned =
            new Draw(
                turned.rowByColumn,
                -turned.rowByRow,
                turned.columnByColumn,
                -turned.columnByRow,
                rowShift,
                columnShift,
                gamma,
                gain,
                offset,
                acquisition);
      }
      return turned;
    }
  }

  /** Draws once. */
  public Draw draw(SplittableRandom random) {
    double angle = Math.toRadians(between(random, -rotation, rotation));
    double magnification = Math.exp(between(random, Math.log(scaleLow), Math.log(scaleHigh)));
    double mirror = random.nextDouble() < flip ? -1 : 1;
    double upside = random.nextDouble() < flipVertical ? -1 : 1;
    double cos = Math.cos(angle) / magnification;
    double sin = Math.sin(angle) / magnification;
    double factor = 1 + between(random, -contrast, contrast);
    Draw draw =
        new Draw(
            cos * upside,
            -sin * mirror,
            sin * upside,
            cos * mirror,
            between(random, -shift, shift),
            between(random, -shift, shift),
            Math.exp(between(random, Math.log(gammaLow), Math.log(gammaHigh))),
            factor,
            0.5 - 0.5 * factor + between(random, -brightness, brightness));
    // Drawn last, so that the other draws are those of a recipe without them.
    Draw turned = quarterTurns ? draw.turned(random.nextInt(4)) : draw;
    return acquisition.isNone() ? turned : turned.by(acquisition.draw(random));
  }

  private static double between(SplittableRandom random, double low, double high) {
    // Draws even where the range is a point, so that one setting does not shift the others' draws.
    double share = random.nextDouble();
    return low + share * (high - low);
  }

  /**
   * Warps an image and writes it as a network's input, channels last: (height, width, channels).
   * Outside the source is black.
   *
   * @param source (height, width) of the input, 8 bits
   * @param target receives height × width × channels values from position {@code at}
   */
  public static void apply(
      Draw draw, byte[] source, InputDescription input, FloatBuffer target, int at) {
    int height = input.height();
    int width = input.width();
    float[] curve = curve(draw);
    float black = curve[0];
    double middleRow = (height - 1) / 2.0;
    double middleColumn = (width - 1) / 2.0;
    // A line at a time where that is all, else the whole picture, which its machine then changes.
    boolean byLine = draw.acquisition().isNone();
    float[] picture = byLine ? NO_PICTURE : new float[height * width];
    float[] line = new float[width];
    float[] written = new float[width * input.channels()];
    float[] mean = input.mean();
    float[] scale = input.std();
    for (int channel = 0; channel < scale.length; channel++) {
      scale[channel] = 1 / scale[channel];
    }
    // Rows and columns are measured in pixels; a warp of a picture that is not square keeps angles.
    double rowOrigin = middleRow + draw.rowShift() * height;
    double columnOrigin = middleColumn + draw.columnShift() * width;
    boolean plain = draw.keepsPixels();
    for (int row = 0; row < height; row++) {
      double down = row - middleRow;
      double sourceRow = rowOrigin + draw.rowByRow() * down - draw.rowByColumn() * middleColumn;
      double sourceColumn =
          columnOrigin + draw.columnByRow() * down - draw.columnByColumn() * middleColumn;
      if (plain) {
        copyLine(draw, source, row * width, curve, line);
      } else {
        sampleLine(draw, source, height, width, curve, black, sourceRow, sourceColumn, line);
      }
      if (byLine) {
        interleave(line, mean, scale, written);
        target.put(at + row * written.length, written);
      } else {
        System.arraycopy(line, 0, picture, row * width, width);
      }
    }
    if (!byLine) {
      Acquisition.apply(draw.acquisition(), picture, height, width);
      for (int row = 0; row < height; row++) {
        System.arraycopy(picture, row * width, line, 0, width);
        interleave(line, mean, scale, written);
        target.put(at + row * written.length, written);
      }
    }
  }

  /** What {@link #sampleLine} gives where every pixel falls on one of the source's own row. */
  private static void copyLine(Draw draw, byte[] source, int start, float[] curve, float[] line) {
    boolean mirrored = draw.columnByColumn() < 0;
    int from = mirrored ? start + line.length - 1 : start;
    int step = mirrored ? -1 : 1;
    for (int column = 0; column < line.length; column++) {
      line[column] = curve[source[from + step * column] & 0xff];
    }
  }

  private static void sampleLine(
      Draw draw,
      byte[] source,
      int height,
      int width,
      float[] curve,
      float black,
      double startRow,
      double startColumn,
      float[] line) {
    for (int column = 0; column < width; column++) {
      double y = startRow + draw.rowByColumn() * column;
      double x = startColumn + draw.columnByColumn() * column;
      int top = (int) Math.floor(y);
      int left = (int) Math.floor(x);
      float down = (float) (y - top);
      float right = (float) (x - left);
      if (top >= 0 && left >= 0 && top < height - 1 && left < width - 1) {
        int corner = top * width + left;
        float upper = mix(curve[source[corner] & 0xff], curve[source[corner + 1] & 0xff], right);
        float lower =
            mix(
                curve[source[corner + width] & 0xff],
                curve[source[corner + width + 1] & 0xff],
                right);
        line[column] = mix(upper, lower, down);
      } else {
        float upper =
            mix(
                level(source, height, width, top, left, curve, black),
                level(source, height, width, top, left + 1, curve, black),
                right);
        float lower =
            mix(
                level(source, height, width, top + 1, left, curve, black),
                level(source, height, width, top + 1, left + 1, curve, black),
                right);
        line[column] = mix(upper, lower, down);
      }
    }
  }

  private static float mix(float a, float b, float share) {
    return a + share * (b - a);
  }

  private static float level(
      byte[] source, int height, int width, int row, int column, float[] curve, float black) {
    return row >= 0 && row < height && column >= 0 && column < width
        ? curve[source[row * width + column] & 0xff]
        : black;
  }

  private static void interleave(float[] line, float[] mean, float[] scale, float[] written) {
    int at = 0;
    for (float value : line) {
      for (int channel = 0; channel < mean.length; channel++) {
        written[at++] = (value - mean[channel]) * scale[channel];
      }
    }
  }

  /** Brightness 0..1 of each of the 256 levels after gamma, gain and offset; black stays black. */
  private static float[] curve(Draw draw) {
    float[] curve = new float[LEVELS];
    for (int level = 1; level < LEVELS; level++) {
      double value = level / 255.0;
      if (draw.gamma() != 1) {
        value = Math.pow(value, draw.gamma());
      }
      curve[level] = (float) Math.clamp(value * draw.gain() + draw.offset(), 0, 1);
    }
    return curve;
  }
}
