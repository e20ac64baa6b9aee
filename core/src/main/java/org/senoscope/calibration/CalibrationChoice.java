package org.senoscope.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.senoscope.files.Json;

/**
 * Which calibration validation cases speak for, and what each would have made of them.
 *
 * <p>Each method is scored on folds that it was not fitted on ({@link CrossFit}); the least mean
 * log loss is best, the least Brier score among equals. A method with more freedom must earn it
 * (the one-standard-error rule of Breiman, Friedman, Olshen and Stone, 1984): chosen is the
 * simplest one that the best does not beat by more than one standard error of the difference
 * between the two, taken over groups, case by case. So no calibration stays unless one is clearly
 * better. The chosen method is then fitted on all cases.
 *
 * <p>The figure of {@link CalibrationMethod#NONE} is the one before, that of the chosen method the
 * one after; the second was chosen among five and may flatter a little. A test part tells.
 *
 * @param calibrator the chosen method, fitted on all cases
 * @param candidates the methods tried, from the simplest; no calibration is always there
 * @param cases how many there were
 * @param groups of how many groups
 * @param folds that they were dealt out to; 0 where there was but one group, and nothing was tried
 * @param why the choice in one sentence
 */
public record CalibrationChoice(
    Calibrator calibrator,
    List<Candidate> candidates,
    int cases,
    int groups,
    int folds,
    String why) {
  /**
   * A method that was tried.
   *
   * @param method its name
   * @param score on cases that it was not fitted on
   * @param behind its log loss less the best method's
   * @param standardError of that difference, over groups
   */
  public record Candidate(
      CalibrationMethod method, ProperScore score, double behind, double standardError) {
    boolean isAsGoodAsTheBest() {
      return behind <= standardError;
    }
  }

  public CalibrationChoice {
    candidates = List.copyOf(candidates);
    if (candidates.isEmpty() || candidates.getFirst().method != CalibrationMethod.NONE) {
      throw new IllegalArgumentException("candidates must begin with no calibration");
    }
    if (candidates.stream().noneMatch(each -> each.method == calibrator.method())) {
      throw new IllegalArgumentException(
          "calibration by %s is not among the candidates".formatted(calibrator.method().text()));
    }
  }

  /**
   * Chooses on validation cases. Cases of one group alone leave nothing to choose by: no
   * calibration.
   *
   * @param logits a row for each case, one logit for each label
   * @param truth the label of each case, from 0
   * @param groups the group of each case: what belongs to one woman, and copies
   * @throws IllegalArgumentException when the arrays do not fit together
   */
  public static CalibrationChoice choose(double[][] logits, int[] truth, List<String> groups) {
    if (CrossFit.count(groups) < 2) {
      return untried(logits, truth);
    }
    CrossFit crossFit = CrossFit.of(logits, truth, groups);
    List<Trial> trials = new ArrayList<>();
    for (CalibrationMethod method : CalibrationMethod.values()) {
      trials.add(Trial.of(method, crossFit.probabilities(method), truth));
    }
    Trial best =
        trials.stream()
            .min(
                Comparator.comparingDouble((Trial each) -> each.score.logLoss())
                    .thenComparingDouble(each -> each.score.brier()))
            .orElseThrow();
    List<Candidate> candidates =
        trials.stream().map(each -> each.against(best, crossFit.groups())).toList();
    Candidate chosen =
        candidates.stream().filter(Candidate::isAsGoodAsTheBest).findFirst().orElseThrow();
    return new CalibrationChoice(
        chosen.method.fit(logits, truth),
        candidates,
        truth.length,
        crossFit.groups().size(),
        crossFit.folds(),
        why(chosen, best.method));
  }

  private static CalibrationChoice untried(double[][] logits, int[] truth) {
    Calibrator none = CalibrationMethod.NONE.fit(logits, truth);
    double[][] probabilities = new double[truth.length][];
    for (int i = 0; i < truth.length; i++) {
      probabilities[i] = none.probabilities(logits[i]);
    }
    return new CalibrationChoice(
        none,
        List.of(new Candidate(CalibrationMethod.NONE, ProperScore.of(probabilities, truth), 0, 0)),
        truth.length,
        1,
        0,
        "all cases are of one group, so that no method can be tried on cases that it has not seen");
  }

  private static String why(Candidate chosen, CalibrationMethod best) {
    return chosen.method == best
        ? "%s has the least log loss, and no simpler method is within a standard error of it"
            .formatted(best.text())
        : String.format(
            Locale.ROOT,
            "%s is the simplest method within a standard error of %s: its log loss is %.4f more,"
                + " give or take %.4f",
            chosen.method.text(),
            best.text(),
            chosen.behind,
            chosen.standardError);
  }

  /** The score without any calibration. */
  public ProperScore before() {
    return candidates.getFirst().score;
  }

  /** The score of the chosen method, on cases that it was not fitted on. */
  public ProperScore after() {
    return candidates.stream()
        .filter(each -> each.method == calibrator.method())
        .findFirst()
        .orElseThrow()
        .score;
  }

  /** The object that {@link #parse} reads. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.set("calibration", calibrator.toJson());
    ArrayNode array = json.putArray("candidates");
    for (Candidate each : candidates) {
      array
          .addObject()
          .put("method", each.method.text())
          .put("logLoss", each.score.logLoss())
          .put("brier", each.score.brier())
          .put("behind", each.behind)
          .put("standardError", each.standardError);
    }
    return json.put("cases", cases).put("groups", groups).put("folds", folds).put("why", why);
  }

  /**
   * Reads what {@link #toJson} gives.
   *
   * @param labels of the task
   * @throws org.senoscope.work.InputException saying what is wrong with it
   */
  public static CalibrationChoice parse(JsonNode json, int labels) {
    Fields fields = new Fields("calibration choice", json);
    return fields.checked(
        () ->
            new CalibrationChoice(
                Calibrator.parse(fields.node("calibration"), labels),
                fields.objects("candidates").stream().map(CalibrationChoice::candidate).toList(),
                fields.wholeNumber("cases"),
                fields.wholeNumber("groups"),
                fields.wholeNumber("folds"),
                fields.text("why")));
  }

  private static Candidate candidate(Fields fields) {
    return new Candidate(
        fields.method(),
        new ProperScore(fields.number("logLoss"), fields.number("brier")),
        fields.number("behind"),
        fields.number("standardError"));
  }

  /** A method's losses, case by case. */
  private static final class Trial {
    private final CalibrationMethod method;
    private final ProperScore score;
    private final double[] losses;

    private Trial(CalibrationMethod method, ProperScore score, double[] losses) {
      this.method = method;
      this.score = score;
      this.losses = losses;
    }

    static Trial of(CalibrationMethod method, double[][] probabilities, int[] truth) {
      double[] losses = new double[truth.length];
      for (int i = 0; i < losses.length; i++) {
        losses[i] = ProperScore.surprise(probabilities[i], truth[i]);
      }
      return new Trial(method, ProperScore.of(probabilities, truth), losses);
    }

    Candidate against(Trial best, List<int[]> groups) {
      double behind = score.logLoss() - best.score.logLoss();
      double square = 0;
      for (int[] group : groups) {
        double sum = 0;
        for (int i : group) {
          sum += losses[i] - best.losses[i] - behind;
        }
        square += sum * sum;
      }
      double correction = groups.size() / (groups.size() - 1.0);
      return new Candidate(method, score, behind, Math.sqrt(correction * square) / losses.length);
    }
  }
}
