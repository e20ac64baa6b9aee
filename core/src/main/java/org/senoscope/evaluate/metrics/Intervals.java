package org.senoscope.evaluate.metrics;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The 95% interval of each metric, chosen by how often simulated studies of known truth were
 * covered (13 to 400 groups, AUC .7 to .97; see docs/decisions):
 *
 * <ul>
 *   <li>AUC: DeLong's variance (Obuchowski's where groups hold several cases) on the logit scale,
 *       with Student's t for the smaller side's number of groups. Plain DeLong and the percentile
 *       bootstrap fell to 70–85% near 1 and with few groups.
 *   <li>Proportions: Wilson; where groups hold several cases, with the number of cases divided by
 *       the design effect, and Student's t.
 *   <li>All others: bootstrap over groups, percentiles widened for few groups (Hesterberg, The
 *       American Statistician 69, 2015).
 * </ul>
 */
final class Intervals {
  private final Sample sample;
  private final Measures whole;
  private final GroupBootstrap bootstrap;
  private final DeLong[] areas;

  Intervals(Sample sample, long seed) {
    this.sample = sample;
    this.whole = sample.measure();
    this.bootstrap = GroupBootstrap.of(sample, Assessment.DRAWS, seed);
    this.areas = new DeLong[sample.labels().size()];
    for (int label = 0; label < areas.length; label++) {
      areas[label] = DeLong.of(sample, label);
    }
  }

  Estimate auc() {
    if (sample.labels().size() == 2 && sample.positive() >= 0) {
      return auc(sample.positive());
    }
    int n = sample.size();
    double[] influence = new double[n];
    int known = 0;
    int fewest = Integer.MAX_VALUE;
    for (DeLong area : areas) {
      if (!Double.isNaN(area.auc())) {
        known++;
        fewest = Math.min(fewest, Math.min(area.groupsWith(), area.groupsWithout()));
        for (int i = 0; i < n; i++) {
          influence[i] += area.influence()[i];
        }
      }
    }
    if (known == 0) {
      return Estimate.none("only one label occurs");
    }
    double sum = 0;
    for (double group : byGroup(influence)) {
      sum += group * group;
    }
    double groups = sample.groups();
    double variance = groups / (groups - 1) * sum / ((double) known * known);
    return area(whole.auc(), variance, fewest, "mean over labels of ");
  }

  Estimate auc(int label) {
    DeLong area = areas[label];
    if (Double.isNaN(area.auc())) {
      return Estimate.none(
          sample.counts()[label] == 0
              ? "no case has the label"
              : "every case has the label, so there is none to tell it from");
    }
    return area(
        whole.auc(label), area.variance(), Math.min(area.groupsWith(), area.groupsWithout()), "");
  }

  private Estimate area(double value, double variance, int fewest, String what) {
    if (fewest < 2) {
      return Estimate.withoutInterval(value, "a label occurs in one group alone");
    }
    if (value == 0 || value == 1) {
      // No error was seen, so none can be extrapolated: as if each group were one trial.
      Wilson bound = wilson(value, fewest, fewest);
      return Estimate.of(
          value, bound.low(), bound.high(), "Wilson, groups of the smaller side as trials");
    }
    if (variance == 0) {
      return Estimate.withoutInterval(value, "every case has the same score");
    }
    double logit = Math.log(value / (1 - value));
    double half = StudentT.quantile(fewest - 1) * Math.sqrt(variance) / (value * (1 - value));
    return Estimate.of(
        value,
        1 / (1 + Math.exp(half - logit)),
        1 / (1 + Math.exp(-half - logit)),
        what
            + (sample.clustered() ? "DeLong over groups (Obuchowski)" : "DeLong")
            + ", logit scale, Student's t");
  }

  Estimate accuracy() {
    return proportion(i -> true, this::right);
  }

  Estimate sensitivity(int label) {
    return proportion(i -> sample.truth(i) == label, i -> sample.predicted(i) == label);
  }

  Estimate specificity(int label) {
    return proportion(i -> sample.truth(i) != label, i -> sample.predicted(i) != label);
  }

  Estimate coverage() {
    if (IntStream.range(0, sample.size()).noneMatch(sample::referred)) {
      return Estimate.withoutInterval(1, "no case was referred");
    }
    return proportion(i -> true, i -> !sample.referred(i));
  }

  Estimate selectiveAccuracy() {
    return proportion(i -> !sample.referred(i), this::right);
  }

  private boolean right(int i) {
    return sample.predicted(i) == sample.truth(i);
  }

  /** The share of hits among the counted cases. */
  private Estimate proportion(IntPredicate counts, IntPredicate hit) {
    int[] counted = IntStream.range(0, sample.size()).filter(counts).toArray();
    if (counted.length == 0) {
      return Estimate.none("there is no such case");
    }
    double n = counted.length;
    double share = Arrays.stream(counted).filter(hit).count() / n;
    int groups = (int) Arrays.stream(counted).map(sample::group).distinct().count();
    if (groups == counted.length) {
      Wilson interval = Wilson.of(share, n);
      return Estimate.of(share, interval.low(), interval.high(), "Wilson");
    }
    if (groups < 2) {
      return Estimate.withoutInterval(share, "all such cases are of one group");
    }
    double[] residual = new double[sample.size()];
    for (int i : counted) {
      residual[i] = (hit.test(i) ? 1 : 0) - share;
    }
    double sum = 0;
    for (double group : byGroup(residual)) {
      sum += group * group;
    }
    double variance = groups / (groups - 1.0) * sum / (n * n);
    // Without a hit, or without a miss, nothing shows how alike a group's cases are: wholly, say.
    double trials = share == 0 || share == 1 ? groups : Math.min(n, share * (1 - share) / variance);
    Wilson interval = wilson(share, trials, groups);
    return Estimate.of(
        share, interval.low(), interval.high(), "Wilson, design effect of groups, Student's t");
  }

  private static Wilson wilson(double share, double trials, int groups) {
    double ratio = Wilson.Z / StudentT.quantile(groups - 1);
    return Wilson.of(share, trials * ratio * ratio);
  }

  private double[] byGroup(double[] values) {
    double[] sums = new double[sample.groups()];
    for (int i = 0; i < values.length; i++) {
      sums[sample.group(i)] += values[i];
    }
    return sums;
  }

  Estimate balancedAccuracy() {
    double value = whole.balancedAccuracy();
    if (value < 1) {
      return bootstrapped(value, ifAllLabels(Measures::balancedAccuracy), false);
    }
    // Every draw would say 1: combine the labels' own limits (MOVER, Zou and Donner 2008).
    double square = 0;
    int known = 0;
    for (int label = 0; label < areas.length; label++) {
      Estimate one = sensitivity(label);
      if (one.known()) {
        known++;
        square += one.hasInterval() ? (1 - one.low()) * (1 - one.low()) : 1;
      }
    }
    return Estimate.of(
        1, Math.max(0, 1 - Math.sqrt(square) / known), 1, "Wilson of each label, combined");
  }

  Estimate aucByBootstrap() {
    return Double.isNaN(whole.auc())
        ? Estimate.none("only one label occurs")
        : bootstrapped(whole.auc(), ifAllLabels(Measures::auc), false);
  }

  Estimate macroF1() {
    return bootstrapped(whole.macroF1(), ifAllLabels(Measures::macroF1), false);
  }

  Estimate brier() {
    return bootstrapped(whole.brier(), Measures::brier, false);
  }

  /** Each draw adds its own noise to an error that counts noise, so the draws lie too high. */
  Estimate ece() {
    return bootstrapped(whole.ece(), Measures::ece, true);
  }

  /** A mean over labels is of another kind in a draw that lost a label. */
  private ToDoubleFunction<Measures> ifAllLabels(ToDoubleFunction<Measures> metric) {
    int occurring = whole.labelsThatOccur();
    return draw -> draw.labelsThatOccur() == occurring ? metric.applyAsDouble(draw) : Double.NaN;
  }

  private Estimate bootstrapped(double value, ToDoubleFunction<Measures> metric, boolean centred) {
    int groups = sample.groups();
    if (groups < 2) {
      return Estimate.withoutInterval(value, "all cases are of one group");
    }
    double[] draws = bootstrap.sorted(metric);
    if (draws.length == 0) {
      return Estimate.withoutInterval(
          value, "too few groups hold some label: more than 5% of the draws lack it");
    }
    if (draws[0] == draws[draws.length - 1]) {
      return Estimate.withoutInterval(value, "every draw has the same value");
    }
    double tail = Normal.below(-Math.sqrt(groups / (groups - 1.0)) * StudentT.quantile(groups - 1));
    double shift = centred ? value - Arrays.stream(draws).average().orElseThrow() : 0;
    return Estimate.of(
        value,
        Math.max(0, Quantiles.ofSorted(draws, tail) + shift),
        Quantiles.ofSorted(draws, 1 - tail) + shift,
        "bootstrap of %s, %d draws, percentiles%s"
            .formatted(
                sample.clustered() ? "groups" : "images",
                bootstrap.size(),
                centred ? " centred on the value" : ""));
  }
}
