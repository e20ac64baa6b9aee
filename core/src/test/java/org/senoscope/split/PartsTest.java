package org.senoscope.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.work.InputException;

class PartsTest {
  @Test
  void aHoldOutHasTheSharesItWasAsked() {
    assertThat(Parts.holdout("70/15/15").shares())
        .containsExactlyInAnyOrderEntriesOf(
            java.util.Map.of("train", .7, "validation", .15, "test", .15));
    assertThat(Parts.holdout(" 62.5/12.5/25 ").shares().get("train")).isEqualTo(.625);
  }

  @Test
  void aPartOfZeroIsLeftAway() {
    assertThat(Parts.holdout("80/0/20").names()).containsExactly("train", "test");
  }

  @Test
  void foldsAreEqualAndNumberedFromOne() {
    assertThat(Parts.folds(3).names()).containsExactly("fold1", "fold2", "fold3");
    assertThat(Parts.folds(3).shares().values()).allMatch(share -> share == 1.0 / 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "70", "70/30", "70/15/16", "100/0/0", "-10/60/50", "a/b/c", "NaN/50/50"})
  void whatIsNoRatioIsRefused(String ratio) {
    assertThatThrownBy(() -> Parts.holdout(ratio))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("\"" + ratio + "\"", "70/15/15");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 101})
  void tooFewOrTooManyFoldsAreRefused(int folds) {
    assertThatThrownBy(() -> Parts.folds(folds))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was " + folds);
  }
}
