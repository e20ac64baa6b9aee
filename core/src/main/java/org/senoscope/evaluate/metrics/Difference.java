package org.senoscope.evaluate.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A metric of two models on the same cases.
 *
 * @param first the first model's value; NaN when it cannot be computed
 * @param second the second model's
 * @param estimate the first less the second, with its 95% interval
 * @param p two-sided p-value of no difference; NaN when there is none
 */
public record Difference(double first, double second, Estimate estimate, double p) {
  static Difference none(String why) {
    return new Difference(Double.NaN, Double.NaN, Estimate.none(why), Double.NaN);
  }

  /** The difference as each metric stands in files, with both values and {@code p} beside it. */
  public ObjectNode toJson() {
    ObjectNode json = estimate.toJson();
    Estimate.put(json, "p", p);
    Estimate.put(json, "first", first);
    Estimate.put(json, "second", second);
    return json;
  }
}
