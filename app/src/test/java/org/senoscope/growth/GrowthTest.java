package org.senoscope.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrowthTest {
  private static final MadeSet SET = new MadeSet(1, 1024);
  private static final Growth.Machine MACHINE = new Growth.Machine("a processor", 2, 1L << 34, .5);

  private static Size size(int images, double exponent) {
    Size size = Size.begin(images, "here", SET.planted(images)).finding(SET.planted(images));
    for (Step step : Step.values()) {
      size =
          size.with(
              step, new Measured(9, .02 * Math.pow(images, exponent), 101L << 20, 300L << 20));
    }
    return size;
  }

  private static Growth growth(double exponent, int... images) {
    return new Growth(
        SET,
        MACHINE,
        java.util.Arrays.stream(images).mapToObj(count -> size(count, exponent)).toList());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, .5, 1, 1.3, 2})
  void theExponentIsThePowerByWhichTimeGrows(double exponent) {
    Growth growth = growth(exponent, 1000, 2000, 8000, 100_000);
    for (Step step : Step.values()) {
      assertThat(growth.exponent(step)).hasValueCloseTo(exponent, within(1e-9));
      assertThat(growth.lastExponent(step)).hasValueCloseTo(exponent, within(1e-9));
    }
  }

  @Test
  void theLastExponentIsOfTheTwoLargestSizesAlone() {
    Growth growth = new Growth(SET, MACHINE, List.of(size(1000, 0), size(2000, 1), size(4000, 1)));
    assertThat(growth.lastExponent(Step.AUDIT)).hasValueCloseTo(1.0, within(1e-9));
    assertThat(growth.exponent(Step.AUDIT).getAsDouble()).isGreaterThan(2);
  }

  @Test
  void oneSizeTellsNoExponentAndSaysWhy() {
    JsonNode json = growth(1, 1000).toJson();
    assertThat(json.path("growth")).hasSize(4);
    assertThat(json.path("growth").get(0).path("exponent").isNull()).isTrue();
    assertThat(json.path("growth").get(0).path("why").asText()).isNotBlank();
  }

  @Test
  void figuresHaveTheFormOfEveryBench() {
    JsonNode json = growth(1, 1000, 2000).toJson();
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/bench/1");
    assertThat(json.path("machine").path("cores").asInt()).isEqualTo(2);
    assertThat(json.path("results")).hasSize(2 * 4 * 4);
    JsonNode audited =
        json.path("results")
            .valueStream()
            .filter(each -> each.path("name").asText().equals("audit of 2000 images: memory"))
            .findFirst()
            .orElseThrow();
    assertThat(audited.path("unit").asText()).isEqualTo("MB");
    assertThat(audited.path("value").asDouble()).isEqualTo(101);
    assertThat(json.path("copies").get(1).path("planted"))
        .isEqualTo(json.path("copies").get(1).path("found"));
  }

  @Test
  void aSizeComesBackFromItsFile() {
    Size whole = size(2000, 1);
    assertThat(Size.of(whole.toJson())).isEqualTo(whole);
    assertThat(whole.isDone()).isTrue();
    Size begun =
        Size.begin(100, "here", SET.planted(100)).with(Step.IMPORT, new Measured(1, 2, 3, 4));
    assertThat(Size.of(begun.toJson())).isEqualTo(begun);
    assertThat(begun.isDone()).isFalse();
  }

  @Test
  void theTableHasARowForEachSizeAndStep() {
    String text = growth(1, 1000, 2000).toText();
    assertThat(text.lines().filter(line -> line.matches("\\s+(1000|2000)  \\w+ .*"))).hasSize(8);
    assertThat(text).contains("1.00 (1.00)");
  }
}
