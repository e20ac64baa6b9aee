package org.senoscope.evaluate;

import java.util.Map;

/**
 * What a classifier said of one image.
 *
 * @param probabilities by task, in the order of its labels, each summing to 1
 * @param referred whether it hands the image to a person
 */
public record Scored(Map<String, double[]> probabilities, boolean referred) {
  public Scored {
    probabilities = Map.copyOf(probabilities);
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
