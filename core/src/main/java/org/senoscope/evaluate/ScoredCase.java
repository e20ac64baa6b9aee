package org.senoscope.evaluate;

import java.util.Arrays;
import java.util.List;

/**
 * One image with its label and what a classifier said of it.
 *
 * @param image the image's key in the manifest
 * @param group what is never cut by a split (patient, pair, near-duplicates); the image's own key
 *     where nothing is known
 * @param truth index of its label
 * @param probabilities of each label, 0 to 1, summing to 1
 * @param part {@code test}, {@code validation}, {@code fold1} …: the part that the image was in
 *     when it was scored, by a model that was not trained on that part; {@code all} without a split
 * @param referred whether the model handed the case to a person
 */
public record ScoredCase(
    String image,
    String group,
    int truth,
    List<Double> probabilities,
    String part,
    boolean referred) {
  /** Single-precision softmax sums to 1 within about 1e-6; text rounded to 4 digits within 1e-3. */
  private static final double SUM_TOLERANCE = 5e-3;

  public ScoredCase {
    probabilities = List.copyOf(probabilities);
    if (truth < 0 || truth >= probabilities.size()) {
      throw new IllegalArgumentException(
          "%s: its label must be one of the %d scored ones, was number %d"
              .formatted(image, probabilities.size(), truth));
    }
    double sum = 0;
    for (double p : probabilities) {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException(
            "%s: a probability must lie in 0 to 1, was %s".formatted(image, p));
      }
      sum += p;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new IllegalArgumentException(
          "%s: its probabilities must sum to 1, summed to %s".formatted(image, sum));
    }
  }

  /** A case that the model decided itself. */
  public static ScoredCase of(
      String image, String group, int truth, double[] probabilities, String part) {
    return new ScoredCase(
        image, group, truth, Arrays.stream(probabilities).boxed().toList(), part, false);
  }

  /** The same case, handed to a person or not. */
  public ScoredCase referred(boolean toPerson) {
    return new ScoredCase(image, group, truth, probabilities, part, toPerson);
  }

  /** The probabilities as an array, shape (labels). */
  public double[] probabilityArray() {
    return probabilities.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Index of the highest probability; of equal ones the first. */
  public int top() {
    int top = 0;
    for (int label = 1; label < probabilities.size(); label++) {
      if (probabilities.get(label) > probabilities.get(top)) {
        top = label;
      }
    }
    return top;
  }
}
