package org.senoscope.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.senoscope.calibration.ConformalSets;
import org.senoscope.study.Task;

class SetCoverageTest {
  private static final Task TASK = new Task("pathology", List.of("normal", "benign", "malignant"));

  private static ConformalSets limits(double level, double... highest) {
    List<ConformalSets.Limit> limits = new ArrayList<>();
    for (double each : highest) {
      limits.add(new ConformalSets.Limit(20, each));
    }
    return new ConformalSets(level, limits);
  }

  private static Frozen frozen(ConformalSets sets) {
    return new Frozen(List.of(), Map.of("pathology", sets));
  }

  private static ScoredCase scored(String part, int truth, double... probabilities) {
    String image = part + truth + probabilities[0] + probabilities[1];
    return ScoredCase.of(image, image, truth, probabilities, part);
  }

  private static Optional<SetCoverage> of(List<ScoredCase> cases, Map<String, Frozen> frozen) {
    return SetCoverage.of(
        TASK,
        cases,
        TaskEvaluation.sample(TASK, cases),
        part -> frozen.getOrDefault(part, Frozen.NONE));
  }

  @Test
  void eachCaseHasTheSetOfItsOwnFoldsLimits() {
    List<ScoredCase> cases =
        List.of(
            scored("fold1", 0, .7, .2, .1), // normal alone
            scored("fold1", 1, .45, .45, .1), // normal and benign
            scored("fold1", 1, .9, .05, .05), // normal alone, and wrong
            scored("fold2", 1, .45, .45, .1), // none of fold 2's limits lets any in
            scored("fold2", 0, .95, .05, 0));
    SetCoverage found =
        of(
                cases,
                Map.of(
                    "fold1", frozen(limits(.9, .6, .6, .6)),
                    "fold2", frozen(limits(.9, .1, .1, .1))))
            .orElseThrow();
    assertThat(found.level()).isEqualTo(.9);
    assertThat(found.sizes()).containsExactly(1, 3, 1, 0);
    assertThat(found.labels())
        .extracting(SetCoverage.OneLabel::label)
        .containsExactly("normal", "benign");
    assertThat(found.labels()).extracting(SetCoverage.OneLabel::n).containsExactly(2, 3);
    assertThat(found.labels().get(0).holds().value()).isEqualTo(1);
    assertThat(found.labels().get(1).holds().value()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(
            found.toJson().path("byLabel").path("benign").path("holdsTruth").path("low").asDouble())
        .isBetween(0.0, 1 / 3.0);
  }

  @Test
  void partsWithoutSetsOrWithOtherLevelsGiveNone() {
    List<ScoredCase> cases = List.of(scored("fold1", 0, 1, 0, 0), scored("fold2", 1, 0, 1, 0));
    Frozen some = frozen(limits(.9, .5, .5, .5));
    assertThat(of(cases, Map.of("fold1", some))).isEmpty();
    assertThat(of(cases, Map.of("fold1", some, "fold2", frozen(limits(.8, .5, .5, .5))))).isEmpty();
    assertThat(of(cases, Map.of("fold1", some, "fold2", some))).isPresent();
  }

  /**
   * The law: where limits come from cases of the same kind, sets hold each label's truth as often.
   */
  @Test
  void setsOfLikeCasesHoldTheTruthAsOftenAsTheySay() {
    Random random = new Random(8);
    double[][] calibration = new double[3000][];
    int[] truths = new int[3000];
    for (int i = 0; i < truths.length; i++) {
      truths[i] = i % 3;
      calibration[i] = drawn(random, truths[i]);
    }
    ConformalSets sets = ConformalSets.fit(calibration, truths, .9);
    List<ScoredCase> cases = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      cases.add(ScoredCase.of("i" + i, "i" + i, i % 3, drawn(random, i % 3), "test"));
    }
    SetCoverage found = of(cases, Map.of("test", frozen(sets))).orElseThrow();
    for (SetCoverage.OneLabel one : found.labels()) {
      assertThat(one.holds().value()).as(one.label()).isCloseTo(.9, within(.025));
    }
    assertThat(found.sizes().stream().mapToInt(size -> size).sum()).isEqualTo(3000);
  }

  private static double[] drawn(Random random, int truth) {
    double[] odds = new double[3];
    double sum = 0;
    for (int label = 0; label < 3; label++) {
      odds[label] = Math.exp(random.nextGaussian() + (label == truth ? 1.5 : 0));
      sum += odds[label];
    }
    for (int label = 0; label < 3; label++) {
      odds[label] /= sum;
    }
    return odds;
  }
}
