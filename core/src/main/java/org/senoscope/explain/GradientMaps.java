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
  private GradientMaps() {}

  /** Both as one, as fine as the finer. */
  static ClassMaps product(Gradients.Maps maps) {
    ClassMaps coarse = maps.contributions();
    ClassMaps fine = maps.gradients();
    float[] values = new float[fine.values().length];
    for (int logit = 0; logit < fine.logits(); logit++) {
      // Each factor's largest is 1, so that no product runs out of a float's range.
      float[] changes = shares(fine, logit);
      float[] holds = shares(coarse, logit);
      for (int row = 0; row < fine.height(); row++) {
        for (int column = 0; column < fine.width(); column++) {
          int place = row * fine.width() + column;
          values[logit * fine.height() * fine.width() + place] =
              changes[place] * between(holds, coarse, row, column, fine);
        }
      }
    }
    return new ClassMaps(fine.logits(), fine.height(), fine.width(), values, true);
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

  /** The value of a coarse map at a fine place's middle, bilinearly. */
  private static float between(
      float[] values, ClassMaps coarse, int row, int column, ClassMaps fine) {
    double y =
        Math.clamp((row + 0.5) * coarse.height() / fine.height() - 0.5, 0, coarse.height() - 1);
    double x =
        Math.clamp((column + 0.5) * coarse.width() / fine.width() - 0.5, 0, coarse.width() - 1);
    int top = (int) y;
    int left = (int) x;
    int bottom = Math.min(top + 1, coarse.height() - 1);
    int right = Math.min(left + 1, coarse.width() - 1);
    double down = y - top;
    double across = x - left;
    double above =
        values[top * coarse.width() + left] * (1 - across)
            + values[top * coarse.width() + right] * across;
    double below =
        values[bottom * coarse.width() + left] * (1 - across)
            + values[bottom * coarse.width() + right] * across;
    return (float) (above * (1 - down) + below * down);
  }
}
