package org.senoscope.evaluate;

import java.util.Map;

/**
 * What a classifier said of one image.
 *
 * @param probabilities by task, in the order of its labels, each summing to 1
 * @param uncalibrated the same before calibration, by task that is calibrated
 * @param referred whether it hands the image to a person, by the image or by the main task's answer
 * @param refused whether it does so by the image, which then is answered for no task; an answer of
 *     the main task that is in doubt casts none on the others
 */
public record Scored(
    Map<String, double[]> probabilities,
    Map<String, double[]> uncalibrated,
    boolean referred,
    boolean refused) {
  public Scored {
    probabilities = Map.copyOf(probabilities);
    uncalibrated = Map.copyOf(uncalibrated);
    if (refused && !referred) {
      throw new IllegalArgumentException("An image that is refused is handed to a person");
    }
  }

  /** Of an image that may be answered. */
  public Scored(Map<String, double[]> probabilities, boolean referred) {
    this(probabilities, Map.of(), referred, false);
  }

  /** The probabilities of a task. */
  double[] of(String task) {
    double[] found = probabilities.get(task);
    if (found == null) {
      throw new IllegalArgumentException("The model does not answer task " + task);
    }
    return found;
  }
}
