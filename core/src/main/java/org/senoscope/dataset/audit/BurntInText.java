package org.senoscope.dataset.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.senoscope.image.GreyImage;

/**
 * Tells whether letters are burnt into an image: three or more bright strokes of one height side by
 * side on one line, as in RT AXILLA or L CC. A first heuristic: letters that touch, dark letters,
 * and words of one or two letters are missed. What it finds on public sets is in
 * docs/decisions/0009-burnt-in-text.md.
 */
final class BurntInText {
  /** Letters in a row that make a word. */
  private static final int WORD = 3;

  /**
   * A stroke's brightness, 0..1: each is tried, since faint letters need the one, and letters whose
   * soft edges touch the other.
   */
  private static final float[] BRIGHT = {.55f, .8f};

  /** How far above its surroundings a stroke is, 0..1. */
  private static final float CONTRAST = .3f;

  /** Letters are 5 pixels to a twelfth of the longer side high. */
  private static final int LEAST_HEIGHT = 5;

  private static final int HEIGHT_PART = 12;

  /** Surroundings reach this part of the longer side each way. */
  private static final int RING_PART = 25;

  private BurntInText() {}

  /** Whether there is a word. */
  static boolean isIn(GreyImage image) {
    int longer = Math.max(image.height(), image.width());
    if (image.height() < 2 * LEAST_HEIGHT || image.width() < 2 * LEAST_HEIGHT) {
      return false;
    }
    float[] around = around(image, Math.max(4, longer / RING_PART));
    for (float bright : BRIGHT) {
      List<Mark> letters = new ArrayList<>();
      for (Mark mark : marks(strokes(image, around, bright), image.height(), image.width())) {
        if (mark.isLetter(Math.max(2 * LEAST_HEIGHT, longer / HEIGHT_PART))) {
          letters.add(mark);
        }
      }
      letters.sort(Comparator.comparingInt(Mark::left).thenComparingInt(Mark::top));
      if (hasWord(letters)) {
        return true;
      }
    }
    return false;
  }

  /** Pixels that are bright and much brighter than the mean around them. */
  private static boolean[] strokes(GreyImage image, float[] around, float bright) {
    float[] pixels = image.pixels();
    boolean[] strokes = new boolean[pixels.length];
    for (int i = 0; i < strokes.length; i++) {
      strokes[i] = pixels[i] >= bright && pixels[i] - around[i] >= CONTRAST;
    }
    return strokes;
  }

  /** The mean of the (2 reach + 1)² pixels around each. */
  private static float[] around(GreyImage image, int reach) {
    int height = image.height();
    int width = image.width();
    float[] pixels = image.pixels();
    // The box's sum moves down with the rows: one column sum for each column.
    double[] columns = new double[width];
    for (int y = 0; y < Math.min(reach, height); y++) {
      add(columns, pixels, y, 1);
    }
    float[] around = new float[pixels.length];
    double[] running = new double[width + 1];
    for (int y = 0; y < height; y++) {
      if (y + reach < height) {
        add(columns, pixels, y + reach, 1);
      }
      if (y - reach - 1 >= 0) {
        add(columns, pixels, y - reach - 1, -1);
      }
      for (int x = 0; x < width; x++) {
        running[x + 1] = running[x] + columns[x];
      }
      int rows = Math.min(height - 1, y + reach) - Math.max(0, y - reach) + 1;
      for (int x = 0; x < width; x++) {
        int left = Math.max(0, x - reach);
        int right = Math.min(width, x + reach + 1);
        around[y * width + x] =
            (float) ((running[right] - running[left]) / ((double) rows * (right - left)));
      }
    }
    return around;
  }

  private static void add(double[] columns, float[] pixels, int row, int sign) {
    int begin = row * columns.length;
    for (int x = 0; x < columns.length; x++) {
      columns[x] += sign * (double) pixels[begin + x];
    }
  }

  /** Connected strokes (eight neighbours). */
  private static List<Mark> marks(boolean[] strokes, int height, int width) {
    List<Mark> marks = new ArrayList<>();
    int[] stack = new int[64];
    for (int start = 0; start < strokes.length; start++) {
      if (!strokes[start]) {
        continue;
      }
      strokes[start] = false;
      int depth = 0;
      stack[depth++] = start;
      int top = height;
      int bottom = 0;
      int left = width;
      int right = 0;
      int area = 0;
      while (depth > 0) {
        int pixel = stack[--depth];
        int y = pixel / width;
        int x = pixel % width;
        area++;
        top = Math.min(top, y);
        bottom = Math.max(bottom, y + 1);
        left = Math.min(left, x);
        right = Math.max(right, x + 1);
        if (depth + 8 > stack.length) {
          stack = java.util.Arrays.copyOf(stack, stack.length * 2);
        }
        for (int ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
          for (int nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
            if (strokes[ny * width + nx]) {
              strokes[ny * width + nx] = false;
              stack[depth++] = ny * width + nx;
            }
          }
        }
      }
      marks.add(new Mark(top, left, bottom, right, area));
    }
    return marks;
  }

  /** Letters by their left edge: is there a chain of enough, each the next of the one before? */
  private static boolean hasWord(List<Mark> letters) {
    int[] chain = new int[letters.size()];
    for (int i = 0; i < letters.size(); i++) {
      chain[i] = 1;
      for (int before = i - 1; before >= 0; before--) {
        if (letters.get(before).isBefore(letters.get(i))) {
          chain[i] = Math.max(chain[i], chain[before] + 1);
        }
      }
      if (chain[i] >= WORD) {
        return true;
      }
    }
    return false;
  }

  /** A connected stroke: its box, half-open, and its pixels. */
  private record Mark(int top, int left, int bottom, int right, int area) {
    int height() {
      return bottom - top;
    }

    int width() {
      return right - left;
    }

    boolean isLetter(int most) {
      double filled = (double) area / (height() * width());
      return height() >= LEAST_HEIGHT
          && height() <= most
          && width() <= 1.3 * height()
          && width() >= 2
          && filled >= .2
          && filled <= .9;
    }

    /** Whether the other may be the next letter of the word. */
    boolean isBefore(Mark other) {
      double size = Math.max(height(), other.height());
      return other.left >= right
          && other.left - right <= .8 * size
          && Math.abs(other.bottom - bottom) <= Math.max(1, .12 * size)
          && Math.abs(other.height() - height()) <= Math.max(1, .15 * size);
    }
  }
}
