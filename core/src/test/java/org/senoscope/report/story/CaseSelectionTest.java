package org.senoscope.report.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.senoscope.evaluate.ScoredCase;

class CaseSelectionTest {
  private static ScoredCase scored(String image, String group, int truth, double... p) {
    return ScoredCase.of(image, group, truth, p, "test");
  }

  private static final List<ScoredCase> CASES =
      List.of(
          scored("right", "a", 0, .9, .1),
          scored("bad", "b", 0, .2, .8),
          scored("worst", "c", 1, .95, .05),
          scored("copy of worst", "c", 1, .94, .06),
          scored("unsure, right", "d", 0, .51, .49),
          scored("unsure, wrong", "e", 0, .48, .52));

  @Test
  void worstAreWrongOnesByTheProbabilityOfTheTruthOneOfAGroup() {
    assertThat(CaseSelection.worst(CASES, 9))
        .extracting(ScoredCase::image)
        .containsExactly("worst", "bad", "unsure, wrong");
    assertThat(CaseSelection.worst(CASES, 1))
        .extracting(ScoredCase::image)
        .containsExactly("worst");
  }

  @Test
  void unsureAreThoseOfTheLowestHighestProbability() {
    assertThat(CaseSelection.unsure(CASES, 3))
        .extracting(ScoredCase::image)
        .containsExactly("unsure, right", "unsure, wrong", "bad");
  }
}
