package org.senoscope.evaluate.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.senoscope.files.Json;

/**
 * Two models on the same cases: each metric of the first less that of the second. That both saw the
 * same cases is used: what a case adds to both errors cancels.
 *
 * <ul>
 *   <li>AUC: the paired test of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988), the cases'
 *       parts summed by group first where groups hold several (Obuchowski, Biometrics 53, 1997);
 *       interval and p by Student's t for the groups of the smaller side, which with many groups
 *       are those of the normal distribution.
 *   <li>All metrics: bootstrap over groups, the same draws for both.
 *   <li>McNemar's test of which cases each gets right, for independent cases.
 * </ul>
 *
 * @param n cases
 * @param groups of the cases
 * @param metrics by name, in the order of a report: auc, balancedAccuracy, accuracy, macroF1,
 *     sensitivity, specificity, brier, ece, coverage, selectiveAccuracy; auc is DeLong's
 * @param aucByLabel each label against the rest, in the labels' order, DeLong's
 * @param aucByBootstrap the difference of the AUC by the bootstrap
 * @param mcNemar of the labels with the highest probability
 */
public record PairedComparison(
    int n,
    int groups,
    Map<String, Difference> metrics,
    Map<String, Difference> aucByLabel,
    Difference aucByBootstrap,
    McNemar mcNemar) {

  /**
   * Compares; the same for the same samples and seed.
   *
   * @param first one model's scores
   * @param second the other's scores of the same cases, in the same order
   * @throws IllegalArgumentException when labels, truth or groups differ
   */
  public static PairedComparison of(Sample first, Sample second, long seed) {
    check(first, second);
    GroupBootstrap draws = GroupBootstrap.of(first, Assessment.DRAWS, seed);
    GroupBootstrap others = GroupBootstrap.of(second, Assessment.DRAWS, seed);
    Measures one = first.measure();
    Measures two = second.measure();
    Paired paired = new Paired(one, two, draws, others);
    Areas areas = Areas.of(first, second);
    Map<String, Difference> metrics = new LinkedHashMap<>();
    metrics.put("auc", areas.difference());
    metrics.put("balancedAccuracy", paired.overLabels(Measures::balancedAccuracy));
    metrics.put("accuracy", paired.of(Measures::accuracy, false));
    metrics.put("macroF1", paired.overLabels(Measures::macroF1));
    metrics.put("sensitivity", ofPositive(first, paired, Measures::sensitivity));
    metrics.put("specificity", ofPositive(first, paired, Measures::specificity));
    metrics.put("brier", paired.of(Measures::brier, false));
    // The noise of two calibration errors cancels in part only: as with one, centred.
    metrics.put("ece", paired.of(Measures::ece, true));
    metrics.put("coverage", paired.of(Measures::coverage, false));
    metrics.put("selectiveAccuracy", paired.of(Measures::selectiveAccuracy, false));
    Map<String, Difference> byLabel = new LinkedHashMap<>();
    for (int label = 0; label < first.labels().size(); label++) {
      byLabel.put(first.labels().get(label), areas.difference(label));
    }
    return new PairedComparison(
        first.size(),
        first.groups(),
        metrics,
        byLabel,
        paired.overLabels(Measures::auc),
        mcNemar(first, second));
  }

  private static void check(Sample first, Sample second) {
    if (!first.labels().equals(second.labels()) || first.positive() != second.positive()) {
      throw new IllegalArgumentException(
          "Two models are compared on the same labels, were %s and %s"
              .formatted(first.labels(), second.labels()));
    }
    if (first.size() != second.size()) {
      throw new IllegalArgumentException(
          "Two models are compared on the same cases, were %d and %d"
              .formatted(first.size(), second.size()));
    }
    for (int i = 0; i < first.size(); i++) {
      if (first.truth(i) != second.truth(i) || first.group(i) != second.group(i)) {
        throw new IllegalArgumentException(
            "Two models are compared on the same cases in the same order: label or group of case %d"
                    .formatted(i)
                + " differ");
      }
    }
  }

  private static Difference ofPositive(
      Sample sample, Paired paired, ToDoubleFunction<Measures> metric) {
    return sample.positive() < 0
        ? Difference.none("the task has no positive label")
        : paired.of(metric, false);
  }

  private static McNemar mcNemar(Sample first, Sample second) {
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < first.size(); i++) {
      boolean one = first.predicted(i) == first.truth(i);
      boolean two = second.predicted(i) == second.truth(i);
      onlyFirst += one && !two ? 1 : 0;
      onlySecond += two && !one ? 1 : 0;
    }
    return McNemar.of(onlyFirst, onlySecond);
  }

  /** The metrics by the bootstrap. */
  private record Paired(
      Measures first, Measures second, GroupBootstrap draws, GroupBootstrap others) {
    Difference of(ToDoubleFunction<Measures> metric, boolean centred) {
      double one = metric.applyAsDouble(first);
      double two = metric.applyAsDouble(second);
      if (Double.isNaN(one) || Double.isNaN(two)) {
        return new Difference(one, two, Estimate.none("there is no such case"), Double.NaN);
      }
      Draws differences = draws.minus(others, metric);
      differences = centred ? differences.centredOn(one - two) : differences;
      return new Difference(one, two, differences.interval(one - two), differences.p());
    }

    Difference overLabels(ToDoubleFunction<Measures> metric) {
      Difference whole = of(Intervals.ifAllLabels(first, metric), false);
      return whole.estimate().known() ? whole : Difference.none("only one label occurs");
    }
  }

  /** The areas under the ROC curves, by DeLong. */
  private record Areas(Sample sample, List<DeLong> first, List<DeLong> second) {
    static Areas of(Sample first, Sample second) {
      return new Areas(first, areas(first), areas(second));
    }

    private static List<DeLong> areas(Sample sample) {
      return IntStream.range(0, sample.labels().size())
          .mapToObj(label -> DeLong.of(sample, label))
          .toList();
    }

    Difference difference(int label) {
      DeLong one = first.get(label);
      DeLong two = second.get(label);
      return difference(one, two, one.varianceOfDifference(two, sample, label));
    }

    Difference difference() {
      if (sample.labels().size() == 2 && sample.positive() >= 0) {
        return difference(sample.positive());
      }
      DeLong one = DeLong.mean(first.toArray(DeLong[]::new), sample);
      DeLong two = DeLong.mean(second.toArray(DeLong[]::new), sample);
      return difference(one, two, one.varianceOfDifferenceOfMeans(two, sample));
    }

    private Difference difference(DeLong one, DeLong two, double variance) {
      double value = one.auc() - two.auc();
      if (Double.isNaN(value)) {
        return Difference.none("cases with and without the label are needed");
      }
      int freedom = one.fewest() - 1;
      if (freedom < 1) {
        return without(one, two, "a label occurs in one group alone", Double.NaN);
      }
      if (variance == 0) {
        // Two equal models differ in nothing; two that differ by the same in each case say nothing
        // of how far that may be off.
        return without(one, two, "no case differs from the others", value == 0 ? 1 : Double.NaN);
      }
      double error = Math.sqrt(variance);
      double half = StudentT.quantile(freedom) * error;
      return new Difference(
          one.auc(),
          two.auc(),
          Estimate.of(
              value,
              Math.max(-1, value - half),
              Math.min(1, value + half),
              sample.clustered()
                  ? "paired DeLong over groups (Obuchowski), Student's t"
                  : "paired DeLong, Student's t"),
          StudentT.twoSided(value / error, freedom));
    }

    private static Difference without(DeLong one, DeLong two, String why, double p) {
      return new Difference(
          one.auc(), two.auc(), Estimate.withoutInterval(one.auc() - two.auc(), why), p);
    }
  }

  /** A metric by its name. */
  public Difference metric(String name) {
    Difference difference = metrics.get(name);
    if (difference == null) {
      throw new IllegalArgumentException(
          "There is no metric %s, there are %s".formatted(name, metrics.keySet()));
    }
    return difference;
  }

  /**
   * As it stands in files: {@code metrics} (each the first less the second, with {@code p}), {@code
   * byLabel}, {@code mcnemar} with the bootstrap over groups of the same question beside it.
   */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("n", n).put("groups", groups);
    ObjectNode all = json.putObject("metrics");
    metrics.forEach((name, difference) -> all.set(name, difference.toJson()));
    ((ObjectNode) all.get("auc")).set("bootstrap", aucByBootstrap.toJson());
    ObjectNode labels = json.putObject("byLabel");
    aucByLabel.forEach(
        (label, difference) -> labels.putObject(label).set("auc", difference.toJson()));
    ObjectNode counts = mcNemar.toJson();
    counts.set("bootstrapOverGroups", metric("accuracy").toJson());
    json.set("mcnemar", counts);
    return json;
  }
}
