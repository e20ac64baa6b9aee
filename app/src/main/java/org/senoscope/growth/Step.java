package org.senoscope.growth;

import java.util.Locale;

/** A verb that is measured, in the order of the work. */
enum Step {
  /** From the files to a data set's folder. */
  IMPORT,
  /** Reads every image, and finds copies. */
  AUDIT,
  /** 80% to learn from, the rest to test on. */
  SPLIT,
  /** EfficientNet-Lite0 of 3 × 224², one step of 32 images, and the bundle. */
  TRAIN;

  /** The verb. */
  String verb() {
    return name().toLowerCase(Locale.ROOT);
  }
}
