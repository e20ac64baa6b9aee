package org.senoscope.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.senoscope.calibration.AnswerRule;
import org.senoscope.calibration.Logits;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.study.Task;

/** Fits how answers are calibrated and limited on cases that the network has not seen. */
final class AnswerRules {
  private AnswerRules() {}

  /**
   * A rule for each task.
   *
   * @param uncalibrated what networks said of cases that they had not seen
   * @param level of the sets
   */
  static Map<Task, AnswerRule> fit(List<EvaluatePredictions.Scores> uncalibrated, double level) {
    Map<Task, AnswerRule> rules = new LinkedHashMap<>();
    for (EvaluatePredictions.Scores scores : uncalibrated) {
      List<ScoredCase> cases = scores.cases();
      rules.put(
          scores.task(),
          AnswerRule.fit(
              cases.stream()
                  .map(scored -> Logits.ofProbabilities(scored.probabilityArray()))
                  .toArray(double[][]::new),
              cases.stream().mapToInt(ScoredCase::truth).toArray(),
              cases.stream().map(ScoredCase::group).toList(),
              level));
    }
    return rules;
  }
}
