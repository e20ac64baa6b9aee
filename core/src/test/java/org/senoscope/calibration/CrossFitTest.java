package org.senoscope.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No case is calibrated by a fit that has seen it or its group. */
class CrossFitTest {
  private static final int CASES = 150;

  private static List<String> groups(int n) {
    return IntStream.range(0, CASES).mapToObj(i -> "group" + i * i % 1009 % n).toList();
  }

  private static CrossFit of(Simulated cases, List<String> groups) {
    return CrossFit.of(cases.logits(), cases.truth(), groups);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 20, 400})
  void groupsAreNeverCutAndNoFoldIsEmpty(int n) {
    for (long seed = 0; seed < 5; seed++) {
      List<String> groups = groups(n);
      CrossFit crossFit = of(Simulated.of(seed, CASES, 3, 1), groups);
      Map<String, Integer> foldOf = new HashMap<>();
      for (int i = 0; i < CASES; i++) {
        int fold = crossFit.fold(i);
        assertThat(foldOf.computeIfAbsent(groups.get(i), _ -> fold)).isEqualTo(fold);
      }
      int distinct = foldOf.size();
      assertThat(crossFit.folds()).isEqualTo(Math.min(5, distinct));
      assertThat(foldOf.values())
          .containsAll(IntStream.range(0, crossFit.folds()).boxed().toList());
    }
  }

  @Test
  void loneCasesGiveEachFoldItsShareOfEachLabel() {
    Simulated cases = Simulated.of(1, CASES, 3, 1);
    CrossFit crossFit = of(cases, IntStream.range(0, CASES).mapToObj(i -> "case" + i).toList());
    for (int label = 0; label < 3; label++) {
      int[] counts = new int[5];
      for (int i = 0; i < CASES; i++) {
        counts[crossFit.fold(i)] += cases.truth()[i] == label ? 1 : 0;
      }
      assertThat(
              Arrays.stream(counts).max().orElseThrow() - Arrays.stream(counts).min().orElseThrow())
          .isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void casesOfOneFoldDoNotShapeEachOther(CalibrationMethod method) {
    Simulated cases = Simulated.of(2, CASES, 3, 0.5);
    List<String> groups = groups(20);
    CrossFit crossFit = of(cases, groups);
    double[][] before = crossFit.probabilities(method);
    double[][] logits = cases.logits().clone();
    logits[7] = new double[] {40, -40, 3};
    CrossFit other = CrossFit.of(logits, cases.truth(), groups);
    double[][] after = other.probabilities(method);
    Set<Integer> changed = new TreeSet<>();
    for (int i = 0; i < CASES; i++) {
      assertThat(other.fold(i)).isEqualTo(crossFit.fold(i));
      if (i != 7 && !Arrays.equals(after[i], before[i])) {
        changed.add(crossFit.fold(i));
      }
    }
    Set<Integer> others = new TreeSet<>(List.of(0, 1, 2, 3, 4));
    others.remove(crossFit.fold(7));
    assertThat(changed).isEqualTo(others);
  }

  @Test
  void orderOfTheCasesIsNothing() {
    Simulated cases = Simulated.of(3, CASES, 2, 1);
    List<String> groups = groups(30);
    CrossFit crossFit = of(cases, groups);
    int[] order = Shuffle.of(CASES, 5);
    CrossFit shuffled = of(cases.at(order), Arrays.stream(order).mapToObj(groups::get).toList());
    for (int i = 0; i < CASES; i++) {
      assertThat(shuffled.fold(i)).isEqualTo(crossFit.fold(order[i]));
    }
  }

  @Test
  void oneGroupIsRefused() {
    Simulated cases = Simulated.of(1, 10, 2, 1);
    assertThatThrownBy(() -> of(cases, Collections.nCopies(10, "one")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two groups or more");
    assertThatThrownBy(() -> of(cases, List.of("one", "two")))
        .hasMessageContaining("Each of 10 cases needs a group, were 2");
  }
}
