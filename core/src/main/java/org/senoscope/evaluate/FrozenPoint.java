package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.senoscope.evaluate.metrics.AtOperatingPoint;
import org.senoscope.evaluate.metrics.OperatingPoint;
import org.senoscope.evaluate.metrics.PredictiveValues;
import org.senoscope.evaluate.metrics.Sample;
import org.senoscope.study.Task;

/**
 * Cases called at a threshold that was frozen before: the model's, or out of fold each fold's own,
 * chosen on cases that are none of these.
 *
 * @param rule how the threshold was chosen
 * @param chosenOn on what
 * @param thresholds by part that was scored
 * @param at the counts and shares
 * @param predictive at a prevalence that the user stated; empty where none was
 */
public record FrozenPoint(
    String rule,
    String chosenOn,
    Map<String, Double> thresholds,
    AtOperatingPoint at,
    Optional<PredictiveValues> predictive) {
  public FrozenPoint {
    thresholds = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(thresholds));
  }

  /**
   * Each rule by which every part has a threshold; one that was chosen on the part itself is left
   * out.
   *
   * @param points of the model that scored a part
   */
  static List<FrozenPoint> of(
      Task task,
      List<ScoredCase> cases,
      Sample sample,
      Function<String, List<OperatingPoint>> points,
      long seed) {
    TreeSet<String> parts = new TreeSet<>();
    cases.forEach(scored -> parts.add(scored.part()));
    List<FrozenPoint> frozen = new ArrayList<>();
    for (OperatingPoint first : points.apply(parts.first())) {
      Map<String, Double> thresholds = new LinkedHashMap<>();
      for (String part : parts) {
        points.apply(part).stream()
            .filter(point -> alike(point, first) && !point.chosenOn().equals(part))
            .findFirst()
            .ifPresent(point -> thresholds.put(part, point.threshold()));
      }
      int label = task.labels().indexOf(first.label());
      if (first.task().equals(task.name()) && label >= 0 && thresholds.size() == parts.size()) {
        List<Double> each =
            cases.stream().map(scored -> thresholds.getOrDefault(scored.part(), 0.0)).toList();
        frozen.add(
            new FrozenPoint(
                first.rule().text(),
                first.chosenOn(),
                thresholds,
                AtOperatingPoint.of(sample, label, each, seed),
                Optional.empty()));
      }
    }
    return frozen;
  }

  private static boolean alike(OperatingPoint one, OperatingPoint other) {
    return one.task().equals(other.task())
        && one.label().equals(other.label())
        && one.rule().equals(other.rule());
  }

  FrozenPoint atPrevalence(double prevalence) {
    return new FrozenPoint(
        rule, chosenOn, thresholds, at, Optional.of(at.atPrevalence(prevalence)));
  }

  /** As it stands in files. */
  ObjectNode toJson() {
    ObjectNode json = at.toJson().put("rule", rule).put("chosenOn", chosenOn);
    ObjectNode byPart = json.putObject("thresholds");
    thresholds.forEach(byPart::put);
    predictive.ifPresentOrElse(
        values -> json.set("predictiveValues", values.toJson()),
        () -> json.putNull("predictiveValues"));
    return json;
  }
}
