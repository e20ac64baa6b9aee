package org.senoscope.evaluate.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.IntPredicate;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/**
 * How far a call can be believed where the label is as frequent as the user states, by Bayes' rule
 * from sensitivity and specificity. The prevalence among the cases themselves plays no part: image
 * sets hold far more cancers than a screening round.
 *
 * <p>Intervals: delta method on the logit (Mercaldo, Lau and Zhou, Statistics in Medicine 26,
 * 2007); where groups hold several cases, their parts are summed by group first, and Student's t
 * for the groups of the smaller side is taken. Where one of the four counts is 0, half of z² is
 * added to each, as these authors' adjusted logit does, with groups as trials where groups hold
 * several cases. The prevalence is taken as known without error.
 *
 * @param prevalence stated, above 0 and below 1
 * @param positive PPV: of those called positive, the share that has the label
 * @param negative NPV: of those not called positive, the share that does not have it
 */
public record PredictiveValues(double prevalence, Estimate positive, Estimate negative) {
  /**
   * Predictive values from counts of independent cases.
   *
   * @param prevalence above 0 and below 1
   * @throws InputException when the prevalence lies elsewhere
   */
  public static PredictiveValues of(
      double prevalence,
      int truePositives,
      int falseNegatives,
      int trueNegatives,
      int falsePositives) {
    check(prevalence);
    double with = truePositives + falseNegatives;
    double without = trueNegatives + falsePositives;
    if (with == 0 || without == 0) {
      return none(prevalence);
    }
    Shares shares = new Shares(truePositives / with, trueNegatives / without);
    boolean adjusted = shares.atEdge();
    Shares used = adjusted ? shares.adjusted(with, without, Wilson.Z) : shares;
    double more = adjusted ? Wilson.Z * Wilson.Z : 0;
    return shares.values(
        prevalence,
        used,
        Wilson.Z * Math.sqrt(used.positiveVariance(with + more, without + more)),
        Wilson.Z * Math.sqrt(used.negativeVariance(with + more, without + more)),
        adjusted ? "delta method, adjusted logit" : "delta method, logit");
  }

  /** Predictive values of a label where the label of the highest probability is the answer. */
  public static PredictiveValues ofAnswers(Sample sample, int label, double prevalence) {
    return of(sample, label, i -> sample.predicted(i) == label, prevalence);
  }

  /**
   * Predictive values of cases that are called positive or not.
   *
   * @param label index of the label that a call is for
   * @param call whether a case is called positive, by its number
   * @throws InputException when the prevalence does not lie above 0 and below 1
   */
  static PredictiveValues of(Sample sample, int label, IntPredicate call, double prevalence) {
    check(prevalence);
    int n = sample.size();
    int[] cells = new int[4];
    boolean[] called = new boolean[n];
    boolean[] with = new boolean[n];
    int[] group = new int[n];
    boolean[] inWith = new boolean[sample.groups()];
    boolean[] inWithout = new boolean[sample.groups()];
    for (int i = 0; i < n; i++) {
      called[i] = call.test(i);
      with[i] = sample.truth(i) == label;
      group[i] = sample.group(i);
      (with[i] ? inWith : inWithout)[group[i]] = true;
      cells[(with[i] ? 0 : 2) + (called[i] == with[i] ? 0 : 1)]++;
    }
    if (!sample.clustered()) {
      return of(prevalence, cells[0], cells[1], cells[2], cells[3]);
    }
    int groupsWith = DeLong.count(inWith);
    int groupsWithout = DeLong.count(inWithout);
    if (groupsWith == 0 || groupsWithout == 0) {
      return none(prevalence);
    }
    double having = cells[0] + cells[1];
    double lacking = cells[2] + cells[3];
    Shares shares = new Shares(cells[0] / having, cells[2] / lacking);
    int fewest = Math.min(groupsWith, groupsWithout);
    if (fewest < 2) {
      String why = "cases with or without the label are of one group alone";
      return new PredictiveValues(
          prevalence,
          Estimate.withoutInterval(shares.positive(prevalence), why),
          Estimate.withoutInterval(shares.negative(prevalence), why));
    }
    double t = StudentT.quantile(fewest - 1);
    if (shares.atEdge()) {
      Shares used = shares.adjusted(groupsWith, groupsWithout, t);
      return shares.values(
          prevalence,
          used,
          t * Math.sqrt(used.positiveVariance(groupsWith + t * t, groupsWithout + t * t)),
          t * Math.sqrt(used.negativeVariance(groupsWith + t * t, groupsWithout + t * t)),
          "delta method, adjusted logit, groups as trials, Student's t");
    }
    double[] positive = new double[n];
    double[] negative = new double[n];
    for (int i = 0; i < n; i++) {
      if (with[i]) {
        double off = ((called[i] ? 1 : 0) - shares.sensitivity) / having;
        positive[i] = off / shares.sensitivity;
        negative[i] = off / (1 - shares.sensitivity);
      } else {
        double off = ((called[i] ? 0 : 1) - shares.specificity) / lacking;
        positive[i] = off / (1 - shares.specificity);
        negative[i] = off / shares.specificity;
      }
    }
    return shares.values(
        prevalence,
        shares,
        // Where errors cancel within each group, as they may in few, the variance over groups is 0
        // and knows nothing: no interval is narrower than that of independent cases then.
        t
            * deviation(
                positive, with, group, sample.groups(), shares.positiveVariance(having, lacking)),
        t
            * deviation(
                negative, with, group, sample.groups(), shares.negativeVariance(having, lacking)),
        "delta method over groups, logit, Student's t");
  }

  private static double deviation(
      double[] influence, boolean[] with, int[] group, int groups, double independent) {
    double clustered = DeLong.variance(influence, with, group, groups);
    return Math.sqrt(clustered > 0 ? clustered : independent);
  }

  private static void check(double prevalence) {
    if (!(prevalence > 0 && prevalence < 1)) {
      throw new InputException(
          "The prevalence is %s; it must lie above 0 and below 1: 0.006 means 6 of 1000"
              .formatted(prevalence));
    }
  }

  private static PredictiveValues none(double prevalence) {
    Estimate none = Estimate.none("cases with and without the label are needed");
    return new PredictiveValues(prevalence, none, none);
  }

  private record Shares(double sensitivity, double specificity) {
    boolean atEdge() {
      return sensitivity == 0 || sensitivity == 1 || specificity == 0 || specificity == 1;
    }

    /** With half of z² added to each count. */
    Shares adjusted(double with, double without, double z) {
      double half = z * z / 2;
      return new Shares(
          (sensitivity * with + half) / (with + z * z),
          (specificity * without + half) / (without + z * z));
    }

    double positive(double prevalence) {
      double called = prevalence * sensitivity;
      return called / (called + (1 - prevalence) * (1 - specificity));
    }

    double negative(double prevalence) {
      double passed = (1 - prevalence) * specificity;
      return passed / (passed + prevalence * (1 - sensitivity));
    }

    /** Of the logit of the positive predictive value. */
    double positiveVariance(double with, double without) {
      return (1 - sensitivity) / (with * sensitivity) + specificity / (without * (1 - specificity));
    }

    /** Of the logit of the negative predictive value. */
    double negativeVariance(double with, double without) {
      return sensitivity / (with * (1 - sensitivity)) + (1 - specificity) / (without * specificity);
    }

    /**
     * Both values with their intervals.
     *
     * @param used what the intervals are around
     */
    PredictiveValues values(
        double prevalence, Shares used, double halfPositive, double halfNegative, String method) {
      return new PredictiveValues(
          prevalence,
          estimate(
              positive(prevalence),
              used.positive(prevalence),
              halfPositive,
              method,
              "no case is called positive"),
          estimate(
              negative(prevalence),
              used.negative(prevalence),
              halfNegative,
              method,
              "every case is called positive"));
    }

    private static Estimate estimate(
        double value, double centre, double half, String method, String why) {
      if (Double.isNaN(value)) {
        return Estimate.none(why);
      }
      double logit = Math.log(centre / (1 - centre));
      // Around adjusted shares the interval can miss the value itself.
      return Estimate.of(
          value,
          Math.min(value, 1 / (1 + Math.exp(half - logit))),
          Math.max(value, 1 / (1 + Math.exp(-half - logit))),
          method);
    }
  }

  /** As it stands in files: {@code prevalence}, {@code ppv} and {@code npv}. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("prevalence", prevalence);
    json.set("ppv", positive.toJson());
    json.set("npv", negative.toJson());
    return json;
  }
}
