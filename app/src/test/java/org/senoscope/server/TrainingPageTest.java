package org.senoscope.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.senoscope.files.AtomicFiles;
import org.senoscope.model.TinyBundle;

/** The view that follows runs, while their folders grow. */
class TrainingPageTest extends InChromium {
  private Path runs;

  @Override
  RunningServer serve(Path folder) throws IOException {
    runs = folder.resolve("runs");
    Path models = folder.resolve("models");
    TinyBundle.write(models.resolve("tiny"));
    return RunningServer.of(
        new ServerSettings(ServerSettings.LOOPBACK, 0, models, Optional.of(RunningServer.samples()))
            .watching(runs));
  }

  @BeforeEach
  void removeRuns() throws IOException {
    if (Files.exists(runs)) {
      AtomicFiles.deleteTree(runs);
    }
  }

  private void openTraining() {
    page.locator("#to-training").click();
    assertThat(page.locator("#training-view")).isVisible();
    assertThat(page.locator("#predict-view")).isHidden();
  }

  /** How many epochs a line has. */
  private int points(String chart, String line) {
    Object points =
        page.locator("figure.panel")
            .filter(new Locator.FilterOptions().setHasText(chart))
            .locator("polyline." + line)
            .evaluate("line => line.points.length");
    return ((Number) points).intValue();
  }

  @Test
  void aDemonstrationOfLeakageSaysSoOverItsCurves() throws IOException {
    openTraining();
    MadeRun made = MadeRun.begin(runs.resolve("plain"), List.of());
    made.log("", 2, false);
    assertThat(page.locator("#run h2")).containsText("plain");
    assertThat(page.locator("#leakage")).hasCount(0);
    made.demonstrateLeakage();
    assertThat(page.locator("#leakage")).containsText("no figure and no curve here is a result");
  }

  @Test
  void theCurvesGrowWithTheLogAndTheGapIsNamedWhenItOpens() throws Exception {
    openTraining();
    assertThat(page.locator("#run")).containsText("No run yet");

    MadeRun made = MadeRun.begin(runs.resolve("plain"), List.of("fold1", "fold2"));
    Process holder = made.hold();
    try {
      assertThat(page.locator("#run h2")).containsText("plain running");
      made.log("fold1", 2, true);
      assertThat(page.locator("#run-progress")).containsText("epoch 2 of at most 20");
      assertThat(page.locator("#run-progress")).containsText("about 18 min left");
      assertThat(points("Loss", "train")).isEqualTo(2);
      assertThat(page.locator("#gap")).containsText("Too early");

      made.log("fold1", 16, true);
      assertThat(page.locator("#run-progress")).containsText("epoch 16");
      assertThat(points("Loss", "train")).isEqualTo(16);
      assertThat(points("Loss", "watch")).isEqualTo(16);
      assertThat(points("Accuracy", "even")).isEqualTo(16);
      assertThat(page.locator("#gap")).containsText("learns its training images by heart");
      assertThat(page.locator("#status")).containsText("by heart");
      assertThat(page.locator(".between")).hasCount(1);

      made.end("fold1", 5);
      made.log("fold2", 1, false);
      assertThat(page.locator("#run-progress")).containsText("Fold 2 left out (training 2 of 3)");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(page.locator("#run h2")).containsText("stopped");
    assertThat(page.locator("#run-progress")).containsText("--resume");
    made.end("fold2", 1);
    made.log("", 3, false);
    made.end("", 3);
    made.done();
    assertThat(page.locator("#run h2")).containsText("done");
    assertThat(page.locator("progress")).hasAttribute("value", "3");
  }

  @Test
  void anEarlierTrainingIsOneChoiceAwayAndStaysChosen() throws IOException {
    MadeRun made = MadeRun.begin(runs.resolve("plain"), List.of("fold1", "fold2"));
    made.log("fold1", 20, true);
    made.end("fold1", 5);
    made.log("fold2", 4, false);
    openTraining();
    assertThat(page.locator("#run-progress")).containsText("epoch 4");
    assertThat(page.locator("#training-final")).isDisabled();

    page.locator("#training-fold2").focus();
    page.keyboard().press("ArrowLeft");
    assertThat(page.locator("#run-progress")).containsText("epoch 20");
    assertThat(page.locator("#training-fold1")).isFocused();
    assertThat(page.locator("#gap")).containsText("by heart");

    page.locator(
            "summary", new com.microsoft.playwright.Page.LocatorOptions().setHasText("Numbers"))
        .click();
    assertThat(page.locator(".numbers tbody tr")).hasCount(20);
    made.log("fold2", 5, false);
    assertThat(page.locator(".run-row")).containsText("1 of 3");
    page.waitForResponse(Pattern.compile(".*/api/v1/runs/plain"), () -> {});
    assertThat(page.locator("#training-fold1")).isChecked();
    assertThat(page.locator(".numbers")).hasAttribute("open", "");
  }

  @Test
  void eachRunHasAnAddressAndAVanishedOneIsSaid() throws IOException {
    MadeRun.begin(runs.resolve("first run"), List.of()).log("", 3, false);
    MadeRun.begin(runs.resolve("second"), List.of()).log("", 4, false);
    page.navigate("http://127.0.0.1:%d/#training/first%%20run".formatted(running.port()));
    page.reload();
    assertThat(page.locator("#run h2")).containsText("first run");
    assertThat(page.locator(".run-row[aria-current]")).containsText("first run");
    page.locator(".run-row").filter(new Locator.FilterOptions().setHasText("second")).click();
    assertThat(page.locator("#run-progress")).containsText("epoch 4");

    AtomicFiles.deleteTree(runs.resolve("second"));
    assertThat(page.locator("#run-fault")).containsText("No such run");
    assertThat(page.locator(".run-row")).hasCount(1);
    page.locator(".run-row").click();
    assertThat(page.locator("#run-progress")).containsText("epoch 3");
    assertThat(page.locator("#run-fault")).isHidden();

    page.locator(".skip").focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("#run")).isFocused();
    assertThat(page.locator("#to-training")).hasAttribute("aria-current", "page");
    page.locator("#to-signs").click();
    assertThat(page.locator("#signs details")).hasAttribute("open", "");
    assertThat(page.locator("#signs summary")).isInViewport();
    page.locator("#to-training").click();
    page.locator("#to-predict").click();
    assertThat(page.locator("#predict-view")).isVisible();
    sample("benign", 1).click();
    assertThat(page.locator("#decision")).isVisible();
  }

  @ParameterizedTest
  @EnumSource(
      value = ColorScheme.class,
      names = {"LIGHT", "DARK"})
  void aPhoneNeedsNoScrollingSidewaysAndWordsStandOut(ColorScheme scheme) throws IOException {
    MadeRun made = MadeRun.begin(runs.resolve("plain"), List.of("fold1", "fold2"));
    made.log("fold1", 20, true);
    context.close();
    open(390, 844, scheme);
    openTraining();
    assertThat(page.locator(".chart")).hasCount(2);
    assertThat(page.evaluate("() => document.documentElement.scrollWidth")).isEqualTo(390);
    for (String words : List.of("#gap", ".run-progress", ".chip", ".legend", ".curves-note")) {
      assertThat(contrast(words)).as("%s in %s", words, scheme).isGreaterThanOrEqualTo(4.5);
    }
    assertThat(page.locator(".notice").first()).isVisible();
  }

  @Test
  void aServerThatFollowsNothingShowsNoSuchView() throws IOException {
    Path models = runs.resolveSibling("models");
    try (RunningServer other =
        RunningServer.of(
            new ServerSettings(ServerSettings.LOOPBACK, 0, models, Optional.empty()))) {
      page.navigate(other.at("/#training").toString());
      assertThat(page.locator("#model-name")).hasText("tiny 1");
      assertThat(page.locator("#views")).isHidden();
      assertThat(page.locator("#predict-view")).isVisible();
    }
    elsewhere.clear(); // all of it went to the other server
  }
}
