package org.senoscope.model;

import java.nio.FloatBuffer;

/** Means over an image and its left-right mirror, from a batch of both. */
final class Averages {
  private Averages() {}

  /** Mean of the batch's rows; the values themselves of a batch of one. */
  static float[] of(FloatBuffer batch, int length, boolean mirrored) {
    float[] mean = new float[length];
    batch.get(0, mean);
    if (mirrored) {
      for (int i = 0; i < length; i++) {
        mean[i] = (mean[i] + batch.get(length + i)) / 2;
      }
    }
    return mean;
  }

  /** Mean of the maps, the mirror's flipped back. */
  static ClassMaps ofMaps(FloatBuffer batch, int logits, int height, int width, boolean mirrored) {
    int length = logits * height * width;
    float[] mean = new float[length];
    batch.get(0, mean);
    if (mirrored) {
      for (int start = 0; start < length; start += width) {
        for (int column = 0; column < width; column++) {
          float other = batch.get(length + start + width - 1 - column);
          mean[start + column] = (mean[start + column] + other) / 2;
        }
      }
    }
    return new ClassMaps(logits, height, width, mean);
  }
}
