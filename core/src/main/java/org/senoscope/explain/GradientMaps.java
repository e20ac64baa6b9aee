package org.senoscope.explain;

import org.senoscope.model.ClassMaps;
import org.senoscope.model.Gradients;

/**
 * Maps of what an answer rests on: at each place the product of how much the label's lead over the
 * others changes with what the network holds there (the gradient's size, at the finer of two sizes
 * of picture) and of how much of the lead the coarser size's values make up around it (gradient
 * times value, without its sign).
 *
 * <p>Class activation maps tell where a network writes its evidence down, and one that sees widely
 * may do so beside what it looks at; docs/decisions has what was measured.
 */
final class GradientMaps {
  /**
   * Places of the product for one of the finer map, on each axis: a product of two maps that are
   * interpolated has its peaks between their places, and to interpolate the product would lose them
   * (.773 of BUSI's lesions hit in place of .806).
   */
  static final int BETWEEN = 4;

  private GradientMaps() {}

  /** Both as one, each interpolated bilinearly. */
  static ClassMaps product(Gradients.Maps maps) {
    ClassMaps coarse = maps.contributions();
    ClassMaps fine = maps.gradients();
    int height = BETWEEN * fine.height();
    int width = BETWEEN * fine.width();
    float[] values = new float[fine.logits() * height * width];
    for (int logit = 0; logit < fine.logits(); logit++) {
      // Each factor's largest is 1, so that no product runs out of a float's range.
      float[] changes = shares(fine, logit);
      float[] holds = shares(coarse, logit);
      for (int row = 0; row < height; row++) {
        double down = (row + 0.5) / height;
        for (int column = 0; column < width; column++) {
          double across = (column + 0.5) / width;
          values[(logit * height + row) * width + column] =
              (float) (at(changes, fine, down, across) * at(holds, coarse, down, across));
        }
      }
    }
    return new ClassMaps(fine.logits(), height, width, values, true);
  }

  private static float[] shares(ClassMaps maps, int logit) {
    int places = maps.height() * maps.width();
    float[] shares = new float[places];
    float largest = 0;
    for (int place = 0; place < places; place++) {
      shares[place] = maps.values()[logit * places + place];
      largest = Math.max(largest, shares[place]);
    }
    for (int place = 0; place < places && largest > 0; place++) {
      shares[place] /= largest;
    }
    return shares;
  }

  /** The value at fractions of height and width, bilinearly between the places' middles. */
  private static double at(float[] values, ClassMaps map, double down, double across) {
    double y = Math.clamp(down * map.height() - 0.5, 0, map.height() - 1);
    double x = Math.clamp(across * map.width() - 0.5, 0, map.width() - 1);
    int row = (int) y;
    int top = row * map.width();
    int bottom = Math.min(row + 1, map.height() - 1) * map.width();
    int left = (int) x;
    int right = Math.min(left + 1, map.width() - 1);
    double below = y - row;
    double beyond = x - left;
    double above = values[top + left] * (1 - beyond) + values[top + right] * beyond;
    double under = values[bottom + left] * (1 - beyond) + values[bottom + right] * beyond;
    return above * (1 - below) + under * below;
  }
}
