package org.senoscope.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

class AnswerRuleTest {
  private static final int CASES = 600;

  private final double[][] logits = new double[CASES][];
  private final int[] truth = new int[CASES];
  private final List<String> groups = new ArrayList<>();

  /** Logits three times too large for what they know. */
  private AnswerRule fit(double level) {
    Random random = new Random(3);
    groups.clear();
    for (int i = 0; i < CASES; i++) {
      truth[i] = i % 3;
      logits[i] = new double[3];
      for (int label = 0; label < 3; label++) {
        logits[i][label] = 3 * (random.nextGaussian() + (label == truth[i] ? 1.5 : 0));
      }
      groups.add("g" + i / 2);
    }
    return AnswerRule.fit(logits, truth, groups, level);
  }

  @Test
  void overconfidentLogitsAreTamedAndSetsHoldTheirLevel() {
    AnswerRule rule = fit(.9);
    assertThat(rule.calibration().after().logLoss())
        .isLessThan(rule.calibration().before().logLoss() - .1);
    for (int label = 0; label < 3; label++) {
      int held = 0;
      for (int i = label; i < CASES; i += 3) {
        held += rule.sets().set(rule.probabilities(logits[i])).contains(label) ? 1 : 0;
      }
      // 200 cases of each label; the fit has seen them, so the share is near the level.
      assertThat(held / 200.0).isBetween(.85, .95);
    }
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    AnswerRule rule = fit(.8);
    ObjectNode json = rule.toJson();
    assertThat(AnswerRule.parse(Json.parse(json.toString(), "rule"), 3)).isEqualTo(rule);
    assertThat(rule.suits(3)).isTrue();
    assertThat(rule.suits(2)).isFalse();
    assertThatThrownBy(() -> AnswerRule.parse(json, 4)).isInstanceOf(InputException.class);
    json.remove("sets");
    assertThatThrownBy(() -> AnswerRule.parse(json, 3)).isInstanceOf(InputException.class);
  }

  @Test
  void casesOfOneGroupGiveLimitsAndNoCalibration() {
    double[][] few = {{1, 0}, {0, 1}};
    AnswerRule rule = AnswerRule.fit(few, new int[] {0, 1}, List.of("a", "a"), .9);
    assertThat(rule.calibration().calibrator()).isEqualTo(new Uncalibrated());
    assertThat(rule.sets().set(rule.probabilities(few[0]))).as("too few").containsExactly(0, 1);
  }
}
