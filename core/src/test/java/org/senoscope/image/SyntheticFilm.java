package org.senoscope.image;

import java.util.Random;

/**
 * Made-up mammograms with the chest wall on the left: air, a breast with glandular tissue and a dim
 * skin line, and, where they are asked for, a pectoral muscle, a label and a scanner's white frame.
 * What is what is known exactly. The same for the same numbers.
 */
public final class SyntheticFilm {
  private static final float AIR = .02f;
  private static final float NOISE = .01f;

  private final int height;
  private final int width;
  private final GreyImage image;

  private SyntheticFilm(int height, int width, boolean muscle, boolean label, boolean frame) {
    this.height = height;
    this.width = width;
    Random random = new Random(31L * height + width);
    double phase = random.nextDouble() * 6;
    float[] pixels = new float[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double value = AIR;
        double depth = depth(row, column);
        if (depth > 0) {
          double v = (row + .5) / height;
          double u = (column + .5) / width;
          double gland = Math.exp(-(Math.pow((u - .28) / .16, 2) + Math.pow((v - .6) / .18, 2)));
          double texture = .03 * Math.sin(40 * u + phase) * Math.sin(31 * v);
          // The skin line fades over a fiftieth of the width.
          value = AIR + Math.min(1, depth / .02) * (.3 + .3 * gland + texture);
        }
        if (muscle && isMuscle(row, column)) {
          value = .75;
        }
        if (label && isLabel(row, column)) {
          value = .95;
        }
        if (frame && isFrame(row, column)) {
          value = 1;
        }
        pixels[row * width + column] =
            (float) Math.clamp(value + NOISE * random.nextGaussian(), 0, 1);
      }
    }
    this.image = new GreyImage(height, width, pixels);
  }

  /** A craniocaudal view with a label: no muscle. */
  public static SyntheticFilm craniocaudal(int height, int width) {
    return new SyntheticFilm(height, width, false, true, false);
  }

  /** An oblique view with muscle and label. */
  public static SyntheticFilm oblique(int height, int width) {
    return new SyntheticFilm(height, width, true, true, false);
  }

  /** The same in a scanner's white frame. */
  public static SyntheticFilm framed(int height, int width) {
    return new SyntheticFilm(height, width, true, true, true);
  }

  public GreyImage image() {
    return image;
  }

  /** Whether a pixel is breast or muscle, and bright enough to be seen as such. */
  public boolean isTissue(int row, int column) {
    return depth(row, column) > .01;
  }

  /** Whether a pixel is neither breast nor near to it. */
  public boolean isFarFromTissue(int row, int column) {
    return depth(row, column) < -.06;
  }

  public boolean isMuscle(int row, int column) {
    return (column + .5) / width / .36 + (row + .5) / height / .55 < 1;
  }

  public boolean isLabel(int row, int column) {
    double u = (column + .5) / width;
    double v = (row + .5) / height;
    return u > .78 && u < .92 && v > .06 && v < .16;
  }

  private boolean isFrame(int row, int column) {
    int thick = Math.max(1, width / 100);
    return row < thick || row >= height - thick || column < thick || column >= width - thick;
  }

  /** How far inside the breast's outline a place lies, as a share of the width; below 0 outside. */
  private double depth(int row, int column) {
    double v = (row + .5) / height;
    double u = (column + .5) / width;
    double ellipse = .64 * Math.sqrt(Math.max(0, 1 - Math.pow((v - .55) / .42, 2)));
    // Towards the armpit the outline leaves the ellipse and runs to the upper edge.
    double armpit = v < .55 ? .45 - .2 * v : 0;
    return Math.max(ellipse, armpit) - u;
  }
}
