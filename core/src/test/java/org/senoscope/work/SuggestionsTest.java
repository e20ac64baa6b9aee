package org.senoscope.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
  private static final List<String> KNOWN = List.of("height", "width", "fit", "learning-rate");

  @ParameterizedTest
  @CsvSource({"hieght,height", "Width,width", "fti,fit", "learning_rate,learning-rate", "lr,fit"})
  void theNearestNeedsTheFewestLettersChanged(String written, String nearest) {
    assertThat(Suggestions.nearest(written, KNOWN)).contains(nearest);
  }

  @ParameterizedTest
  @CsvSource({"height", "width", "fit"})
  void aKnownNameIsItsOwnNearest(String name) {
    assertThat(Suggestions.nearest(name, KNOWN)).contains(name);
  }
}
