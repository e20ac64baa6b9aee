package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.files.Json;

/**
 * A task's figures in cross-validations of the same images that differ in how groups were dealt
 * into folds and in the seeds of training, and how far they spread.
 *
 * <p>The spread says what dealing and training by chance do to a figure. It is no confidence
 * interval: all repeats are of the same images, so that what other images would give does not show
 * in it, however many there are (Vanwinckelen and Blockeel, "On estimating model accuracy with
 * repeated cross-validation", BeneLearn 2012; Bengio and Grandvalet, "No unbiased estimator of the
 * variance of k-fold cross-validation", JMLR 5, 2004). So the interval stays that of the first, and
 * scores are not averaged over repeats: that would be the figure of an ensemble that nobody has.
 *
 * @param each the metrics by name, the first cross-validation first; two or more
 */
public record Repeats(List<Map<String, Estimate>> each) {
  /** Said wherever the spread is. */
  public static final String NOTE =
      "The same images, dealt into folds and trained on with other seeds. The spread tells what chance in dealing and training does to a figure; it is no confidence interval, since no other image was seen. The first cross-validation is the result, and the interval is its own.";

  /**
   * How far a figure spreads.
   *
   * @param mean over the repeats
   * @param deviation standard deviation between them, by one less than their number
   * @param least of them
   * @param most of them
   */
  public record Spread(double mean, double deviation, double least, double most) {
    static Spread of(double[] values) {
      double mean = java.util.Arrays.stream(values).average().orElse(Double.NaN);
      double squares = 0;
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      return new Spread(mean, Math.sqrt(squares / (values.length - 1)), least, most);
    }
  }

  public Repeats {
    each = List.copyOf(each);
    if (each.size() < 2) {
      throw new IllegalArgumentException("Repeats are two or more, were " + each.size());
    }
  }

  /** By metric, of those that are known in every repeat. */
  public Map<String, Spread> spread() {
    Map<String, Spread> spread = new LinkedHashMap<>();
    for (String name : each.getFirst().keySet()) {
      List<Double> values = new ArrayList<>();
      for (Map<String, Estimate> one : each) {
        Estimate estimate = one.get(name);
        if (estimate != null && estimate.known()) {
          values.add(estimate.value());
        }
      }
      if (values.size() == each.size()) {
        spread.put(name, Spread.of(values.stream().mapToDouble(value -> value).toArray()));
      }
    }
    return spread;
  }

  /** As {@code evaluation.json} has it. */
  ObjectNode toJson() {
    ObjectNode json = Json.object().put("count", each.size()).put("note", NOTE);
    ObjectNode all = json.putObject("spread");
    spread()
        .forEach(
            (name, spread) -> {
              ObjectNode one = all.putObject(name);
              one.put("mean", spread.mean()).put("standardDeviation", spread.deviation());
              one.put("least", spread.least()).put("most", spread.most());
              ArrayNode values = one.putArray("values");
              each.forEach(
                  repeat -> values.add(java.util.Objects.requireNonNull(repeat.get(name)).value()));
            });
    return json;
  }
}
