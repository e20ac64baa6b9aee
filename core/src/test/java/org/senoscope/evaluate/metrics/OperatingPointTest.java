package org.senoscope.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.evaluate.metrics.OperatingPoint.Rule;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

class OperatingPointTest {
  private static final double EXACT = 1e-9;

  static Stream<JsonNode> cases() {
    return StreamSupport.stream(Golden.read("operating.json").get("cases").spliterator(), false);
  }

  static Stream<JsonNode> predictive() {
    return StreamSupport.stream(
        Golden.read("operating.json").get("predictive").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void callsAreThoseOfScikitLearn(JsonNode golden) {
    Sample sample = Golden.sample(golden);
    for (JsonNode expected : golden.get("points")) {
      Rule rule = Rule.parse(expected.get("rule").asText());
      OperatingPoint point = OperatingPoint.choose("pathology", sample, 1, rule, "validation");
      AtOperatingPoint at = point.on(sample, 1);
      assertThat(
              new int[] {
                at.truePositives(), at.falseNegatives(), at.trueNegatives(), at.falsePositives()
              })
          .as(rule.text())
          .containsExactly(
              expected.get("tp").asInt(),
              expected.get("fn").asInt(),
              expected.get("tn").asInt(),
              expected.get("fp").asInt());
      assertThat(at.sensitivity()).isEqualTo(point.sensitivity());
      if (!sample.clustered()) {
        double[] sensitivity = Golden.doubles(expected.at("/wilson/0"));
        double[] specificity = Golden.doubles(expected.at("/wilson/1"));
        assertThat(at.sensitivity().low()).isCloseTo(sensitivity[0], within(EXACT));
        assertThat(at.sensitivity().high()).isCloseTo(sensitivity[1], within(EXACT));
        assertThat(at.specificity().low()).isCloseTo(specificity[0], within(EXACT));
        assertThat(at.specificity().high()).isCloseTo(specificity[1], within(EXACT));
      } else {
        PredictiveValues values = at.atPrevalence(expected.at("/predictive/prevalence").asDouble());
        assertEstimate(values.positive(), expected.at("/predictive/ppv"));
        assertEstimate(values.negative(), expected.at("/predictive/npv"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("predictive")
  void predictiveValuesAreThoseOfTheDeltaMethod(JsonNode golden) {
    PredictiveValues values =
        PredictiveValues.of(
            golden.get("prevalence").asDouble(),
            golden.get("tp").asInt(),
            golden.get("fn").asInt(),
            golden.get("tn").asInt(),
            golden.get("fp").asInt());
    assertEstimate(values.positive(), golden.get("ppv"));
    assertEstimate(values.negative(), golden.get("npv"));
  }

  private static void assertEstimate(Estimate estimate, JsonNode golden) {
    // Derivatives of the golden values are numerical.
    assertThat(estimate.value()).isCloseTo(golden.get("value").asDouble(), within(EXACT));
    assertThat(estimate.low()).isCloseTo(golden.get("low").asDouble(), within(1e-6));
    assertThat(estimate.high()).isCloseTo(golden.get("high").asDouble(), within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5})
  void noOtherThresholdKeepsTheRuleBetter(long seed) {
    Sample sample = Samples.random(seed, 80, 2, 30, 1.5, seed % 2 == 0 ? 1 : 0);
    for (String text : new String[] {"youden", "sensitivity>=0.9", "specificity>=0.75"}) {
      AtOperatingPoint best =
          OperatingPoint.choose("t", sample, 1, Rule.parse(text), "fold1").on(sample, 1);
      double se = best.sensitivity().value();
      double sp = best.specificity().value();
      for (double threshold = 0; threshold <= 1.005; threshold += 0.005) {
        AtOperatingPoint other = AtOperatingPoint.withoutBootstrap(sample, 1, threshold);
        double otherSe = other.sensitivity().value();
        double otherSp = other.specificity().value();
        switch (Rule.parse(text)) {
          case OperatingPoint.Youden() ->
              assertThat(se + sp).isGreaterThanOrEqualTo(otherSe + otherSp - EXACT);
          case OperatingPoint.SensitivityAtLeast(double least) -> {
            assertThat(se).isGreaterThanOrEqualTo(least - EXACT);
            assertThat(otherSe < least - EXACT || otherSp <= sp + EXACT).isTrue();
          }
          case OperatingPoint.SpecificityAtLeast(double least) -> {
            assertThat(sp).isGreaterThanOrEqualTo(least - EXACT);
            assertThat(otherSp < least - EXACT || otherSe <= se + EXACT).isTrue();
          }
        }
      }
    }
  }

  @Test
  void thresholdLiesHalfWayBetweenTheCasesThatItSeparates() {
    Sample sample =
        Samples.binary(new boolean[] {false, false, true, true}, new double[] {.1, .3, .7, .9});
    assertThat(
            OperatingPoint.choose("t", sample, 1, Rule.parse("youden"), "validation").threshold())
        .isEqualTo(.5);
    assertThat(
            OperatingPoint.choose("t", sample, 1, Rule.parse("specificity>=1.0"), "validation")
                .threshold())
        .isEqualTo(.5);
  }

  @Test
  void noCaseIsCalledWhereOnlyThatIsSpecificEnough() {
    Sample sample =
        Samples.binary(new boolean[] {false, false, true, true}, new double[] {1, .3, .7, .9});
    OperatingPoint point =
        OperatingPoint.choose("t", sample, 1, Rule.parse("specificity>=0.9"), "validation");
    assertThat(point.threshold()).isGreaterThan(1);
    assertThat(point.sensitivity().value()).isZero();
    assertThat(point.specificity().value()).isEqualTo(1);
  }

  @Test
  void everyCaseIsCalledWhereOnlyThatIsSensitiveEnough() {
    Sample sample =
        Samples.binary(new boolean[] {false, false, true, true}, new double[] {.5, .3, 0, .9});
    OperatingPoint point =
        OperatingPoint.choose("t", sample, 1, Rule.parse("sensitivity>=0.9"), "validation");
    assertThat(point.threshold()).isZero();
    assertThat(point.sensitivity().value()).isEqualTo(1);
  }

  @Test
  void bothIntervalsOfManyGroupsAgree() {
    Sample sample = Samples.random(3, 900, 2, 300, 0.6, 0);
    AtOperatingPoint at =
        OperatingPoint.choose("t", sample, 1, Rule.parse("sensitivity>=0.7"), "validation")
            .on(Samples.random(4, 900, 2, 300, 0.6, 0), 1);
    for (Estimate[] pair :
        new Estimate[][] {
          {at.sensitivity(), at.sensitivityByBootstrap()},
          {at.specificity(), at.specificityByBootstrap()}
        }) {
      assertThat(pair[1].value()).isEqualTo(pair[0].value());
      double width = pair[0].high() - pair[0].low();
      assertThat(pair[1].low()).isCloseTo(pair[0].low(), within(0.15 * width));
      assertThat(pair[1].high()).isCloseTo(pair[0].high(), within(0.15 * width));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"youden", "sensitivity>=0.95", "specificity>=0.8"})
  void jsonIsReadBackAsItWas(String rule) {
    Sample sample = Samples.random(2, 60, 2, 20, 1, 0);
    OperatingPoint point =
        OperatingPoint.choose("pathology", sample, 1, Rule.parse(rule), "validation");
    JsonNode json = Json.parse(Json.format(point.toJson()), "it");
    assertThat(OperatingPoint.fromJson(json)).isEqualTo(point);
    assertThat(json.get("rule").asText()).isEqualTo(rule);
    assertThat(json.get("chosenOn").asText()).isEqualTo("validation");
    assertThat(point.on(sample, 1).toJson().at("/sensitivity/bootstrap/low").isNumber()).isTrue();
  }

  @Test
  void whatCannotBeIsRefusedWithARemedy() {
    Sample sample = Samples.random(2, 60, 2, 20, 1, 0);
    assertThatThrownBy(() -> OperatingPoint.choose("t", sample, 1, Rule.parse("youden"), "test"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("choose it on validation");
    assertThatThrownBy(() -> Rule.parse("sensitivity>=1.2"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("1.2");
    assertThatThrownBy(() -> Rule.parse("accuracy"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("use youden");
    assertThatThrownBy(() -> Rule.parse("sensitivity>=much")).isInstanceOf(InputException.class);
    Sample one = Samples.binary(new boolean[] {false, false}, new double[] {.1, .2});
    assertThatThrownBy(() -> OperatingPoint.choose("t", one, 1, Rule.parse("youden"), "validation"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("were 0 and 2");
    assertThatThrownBy(() -> OperatingPoint.fromJson(Json.object().put("threshold", -1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("task must be a text")
        .hasMessageContaining("threshold must be")
        .hasMessageContaining("sensitivity must have");
    for (double prevalence : new double[] {0, 1, -1, Double.NaN}) {
      assertThatThrownBy(() -> PredictiveValues.of(prevalence, 1, 1, 1, 1))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("must lie above 0");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.006, 0.05, 0.3, 0.7})
  void predictiveValuesFollowBayesAndRiseWithPrevalence(double prevalence) {
    PredictiveValues values = PredictiveValues.of(prevalence, 45, 5, 80, 20);
    double odds = prevalence / (1 - prevalence) * 0.9 / 0.2;
    assertThat(values.positive().value()).isCloseTo(odds / (1 + odds), within(EXACT));
    PredictiveValues more = PredictiveValues.of(prevalence + 0.1, 45, 5, 80, 20);
    assertThat(more.positive().low()).isGreaterThan(values.positive().low());
    assertThat(more.negative().high()).isLessThan(values.negative().high());
  }

  @Test
  void atThePrevalenceOfTheCasesTheyAreTheSharesOfTheCases() {
    PredictiveValues values = PredictiveValues.of(50 / 150.0, 45, 5, 80, 20);
    assertThat(values.positive().value()).isCloseTo(45 / 65.0, within(EXACT));
    assertThat(values.negative().value()).isCloseTo(80 / 85.0, within(EXACT));
  }

  @Test
  void countsOfZeroStillLeaveDoubt() {
    PredictiveValues perfect = PredictiveValues.of(0.1, 20, 0, 40, 0);
    assertThat(perfect.positive().value()).isEqualTo(1);
    assertThat(perfect.positive().high()).isEqualTo(1);
    assertThat(perfect.positive().low()).isBetween(0.3, 0.7);
    assertThat(perfect.negative().low()).isBetween(0.9, 0.999);
    PredictiveValues silent = PredictiveValues.of(0.1, 0, 20, 40, 0);
    assertThat(silent.positive().why()).isEqualTo("no case is called positive");
    assertThat(silent.negative().hasInterval()).isTrue();
    assertThat(PredictiveValues.of(0.1, 0, 0, 40, 0).negative().known()).isFalse();
  }

  @Test
  void copiesWithinGroupsTellNothingNew() {
    Sample once = Samples.random(3, 80, 2, 80, 1.5, 0);
    int[] fourTimes = IntStream.range(0, 320).map(i -> i / 4).toArray();
    Sample copied =
        Sample.of(
            once.labels(),
            once.positive(),
            Arrays.stream(fourTimes).map(once::truth).toArray(),
            Arrays.stream(fourTimes)
                .mapToObj(i -> Samples.probabilities(once)[i])
                .toArray(double[][]::new),
            fourTimes,
            new boolean[320]);
    PredictiveValues plain = AtOperatingPoint.withoutBootstrap(once, 1, .5).atPrevalence(.1);
    PredictiveValues grouped = AtOperatingPoint.withoutBootstrap(copied, 1, .5).atPrevalence(.1);
    assertThat(grouped.positive().value()).isCloseTo(plain.positive().value(), within(EXACT));
    double width = plain.positive().high() - plain.positive().low();
    // Student's t and the groups' own spread widen it a little.
    assertThat(grouped.positive().high() - grouped.positive().low()).isBetween(width, 1.1 * width);
    assertThat(grouped.toJson().at("/ppv/method").asText()).contains("groups");
  }
}
