package org.senoscope.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/** What an evaluation tells beside its metrics: flow, subgroups, refusal, curves, prevalence. */
class EvaluationFactsTest {
  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void write() throws IOException {
    dataset = SmallCohort.write(folder.resolve("small"));
  }

  private Evaluation ofFile(List<ScoredCase> cases) throws IOException {
    Path file = folder.resolve("p.csv");
    PredictionsFile.write(file, SmallCohort.TASK.labels(), cases);
    return EvaluatePredictions.run(file, Optional.of(dataset));
  }

  @Test
  void flowOfAHoldOutAccountsForEveryRowOfTheManifest() throws IOException {
    SmallCohort.split(dataset);
    Evaluation evaluation =
        new EvaluateModel(image -> 0)
            .run(
                SmallCohort.candidate(SmallCohort.elsewhere()),
                dataset,
                Optional.empty(),
                Progress.NONE);
    JsonNode flow = evaluation.toJson().path("flow");
    assertThat(flow.path("imported").asInt()).isEqualTo(SmallCohort.IMAGES);
    assertThat(flow.path("analysed").asInt()).isEqualTo(20);
    Map<String, Integer> elsewhere = new TreeMap<>();
    flow.path("notScoredHere")
        .forEach(each -> elsewhere.put(each.path("reason").asText(), each.path("images").asInt()));
    assertThat(elsewhere)
        .isEqualTo(
            Map.of(
                "in part train, not scored here", 20, "in part validation, not scored here", 20));
    JsonNode parts = evaluation.toJson().path("split").path("parts");
    assertThat(parts.path("test").path("groups").asInt()).isEqualTo(10);
  }

  @Test
  void burntInTextOfTheAuditMakesSubgroupsOfThisManifestAlone() throws IOException {
    ObjectNode audit = Json.object("audit").put("groups", 30);
    audit.put("manifestSha256", Hashes.sha256(dataset.manifestFile()));
    ArrayNode named = audit.putArray("burntInTextImages");
    IntStream.range(0, 24).forEach(i -> named.add(SmallCohort.image(i)));
    Path file = dataset.root().resolve("audit.json");
    Json.write(file, audit);
    List<Subgroup> found = ofFile(SmallCohort.outOfFold(1)).first().subgroups();
    assertThat(found)
        .filteredOn(subgroup -> subgroup.by().equals("burnt-in text"))
        .extracting(Subgroup::value, Subgroup::n)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("no", 36),
            org.assertj.core.groups.Tuple.tuple("yes", 24));
    Files.delete(file);
    Json.write(file, audit.put("manifestSha256", "of another manifest"));
    assertThat(ofFile(SmallCohort.outOfFold(1)).first().subgroups())
        .extracting(Subgroup::by)
        .containsOnly("laterality");
  }

  @Test
  void referralBalanceCountsWhoIsHandedToAPerson() throws IOException {
    // All right breasts of malignant cases are referred, and nothing else.
    List<ScoredCase> cases =
        SmallCohort.outOfFold(1).stream()
            .map(
                scored ->
                    scored.referred(
                        scored.truth() == 2
                            && Integer.parseInt(scored.image().replaceAll("\\D", "")) % 2 == 1))
            .toList();
    ReferralBalance balance = ofFile(cases).first().referral();
    assertThat(balance.whole().value()).isCloseTo(10 / 60.0, within(1e-12));
    Map<String, Double> shares = new TreeMap<>();
    balance.parts().forEach(part -> shares.put(part.value(), part.referred().value()));
    assertThat(shares)
        .isEqualTo(Map.of("normal", 0., "benign", 0., "malignant", .5, "L", 0., "R", 1 / 3.));
    assertThat(
            balance.parts().stream()
                .filter(part -> part.differsFrom(balance.whole()))
                .map(ReferralBalance.Part::value))
        .containsExactly("malignant", "L", "R");
    assertThat(balance.parts())
        .allSatisfy(part -> assertThat(part.referred().hasInterval()).isTrue());
  }

  @Test
  void modelThatRefersNobodyHasNoBalance() throws IOException {
    ReferralBalance balance = ofFile(SmallCohort.outOfFold(1)).first().referral();
    assertThat(balance.parts()).isEmpty();
    assertThat(balance.whole().why()).contains("no case was referred");
  }

  @Test
  void curvesStandInTheFileAndAgreeWithTheMetrics() throws IOException {
    Evaluation evaluation = ofFile(SmallCohort.outOfFold(1));
    JsonNode json = evaluation.toJson();
    assertThat(json.path("precisionRecall").properties().stream().map(Map.Entry::getKey))
        .containsExactly("normal", "benign", "malignant");
    assertThat(json.path("decisionCurve").path("label").asText()).isEqualTo("malignant");
    JsonNode full = json.path("riskCoverage").path("points").path(99);
    assertThat(full.path("coverage").asDouble()).isEqualTo(1);
    assertThat(full.path("selectiveAccuracy").path("value").asDouble())
        .isCloseTo(json.path("metrics").path("accuracy").path("value").asDouble(), within(1e-12));
    assertThat(evaluation.first().curves().named().kept()).isGreaterThanOrEqualTo(.8);
  }

  @Test
  void predictiveValuesFollowBayesAtTheStatedPrevalence() throws IOException {
    Evaluation evaluation = ofFile(SmallCohort.outOfFold(1));
    assertThat(evaluation.toJson().path("predictiveValues").isNull()).isTrue();
    double prevalence = .006;
    JsonNode json = evaluation.atPrevalence(prevalence).toJson();
    double sensitivity = json.path("metrics").path("sensitivity").path("value").asDouble();
    double specificity = json.path("metrics").path("specificity").path("value").asDouble();
    double called = prevalence * sensitivity;
    assertThat(json.path("predictiveValues").path("ppv").path("value").asDouble())
        .isCloseTo(called / (called + (1 - prevalence) * (1 - specificity)), within(1e-12));
    assertThatThrownBy(() -> evaluation.atPrevalence(1.5)).isInstanceOf(InputException.class);
  }

  @Test
  void patientsAreNeverNamed() throws IOException {
    SmallCohort.split(dataset);
    assertThat(ofFile(SmallCohort.outOfFold(1)).toJson().toString()).doesNotContain("secret");
  }
}
