package org.senoscope.evaluate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.senoscope.calibration.ConformalSets;
import org.senoscope.evaluate.metrics.OperatingPoint;
import org.senoscope.model.Bundle;
import org.senoscope.model.Head;

/**
 * What a model decides by, chosen before it scored anything here.
 *
 * @param points thresholds
 * @param sets by task, what limits its sets of labels
 */
public record Frozen(List<OperatingPoint> points, Map<String, ConformalSets> sets) {
  /** Nothing was chosen. */
  public static final Frozen NONE = new Frozen(List.of(), Map.of());

  public Frozen {
    points = List.copyOf(points);
    sets = Map.copyOf(sets);
  }

  /** What a bundle decides by. */
  public static Frozen in(Bundle bundle) {
    Map<String, ConformalSets> sets = new HashMap<>();
    for (Head head : bundle.description().heads()) {
      head.rule().ifPresent(rule -> sets.put(head.task().name(), rule.sets()));
    }
    return new Frozen(
        bundle.description().operatingPoints().valueStream().map(OperatingPoint::fromJson).toList(),
        sets);
  }
}
