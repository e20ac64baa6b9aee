package org.senoscope.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.senoscope.calibration.AnswerRule;
import org.senoscope.calibration.Logits;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.evaluate.metrics.OperatingPoint;
import org.senoscope.evaluate.metrics.Sample;
import org.senoscope.study.Task;

/**
 * Fits how answers are calibrated and limited, and freezes their operating points, on cases that
 * the network has not seen.
 */
final class AnswerRules {
  private AnswerRules() {}

  /**
   * What was fitted for each task.
   *
   * @param uncalibrated what networks said of cases that they had not seen
   * @param wanted level of the sets, rules of the operating points
   * @param chosenOn what the cases are, in words; never a part that will be scored
   */
  static Map<Task, Answering> fit(
      List<EvaluatePredictions.Scores> uncalibrated, Recipe.Calibration wanted, String chosenOn) {
    Map<Task, Answering> rules = new LinkedHashMap<>();
    for (EvaluatePredictions.Scores scores : uncalibrated) {
      List<ScoredCase> cases = scores.cases();
      AnswerRule rule =
          AnswerRule.fit(
              cases.stream().map(AnswerRules::logits).toArray(double[][]::new),
              cases.stream().mapToInt(ScoredCase::truth).toArray(),
              cases.stream().map(ScoredCase::group).toList(),
              wanted.level());
      rules.put(
          scores.task(), new Answering(rule, points(scores.task(), cases, rule, wanted, chosenOn)));
    }
    return rules;
  }

  private static double[] logits(ScoredCase scored) {
    return Logits.ofProbabilities(scored.probabilityArray());
  }

  /** Thresholds on the probabilities as users get them; none where a side has no case. */
  private static List<OperatingPoint> points(
      Task task,
      List<ScoredCase> cases,
      AnswerRule rule,
      Recipe.Calibration wanted,
      String chosenOn) {
    List<ScoredCase> answered =
        cases.stream()
            .map(
                scored ->
                    new ScoredCase(
                        scored.image(),
                        scored.group(),
                        scored.truth(),
                        Arrays.stream(rule.probabilities(logits(scored))).boxed().toList(),
                        scored.part(),
                        false))
            .toList();
    Sample sample = TaskEvaluation.sample(task, answered);
    int positive = sample.positive();
    if (positive < 0
        || sample.counts()[positive] == 0
        || sample.counts()[positive] == sample.size()) {
      return List.of();
    }
    List<OperatingPoint> points = new ArrayList<>();
    for (OperatingPoint.Rule each : wanted.operatingPoints()) {
      points.add(OperatingPoint.choose(task.name(), sample, positive, each, chosenOn));
    }
    return points;
  }
}
