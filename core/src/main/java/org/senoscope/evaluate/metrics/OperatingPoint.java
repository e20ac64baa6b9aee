package org.senoscope.evaluate.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/**
 * A threshold for one label, chosen by a rule on some cases and frozen: other cases are scored at
 * it, and never choose it. A case is called positive when its probability is at least the
 * threshold.
 *
 * @param task name of the task
 * @param label the label that the threshold is for
 * @param threshold 0 or more; half-way between the two probabilities that it separates, so that
 *     rounding elsewhere moves no case across
 * @param rule how it was chosen
 * @param chosenOn the part it was chosen on, such as validation; never test
 * @param n cases it was chosen on
 * @param groups of these cases
 * @param sensitivity on these cases, which flatters: they chose it
 * @param specificity on these cases
 */
public record OperatingPoint(
    String task,
    String label,
    double threshold,
    Rule rule,
    String chosenOn,
    int n,
    int groups,
    Estimate sensitivity,
    Estimate specificity) {

  /** How a threshold is chosen. */
  public sealed interface Rule {
    /** The rule as it stands in files and as {@link #parse} reads it. */
    String text();

    /**
     * Reads {@code youden}, {@code sensitivity>=0.9} or {@code specificity>=0.9}.
     *
     * @throws InputException when it is none of these
     */
    static Rule parse(String text) {
      if (text.equals("youden")) {
        return new Youden();
      }
      try {
        if (text.startsWith(SENSITIVITY)) {
          return new SensitivityAtLeast(Double.parseDouble(text.substring(SENSITIVITY.length())));
        }
        if (text.startsWith(SPECIFICITY)) {
          return new SpecificityAtLeast(Double.parseDouble(text.substring(SPECIFICITY.length())));
        }
      } catch (NumberFormatException e) {
        throw unknown(text);
      }
      throw unknown(text);
    }

    private static InputException unknown(String text) {
      return new InputException(
          "The rule of an operating point is \"%s\"; use youden, sensitivity>=0.9 or"
                  .formatted(text)
              + " specificity>=0.9");
    }
  }

  /** Below what sums of shares differ by in rounding, above what cases make them differ by. */
  private static final double ROUNDING = 1e-12;

  private static final String SENSITIVITY = "sensitivity>=";
  private static final String SPECIFICITY = "specificity>=";

  /**
   * The highest sum of sensitivity and specificity (Youden, Cancer 3, 1950); of equal ones the one
   * with the higher sensitivity.
   */
  public record Youden() implements Rule {
    @Override
    public String text() {
      return "youden";
    }
  }

  /**
   * The highest specificity among thresholds of at least a sensitivity.
   *
   * @param least above 0, at most 1
   */
  public record SensitivityAtLeast(double least) implements Rule {
    public SensitivityAtLeast {
      checkLeast("sensitivity", least);
    }

    @Override
    public String text() {
      return SENSITIVITY + least;
    }
  }

  /**
   * The highest sensitivity among thresholds of at least a specificity.
   *
   * @param least above 0, at most 1
   */
  public record SpecificityAtLeast(double least) implements Rule {
    public SpecificityAtLeast {
      checkLeast("specificity", least);
    }

    @Override
    public String text() {
      return SPECIFICITY + least;
    }
  }

  private static void checkLeast(String what, double least) {
    if (!(least > 0 && least <= 1)) {
      throw new InputException(
          "An operating point of at least %s %s cannot be: it must lie above 0 and at most at 1"
              .formatted(what, least));
    }
  }

  public OperatingPoint {
    if (!(threshold >= 0) || Double.isInfinite(threshold)) {
      throw new IllegalArgumentException(
          "A threshold must be a number of 0 or more, was " + threshold);
    }
    if (chosenOn.equals("test")) {
      throw new InputException(
          "The operating point for %s was chosen on test: choose it on validation"
              .formatted(label));
    }
  }

  /**
   * Chooses a threshold.
   *
   * @param task name of the task
   * @param sample the cases that choose
   * @param label index of the label
   * @param chosenOn the part that the cases are of
   * @throws InputException when no case has the label or none lacks it, or the part is test
   */
  public static OperatingPoint choose(
      String task, Sample sample, int label, Rule rule, String chosenOn) {
    int with = sample.counts()[label];
    if (with == 0 || with == sample.size()) {
      throw new InputException(
          "An operating point for %s needs cases with and without it on %s, were %d and %d; choose"
                  .formatted(sample.labels().get(label), chosenOn, with, sample.size() - with)
              + " it on a part that has both");
    }
    double threshold = threshold(RocCurve.of(sample, label).points(), rule);
    AtOperatingPoint counts = AtOperatingPoint.withoutBootstrap(sample, label, threshold);
    return new OperatingPoint(
        task,
        sample.labels().get(label),
        threshold,
        rule,
        chosenOn,
        sample.size(),
        sample.groups(),
        counts.sensitivity(),
        counts.specificity());
  }

  private static double threshold(List<RocCurve.Point> points, Rule rule) {
    int chosen = best(points, rule);
    double above = chosen == 0 ? 1 : points.get(chosen).threshold();
    double below = chosen + 1 < points.size() ? points.get(chosen + 1).threshold() : 0;
    if (chosen == 0 && below == 1) {
      return Math.nextUp(1.0); // No case is called positive, not even those of probability 1.
    }
    double half = (above + below) / 2;
    return half > below ? half : above;
  }

  private static int best(List<RocCurve.Point> points, Rule rule) {
    int best = -1;
    double most = 0;
    double more = 0;
    for (int j = 0; j < points.size(); j++) {
      double sensitivity = points.get(j).sensitivity();
      double specificity = 1 - points.get(j).falsePositiveRate();
      boolean allowed =
          switch (rule) {
            case Youden() -> true;
            case SensitivityAtLeast(double least) -> sensitivity >= least - ROUNDING;
            case SpecificityAtLeast(double least) -> specificity >= least - ROUNDING;
          };
      double first =
          switch (rule) {
            case Youden() -> sensitivity + specificity;
            case SensitivityAtLeast _ -> specificity;
            case SpecificityAtLeast _ -> sensitivity;
          };
      double second = rule instanceof SpecificityAtLeast ? specificity : sensitivity;
      boolean better =
          best < 0
              || first > most + ROUNDING
              || (first > most - ROUNDING && second > more + ROUNDING);
      if (allowed && better) {
        best = j;
        most = first;
        more = second;
      }
    }
    return best;
  }

  /**
   * Scores other cases at the frozen threshold.
   *
   * @param sample cases with the same labels
   */
  public AtOperatingPoint on(Sample sample, long seed) {
    int index = sample.labels().indexOf(label);
    if (index < 0) {
      throw new IllegalArgumentException(
          "The operating point is for %s, the cases' labels are %s"
              .formatted(label, sample.labels()));
    }
    return AtOperatingPoint.of(sample, index, threshold, seed);
  }

  /** As it may stand among a bundle's operating points. */
  public ObjectNode toJson() {
    ObjectNode json =
        Json.object()
            .put("task", task)
            .put("label", label)
            .put("threshold", threshold)
            .put("rule", rule.text())
            .put("chosenOn", chosenOn)
            .put("n", n)
            .put("groups", groups);
    json.set("sensitivity", sensitivity.toJson());
    json.set("specificity", specificity.toJson());
    return json;
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws InputException when it is no operating point, with all its faults
   */
  public static OperatingPoint fromJson(JsonNode json) {
    List<String> faults = new ArrayList<>();
    for (String field : List.of("task", "label", "rule", "chosenOn")) {
      if (!json.path(field).isTextual()) {
        faults.add(field + " must be a text");
      }
    }
    if (!(json.path("threshold").isNumber() && json.path("threshold").doubleValue() >= 0)) {
      faults.add("threshold must be a number of 0 or more");
    }
    for (String field : List.of("n", "groups")) {
      if (!json.path(field).canConvertToInt()) {
        faults.add(field + " must be a whole number");
      }
    }
    List<Estimate> estimates = new ArrayList<>();
    for (String field : List.of("sensitivity", "specificity")) {
      try {
        estimates.add(Estimate.fromJson(json.path(field)));
      } catch (IllegalArgumentException e) {
        faults.add(field + " must have value, low, high and method, or say why not");
      }
    }
    if (!faults.isEmpty()) {
      throw new InputException(
          "An operating point cannot be read: %s; choose it anew"
              .formatted(String.join("; ", faults)));
    }
    return new OperatingPoint(
        json.get("task").textValue(),
        json.get("label").textValue(),
        json.get("threshold").doubleValue(),
        Rule.parse(json.get("rule").textValue()),
        json.get("chosenOn").textValue(),
        json.get("n").intValue(),
        json.get("groups").intValue(),
        estimates.get(0),
        estimates.get(1));
  }
}
