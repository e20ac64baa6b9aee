package org.senoscope.growth;

import java.util.SplittableRandom;

/**
 * Draws made images: ultrasound as a fan of speckle, or a mammogram's film as half an ellipse with
 * grain on black; with tissue of several coarsenesses, lesions, and outlines that vary.
 *
 * <p>An image is drawn in up to 256 × 256 cells of {@value #GREYS} greys, and each cell takes up to
 * 4 × 4 pixels of one brightness and more in larger images. That is what keeps a PNG of 1024² below
 * 60 KB, and quick to make: of each four rows three repeat the first, and noise of single pixels,
 * which no format makes small, is left out. What looks at pixels has as many of them as in a real
 * image.
 */
final class MadePixels {
  private static final int GREYS = 24;

  /** Cells between two values of the coarsest tissue. */
  private static final int COARSEST = 64;

  private static final int COARSENESSES = 4;

  private final MadeSet set;
  private final int cells;
  private final SplittableRandom random;

  private MadePixels(MadeSet set, int original) {
    this.set = set;
    this.cells = set.cells();
    this.random = set.pixels(original);
  }

  /** The grey levels of an image, row by row, side × side of them. */
  static byte[] of(MadeSet set, MadeSet.Picture picture) {
    MadePixels drawing = new MadePixels(set, picture.original());
    float[] brightness = picture.film() ? drawing.film() : drawing.ultrasound();
    drawing.lesions(brightness, picture.film(), picture.malignant());
    return drawing.levels(brightness, picture.kind());
  }

  /** Tissue of several coarsenesses, around 0. */
  private float[] tissue() {
    float[] tissue = new float[cells * cells];
    float weight = 1;
    for (int octave = 0; octave < COARSENESSES; octave++) {
      // Small images have as much structure in their fewer cells.
      int step = Math.max(1, (COARSEST >> octave) * cells / 256);
      int nodes = cells / step + 2;
      float[] values = new float[nodes * nodes];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble() * 2 - 1;
      }
      for (int y = 0; y < cells; y++) {
        int row = y / step * nodes;
        float down = (float) (y % step) / step;
        for (int x = 0; x < cells; x++) {
          int at = row + x / step;
          float across = (float) (x % step) / step;
          float upper = values[at] + across * (values[at + 1] - values[at]);
          float lower = values[at + nodes] + across * (values[at + nodes + 1] - values[at + nodes]);
          tissue[y * cells + x] += weight * (upper + down * (lower - upper));
        }
      }
      weight *= .75f;
    }
    return tissue;
  }

  /** A fan below a probe, brighter near it, of multiplied speckle. */
  private float[] ultrasound() {
    float[] brightness = tissue();
    double above = .2 + .3 * random.nextDouble();
    double opening = .55 + .5 * random.nextDouble();
    double middle = .45 + .1 * random.nextDouble();
    double fading = .2 + .3 * random.nextDouble();
    for (int y = 0; y < cells; y++) {
      double depth = (double) y / cells;
      for (int x = 0; x < cells; x++) {
        int at = y * cells + x;
        double across = ((double) x / cells - middle) / (depth + above);
        double far = Math.hypot((double) x / cells - middle, depth + above);
        boolean inside = Math.abs(across) < opening && far > above && far < 1 + above;
        double speckle = .7 + .6 * random.nextDouble();
        brightness[at] =
            inside ? (float) ((.5 - fading * depth + .22 * brightness[at]) * speckle) : 0;
      }
    }
    return brightness;
  }

  /** A breast from the left or the right on black air. */
  private float[] film() {
    float[] brightness = tissue();
    boolean fromLeft = random.nextBoolean();
    double middle = .4 + .2 * random.nextDouble();
    double tall = .35 + .12 * random.nextDouble();
    double wide = .45 + .4 * random.nextDouble();
    double dense = .3 + .25 * random.nextDouble();
    for (int y = 0; y < cells; y++) {
      for (int x = 0; x < cells; x++) {
        int at = y * cells + x;
        double across = (fromLeft ? x : cells - 1 - x) / (wide * cells);
        double off = ((double) y / cells - middle) / tall;
        double rest = 1 - across * across - off * off;
        double grain = .06 * (random.nextDouble() - .5);
        brightness[at] =
            rest <= 0
                ? .03f
                : (float) (.1 + dense * Math.min(1, 4 * rest) + .15 * brightness[at] + grain);
      }
    }
    return brightness;
  }

  /** Dark ones in ultrasound and bright ones on film; malignant ones have a ragged edge. */
  private void lesions(float[] brightness, boolean film, boolean malignant) {
    int count = 1 + random.nextInt(3);
    for (int lesion = 0; lesion < count; lesion++) {
      double middleY = (.25 + .5 * random.nextDouble()) * cells;
      double middleX = (.25 + .5 * random.nextDouble()) * cells;
      double tall = (.03 + .08 * random.nextDouble()) * cells;
      double wide = tall * (malignant ? .7 + .4 * random.nextDouble() : 1.2 + random.nextDouble());
      double ragged = malignant ? .3 : .05;
      int spikes = 5 + random.nextInt(6);
      int reach = (int) Math.ceil(1.3 * Math.max(tall, wide));
      for (int y = Math.max(0, (int) middleY - reach); y < Math.min(cells, middleY + reach); y++) {
        for (int x = Math.max(0, (int) middleX - reach);
            x < Math.min(cells, middleX + reach);
            x++) {
          double down = (y - middleY) / tall;
          double across = (x - middleX) / wide;
          double edge = 1 + ragged * Math.sin(spikes * Math.atan2(down, across));
          if (Math.hypot(down, across) < edge) {
            brightness[y * cells + x] *= film ? 1.5f : .35f;
          }
        }
      }
    }
  }

  private byte[] levels(float[] brightness, MadeSet.Kind kind) {
    int side = set.side();
    int size = side / cells;
    byte[] levels = new byte[side * side];
    for (int row = 0; row < cells; row++) {
      int begin = row * size * side;
      for (int column = 0; column < side; column++) {
        int cell = (kind == MadeSet.Kind.MIRRORED ? side - 1 - column : column) / size;
        int grey =
            Math.round(Math.clamp(brightness[row * cells + cell], 0, 1) * (GREYS - 1))
                * 255
                / (GREYS - 1);
        levels[begin + column] =
            (byte) (kind == MadeSet.Kind.DARKER ? Math.round(.8f * grey) : grey);
      }
      for (int more = 1; more < size; more++) {
        System.arraycopy(levels, begin, levels, begin + more * side, side);
      }
    }
    return levels;
  }
}
