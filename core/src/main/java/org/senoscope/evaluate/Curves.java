package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.senoscope.evaluate.metrics.DecisionCurve;
import org.senoscope.evaluate.metrics.PrecisionRecall;
import org.senoscope.evaluate.metrics.RiskCoverage;
import org.senoscope.evaluate.metrics.Sample;

/**
 * The curves of a task's cases that say more than a number.
 *
 * @param precisionRecall by label, of labels that some case has and some lacks; of two labels the
 *     positive one's alone
 * @param decision of the positive label; empty where the task has none, or no case of it
 * @param riskCoverage when the least confident cases are refused first
 */
public record Curves(
    Map<String, PrecisionRecall> precisionRecall,
    Optional<DecisionCurve> decision,
    RiskCoverage riskCoverage) {
  /** The coverage at which selective accuracy is quoted. */
  public static final double NAMED_COVERAGE = 0.8;

  public Curves {
    precisionRecall = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(precisionRecall));
  }

  /** The same for the same sample and seed. */
  static Curves of(Sample sample, long seed) {
    Map<String, PrecisionRecall> precisionRecall = new LinkedHashMap<>();
    int[] counts = sample.counts();
    for (int label = 0; label < counts.length; label++) {
      boolean other = counts.length == 2 && sample.positive() >= 0 && label != sample.positive();
      if (counts[label] > 0 && counts[label] < sample.size() && !other) {
        precisionRecall.put(sample.labels().get(label), PrecisionRecall.of(sample, label, seed));
      }
    }
    int positive = sample.positive();
    boolean decides = positive >= 0 && counts[positive] > 0 && counts[positive] < sample.size();
    return new Curves(
        precisionRecall,
        decides ? Optional.of(DecisionCurve.of(sample, positive, seed)) : Optional.empty(),
        RiskCoverage.of(sample, seed));
  }

  /** The point that is quoted: {@link #NAMED_COVERAGE}. */
  public RiskCoverage.Point named() {
    return riskCoverage.at(NAMED_COVERAGE);
  }

  /** Adds {@code precisionRecall}, {@code decisionCurve} and {@code riskCoverage}. */
  void addTo(ObjectNode json) {
    ObjectNode byLabel = json.putObject("precisionRecall");
    precisionRecall.forEach((label, curve) -> byLabel.set(label, curve.toJson()));
    decision.ifPresentOrElse(
        curve -> json.set("decisionCurve", curve.toJson()), () -> json.putNull("decisionCurve"));
    json.set("riskCoverage", riskCoverage.toJson());
  }
}
