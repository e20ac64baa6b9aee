package org.senoscope.dataset.importer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredNamesTest {
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          benign/benign (1).png, images/benign/benign (1).png
          Krümel.png, images/Kr_mel.png
          ../../etc/passwd, images/_../_../etc/passwd
          .hidden, images/_.hidden
          -rf.png, images/_-rf.png
          a//b, images/a/_/b
          """)
  void aNameIsSafeAndKnownAgain(String source, String stored) {
    assertThat(new StoredNames().under("images", source)).isEqualTo(stored);
  }

  @Test
  void noTwoNamesAreTheSameEvenWithoutCase() {
    StoredNames names = new StoredNames();
    assertThat(names.under("images", "a:.png")).isEqualTo("images/a_.png");
    assertThat(names.under("images", "a?.png")).isEqualTo("images/a_~2.png");
    assertThat(names.under("images", "A_.PNG")).isEqualTo("images/A_~3.PNG");
    assertThat(names.under("masks", "a:.png")).isEqualTo("masks/a_.png");
  }

  @Test
  void aLongNameIsCutAndKeepsItsEnding() {
    String name = new StoredNames().under("images", "x".repeat(300) + ".png");
    assertThat(name).hasSizeLessThan(140).endsWith("x.png");
  }
}
