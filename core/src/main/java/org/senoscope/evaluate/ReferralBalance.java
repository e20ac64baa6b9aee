package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.senoscope.evaluate.material.Properties;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.Intervals;
import org.senoscope.evaluate.metrics.Sample;
import org.senoscope.files.Json;
import org.senoscope.study.Task;

/**
 * How evenly a model hands cases to a person: the share referred by true label and by property. A
 * model that refuses one kind of case more often than another has worse coverage there, however
 * good its accuracy on what it decides.
 *
 * @param whole share of all cases that is referred
 * @param parts by true label first, then by property; none where no case was referred
 */
public record ReferralBalance(Estimate whole, List<Part> parts) {
  /** What the parts by true label are by. */
  public static final String LABEL = "label";

  /**
   * The cases that share a label or a property.
   *
   * @param by {@link #LABEL}, or the property
   * @param value its value
   * @param n cases
   * @param referred share of them that is referred; unknown for fewer than {@link Subgroup#FEWEST}
   * @param selectiveAccuracy accuracy of those that are not referred
   */
  public record Part(
      String by, String value, int n, Estimate referred, Estimate selectiveAccuracy) {
    /** Whether this part's interval leaves the share of all cases out. */
    public boolean differsFrom(Estimate whole) {
      return referred.hasInterval()
          && (whole.value() < referred.low() || whole.value() > referred.high());
    }
  }

  public ReferralBalance {
    parts = List.copyOf(parts);
  }

  /** Counts; cases and sample are in the same order. */
  static ReferralBalance of(
      Task task, List<ScoredCase> cases, Sample sample, Properties properties) {
    if (cases.stream().noneMatch(ScoredCase::referred)) {
      return new ReferralBalance(Estimate.withoutInterval(0, "no case was referred"), List.of());
    }
    List<Part> parts = new ArrayList<>();
    for (int label = 0; label < task.labels().size(); label++) {
      int wanted = label;
      part(LABEL, task.labels().get(label), sample, i -> sample.truth(i) == wanted)
          .ifPresent(parts::add);
    }
    properties
        .known()
        .forEach(
            (name, property) -> {
              List<Part> found = new ArrayList<>();
              for (String value : property.values()) {
                part(
                        name,
                        value,
                        sample,
                        i -> value.equals(property.byImage().get(cases.get(i).image())))
                    .ifPresent(found::add);
              }
              if (found.size() > 1) {
                parts.addAll(found);
              }
            });
    return new ReferralBalance(Intervals.proportion(sample, i -> true, sample::referred), parts);
  }

  private static Optional<Part> part(String by, String value, Sample sample, IntPredicate in) {
    int n = 0;
    for (int i = 0; i < sample.size(); i++) {
      n += in.test(i) ? 1 : 0;
    }
    if (n == 0) {
      return Optional.empty();
    }
    if (n < Subgroup.FEWEST) {
      Estimate few = Estimate.none("fewer than %d images".formatted(Subgroup.FEWEST));
      return Optional.of(new Part(by, value, n, few, few));
    }
    return Optional.of(
        new Part(
            by,
            value,
            n,
            Intervals.proportion(sample, in, sample::referred),
            Intervals.proportion(
                sample,
                i -> in.test(i) && !sample.referred(i),
                i -> sample.predicted(i) == sample.truth(i))));
  }

  /** As it stands in files. */
  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.set("referred", whole.toJson());
    ArrayNode array = json.putArray("parts");
    for (Part part : parts) {
      ObjectNode node =
          array.addObject().put("by", part.by()).put("value", part.value()).put("n", part.n());
      node.set("referred", part.referred().toJson());
      node.set("selectiveAccuracy", part.selectiveAccuracy().toJson());
    }
    return json;
  }
}
