package org.senoscope.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.files.Json;
import org.senoscope.train.Recipe;
import org.senoscope.train.RecipeReader;
import org.senoscope.train.TrainRun;
import org.senoscope.train.TrainRunFixture;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class ClaimsTest {
  @TempDir private Path folder;

  private static final Claim CLAIM =
      new Claim(
          6,
          "made",
          "Made images, told apart",
          List.of(new Claim.Figure("accuracy", 1)),
          "Copies were split at random.",
          "made",
          "Nothing here is a person's.",
          List.of("made"),
          new Claim.Leaky(
              "as they did",
              "made",
              Optional.of(8),
              4,
              Optional.empty(),
              1,
              "Four copies of eight."));

  private ClaimsRun run(Recipe recipe) {
    return new ClaimsRun(
        new TrainRun((_, _, _, _) -> "", List.of()),
        name -> recipe,
        folder.resolve("data"),
        folder.resolve("out"),
        Progress.NONE);
  }

  @Test
  void theFiveClaimsNameRecipesThatAreThere() throws IOException {
    List<Claim> claims = Claim.all();
    assertThat(claims.stream().map(Claim::number)).containsExactly(1, 2, 3, 4, 5);
    for (Claim claim : claims) {
      for (String name : claim.honest()) {
        Recipe recipe = recipe(name);
        assertThat(recipe.name()).isEqualTo(name);
      }
      Recipe changed = ClaimsRun.changed(recipe(claim.leaky().recipe()), claim.leaky());
      assertThat(changed.training().epochs()).isEqualTo(claim.leaky().epochs());
      assertThat(changed.training().choosesOnValidation()).isTrue();
      assertThat(changed.training().perClass()).isEmpty();
      assertThat(changed.split().holdout()).containsExactly(80, 20, 0);
      assertThat(changed.input()).isEqualTo(recipe(claim.leaky().recipe()).input());
    }
  }

  private static Recipe recipe(String name) throws IOException {
    return RecipeReader.read(Path.of("..", "recipes", name + ".yaml"));
  }

  @Test
  void bothWaysAreRunKeptAndWrittenDown() throws IOException {
    TrainRunFixture.dataset(folder.resolve("data").resolve("made"));
    ClaimsRun run = run(TrainRunFixture.recipe());
    List<ClaimResult> leaky = run.leaky(CLAIM);
    List<ClaimResult> honest = run.honest(CLAIM);
    assertThat(leaky).hasSize(1);
    assertThat(leaky.getFirst().leaky()).isTrue();
    assertThat(leaky.getFirst().result()).startsWith("demonstration of leakage");
    assertThat(leaky.getFirst().trainingAccuracy()).isBetween(0.0, 1.0);
    assertThat(honest).hasSize(1);
    assertThat(honest.getFirst().result()).startsWith("cross-validation result");
    assertThat(honest.getFirst().accuracy().low())
        .isLessThanOrEqualTo(honest.getFirst().accuracy().value());
    // What is done is read again, to the digit.
    Path run1 = folder.resolve("out/made/made/run/fold1/bundle");
    var before = Files.getLastModifiedTime(run1);
    assertThat(run.honest(CLAIM)).isEqualTo(honest);
    assertThat(Files.getLastModifiedTime(run1)).isEqualTo(before);
    assertThat(run.found(CLAIM)).hasSize(2).containsAll(honest);
    // Of another recipe it is not taken for granted.
    Recipe other =
        RecipeReader.parse(TrainRunFixture.recipe().text().replace("1e-2", "2e-2"), "other");
    assertThatThrownBy(() -> run(other).honest(CLAIM))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("delete that folder");

    Map<Claim, List<ClaimResult>> results = new LinkedHashMap<>();
    results.put(CLAIM, run.found(CLAIM));
    Path page = folder.resolve("claims.md");
    ClaimsDocument.write(page, results, "abc");
    String text = Files.readString(page);
    assertThat(text).contains("demonstration of leakage, never a result").contains("five grouped");
    String svg = Files.readString(folder.resolve("claims/made.svg"));
    assertThat(svg).contains("claimed: accuracy").contains("as they did").contains("grouped folds");
    assertThat(svg).contains("never a result");
    // Well-formed, whatever the names hold.
    assertThat(parsed(svg)).isEqualTo("svg");
  }

  private static String parsed(String svg) {
    try {
      return javax.xml.parsers.DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(
              new java.io.ByteArrayInputStream(
                  svg.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
          .getDocumentElement()
          .getTagName();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aResultSurvivesItsFile() {
    ClaimResult result =
        new ClaimResult(
            "made",
            "r",
            "t",
            false,
            "result",
            "protocol",
            9,
            8,
            new ClaimResult.Interval(0.5, 0.4, 0.6),
            new ClaimResult.Interval(0.5, Double.NaN, Double.NaN),
            new ClaimResult.Interval(Double.NaN, Double.NaN, Double.NaN),
            0.6,
            Double.NaN,
            "abc");
    JsonNode json = Json.parse(Json.format(result.toJson()), "test");
    assertThat(ClaimResult.in(json)).isEqualTo(result);
  }

  @Test
  void aMissingDataSetIsNamed() {
    assertThatThrownBy(() -> run(TrainRunFixture.recipe()).honest(CLAIM))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("docs/data.md");
  }
}
