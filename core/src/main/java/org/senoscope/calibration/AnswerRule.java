package org.senoscope.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * How logits of a task become an answer: calibrated probabilities, and the set of labels that hold
 * the truth as often as promised. Fitted on cases that the network has not seen.
 *
 * @param calibration which, and what speaks for it
 * @param sets limits on the calibrated probabilities
 */
public record AnswerRule(CalibrationChoice calibration, ConformalSets sets) {
  /**
   * Fits a rule. The limits of the sets come from probabilities that are as good on these cases as
   * on new ones: each group's by a calibration that was fitted on the others.
   *
   * @param logits a row for each case, one number for each label
   * @param truth the label of each case, from 0
   * @param groups the group of each case: what belongs to one woman, and copies
   * @param level of the sets
   * @throws IllegalArgumentException when the arrays do not fit together
   */
  public static AnswerRule fit(double[][] logits, int[] truth, List<String> groups, double level) {
    CalibrationChoice choice = CalibrationChoice.choose(logits, truth, groups);
    double[][] probabilities =
        choice.folds() == 0
            ? uncalibrated(logits)
            : CrossFit.of(logits, truth, groups).probabilities(choice.calibrator().method());
    return new AnswerRule(choice, ConformalSets.fit(probabilities, truth, level));
  }

  private static double[][] uncalibrated(double[][] logits) {
    Calibrator none = new Uncalibrated();
    double[][] probabilities = new double[logits.length][];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = none.probabilities(logits[i]);
    }
    return probabilities;
  }

  /** Whether both parts are of a task with so many labels. */
  public boolean suits(int labels) {
    return calibration.calibrator().suits(labels) && sets.limits().size() == labels;
  }

  /**
   * Calibrated probabilities, one for each label, summing to 1.
   *
   * @param logits one for each label, see {@link Logits#ofOutput}
   */
  public double[] probabilities(double[] logits) {
    return calibration.calibrator().probabilities(logits);
  }

  /** The object that {@link #parse} reads. */
  public ObjectNode toJson() {
    ObjectNode json = calibration.toJson();
    json.set("sets", sets.toJson());
    return json;
  }

  /**
   * Reads what {@link #toJson} gives.
   *
   * @param labels of the task
   * @throws org.senoscope.work.InputException saying what is wrong with it
   */
  public static AnswerRule parse(JsonNode json, int labels) {
    return new AnswerRule(
        CalibrationChoice.parse(json, labels), ConformalSets.parse(json.path("sets"), labels));
  }
}
