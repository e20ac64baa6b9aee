package org.senoscope.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.OperatingPoint;
import org.senoscope.study.Task;

class FrozenPointTest {
  private static final Task TASK = new Task("pathology", List.of("benign", "malignant"));

  private static OperatingPoint point(double threshold, String rule, String chosenOn) {
    Estimate unused = Estimate.none("not needed");
    return new OperatingPoint(
        "pathology",
        "malignant",
        threshold,
        OperatingPoint.Rule.parse(rule),
        chosenOn,
        100,
        100,
        unused,
        unused);
  }

  /** Of each part ten cases of probability .1 to 1, the five highest malignant. */
  private static List<ScoredCase> cases(String... parts) {
    List<ScoredCase> cases = new ArrayList<>();
    for (String part : parts) {
      for (int i = 1; i <= 10; i++) {
        String image = part + i;
        double p = i / 10.0;
        cases.add(ScoredCase.of(image, image, i > 5 ? 1 : 0, new double[] {1 - p, p}, part));
      }
    }
    return cases;
  }

  private static List<FrozenPoint> of(
      List<ScoredCase> cases, Map<String, List<OperatingPoint>> points) {
    return FrozenPoint.of(
        TASK,
        cases,
        TaskEvaluation.sample(TASK, cases),
        part -> points.getOrDefault(part, List.of()),
        1);
  }

  @Test
  void eachFoldIsCalledByItsOwnThreshold() {
    FrozenPoint point =
        of(
                cases("fold1", "fold2"),
                Map.of(
                    "fold1", List.of(point(.35, "youden", "inner")),
                    "fold2", List.of(point(.85, "youden", "inner"))))
            .getFirst();
    // Of fold1 .4 and .5 are false alarms; of fold2 .9 and 1 alone are found.
    assertThat(point.at().truePositives()).isEqualTo(5 + 2);
    assertThat(point.at().falsePositives()).isEqualTo(2);
    assertThat(point.at().threshold()).isNaN();
    assertThat(point.toJson().path("threshold").isNull()).isTrue();
    assertThat(point.thresholds()).isEqualTo(Map.of("fold1", .35, "fold2", .85));
    assertThat(point.at().sensitivity().hasInterval()).isTrue();
    assertThat(point.at().sensitivityByBootstrap().hasInterval()).isTrue();
  }

  @Test
  void thresholdIsNeverAppliedToWhatChoseIt() {
    OperatingPoint chosen = point(.55, "youden", "validation");
    assertThat(of(cases("validation"), Map.of("validation", List.of(chosen)))).isEmpty();
    assertThat(of(cases("test"), Map.of("test", List.of(chosen)))).hasSize(1);
  }

  @Test
  void ruleThatSomePartLacksIsLeftOut() {
    List<FrozenPoint> found =
        of(
            cases("fold1", "fold2"),
            Map.of(
                "fold1",
                List.of(point(.3, "sensitivity>=0.9", "inner"), point(.5, "youden", "inner")),
                "fold2",
                List.of(point(.5, "youden", "inner"))));
    assertThat(found).extracting(FrozenPoint::rule).containsExactly("youden");
  }

  @Test
  void statedPrevalenceReachesEachPoint() {
    FrozenPoint point =
        of(cases("test"), Map.of("test", List.of(point(.35, "youden", "validation"))))
            .getFirst()
            .atPrevalence(.01);
    // Sensitivity 1, specificity 3/5.
    assertThat(point.predictive().orElseThrow().positive().value())
        .isCloseTo(.01 / (.01 + .99 * .4), org.assertj.core.api.Assertions.within(1e-12));
  }
}
