package org.senoscope.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.foreign.ForeignFiles;
import org.senoscope.model.Head;
import org.senoscope.model.OutputForm;
import org.senoscope.model.ResidualBundle;
import org.senoscope.study.Task;

/**
 * The page as a person meets it, in Chromium, on a real server. With the system property {@code
 * senoscope.screenshot} it leaves a picture there, of the page on the checkout's own models.
 */
class PageTest extends InChromium {
  private static final Pattern SCORE = Pattern.compile("[<>]?\\d\\.\\d\\d");

  @Override
  RunningServer serve(Path folder) throws IOException {
    return RunningServer.start(folder);
  }

  @Test
  void anUploadedImageIsAnswered() {
    byte[] png = RunningServer.png(60, 90, 1);

    page.setInputFiles("#files", new FilePayload("scan of today.png", "image/png", png));

    page.locator("#predict").click();
    assertThat(page.locator("#decision")).hasText(Pattern.compile("normal|benign|malignant"));
    assertThat(page.locator(".bar")).hasCount(3);
    for (Locator number : page.locator(".bar-number").all()) {
      assertThat(number).hasText(SCORE);
    }
    assertThat(page.locator(".facts")).containsText("scan of today.png");
    assertThat(page.locator(".facts")).containsText("90 × 60 pixels");
    assertThat(page.locator(".scores")).containsText("Calibrated: no");
    assertThat(page.locator("#status")).containsText("scan of today.png");
    assertThat(page.locator("#cropped")).hasCount(0);
    assertShown("#original");
    assertShown("#heatmap");
  }

  @Test
  void severalImagesAreAllAnsweredInTheOrderTheyCame() {
    page.setInputFiles(
        "#files",
        new FilePayload[] {
          new FilePayload("one.png", "image/png", RunningServer.png(20, 20, 1)),
          new FilePayload("two.png", "image/png", RunningServer.png(20, 30, 2)),
          new FilePayload("three.txt", "text/plain", "hello".getBytes(StandardCharsets.UTF_8)),
          new FilePayload("four.png", "image/png", RunningServer.png(30, 20, 3))
        });

    Locator rows = page.locator(".session-row");
    assertThat(rows.nth(0)).containsText(Pattern.compile("four.png.*\\d\\.\\d\\d"));
    assertThat(rows.nth(1)).containsText("three.txt");
    assertThat(rows.nth(1)).containsText("cannot be read");
    assertThat(rows.nth(3)).containsText(Pattern.compile("one.png.*\\d\\.\\d\\d"));
    rows.nth(2).click();
    assertThat(page.locator(".facts")).containsText("two.png");
    assertThat(rows.nth(2)).hasAttribute("aria-current", "true");
  }

  @Test
  void aSampleIsOneClickAndSaysWhatItsDataSetCallsIt() {
    sample("malignant", 2).click();

    assertThat(page.locator("#decision")).isVisible();
    assertThat(page.locator(".truth")).containsText("malignant");
    assertThat(page.locator(".credit")).containsText("BUS-UCLM");
    assertShown("#original");
  }

  @Test
  @EnabledIfSystemProperty(named = "senoscope.screenshot", matches = ".+")
  void leavesAPictureOfTheRealModel() throws IOException {
    try (RunningServer real = RunningServer.ofCheckout()) {
      page.navigate(real.at("/").toString());
      sample("malignant", 1).click(); // one that it answers
      assertShown("#heatmap");
      Path picture = Path.of(System.getProperty("senoscope.screenshot"));
      page.screenshot(new Page.ScreenshotOptions().setPath(picture));
      assertThat(picture).isNotEmptyFile();
    }
    elsewhere.clear(); // all of it went to the other server
  }

  @Test
  void theSliderFadesTheHeatmapAndTheChoiceRedrawsIt() {
    sample("benign", 1).click();
    assertShown("#heatmap");

    page.locator("#opacity").fill("0");
    assertThat(page.locator("#heatmap")).hasCSS("opacity", "0");
    page.locator("#opacity").fill("100");
    assertThat(page.locator("#heatmap")).hasCSS("opacity", "1");

    page.locator(".choice label", new Page.LocatorOptions().setHasText("malignant")).click();
    assertThat(page.locator("#heatmap"))
        .hasAttribute("src", Pattern.compile(".*label=malignant.*"));
    assertThat(page.locator("figcaption")).containsText("malignant");
    assertShown("#heatmap");
    assertThat(
            page.evaluate(
                "() => [original, heatmap].map(i => i.naturalWidth + 'x' + i.naturalHeight)"))
        .isEqualTo(List.of("512x362", "512x362"));
  }

  @Test
  void aHeatmapByOcclusionIsFoundOnRequest(@TempDir Path folder) throws IOException {
    Path models = Files.createDirectory(folder.resolve("models"));
    ForeignFiles.bring(
        ForeignFiles.copy("nested.keras", folder),
        ForeignFiles.options("-1..1"),
        List.of("benign", "malignant"),
        models.resolve("nested"));
    try (RunningServer imported =
        RunningServer.of(
            new ServerSettings(
                ServerSettings.LOOPBACK, 0, models, Optional.of(RunningServer.samples())))) {
      page.navigate(imported.at("/").toString());
      sample("benign", 1).click();
      assertShown("#original");
      assertThat(page.locator("#heatmap")).hasCount(0);
      assertThat(page.locator("figcaption")).containsText("covered one after the other");

      page.locator("#find-heatmap").click();
      assertShown("#heatmap");
      assertThat(page.locator("#find-heatmap")).hasCount(0);
      assertThat(page.locator("figcaption")).containsText("when covered");
    }
    elsewhere.clear(); // all of it went to the other server
  }

  @Test
  void ofTwoLabelsTheHeatmapFromGradientsIsShownOnce(@TempDir Path folder) throws IOException {
    Path models = Files.createDirectory(folder.resolve("models"));
    ResidualBundle.write(
        models.resolve("two"),
        new Head(new Task(Task.CANCER, List.of("0", "1")), OutputForm.SIGMOID));
    try (RunningServer two =
        RunningServer.of(
            new ServerSettings(
                ServerSettings.LOOPBACK, 0, models, Optional.of(RunningServer.samples())))) {
      page.navigate(two.at("/").toString());
      sample("benign", 1).click();
      assertShown("#heatmap");
      assertThat(page.locator(".choice")).hasCount(0);
      assertThat(page.locator("figcaption"))
          .containsText("what the choice between “0” and “1” rests on");
    }
    elsewhere.clear(); // all of it went to the other server
  }

  @Test
  void everythingWorksByKeyboardAlone() {
    focusByTab("#files");
    assertFocusIsVisible("label:has(#files)");
    focusByTab(".sample >> nth=0");
    assertFocusIsVisible(".sample >> nth=0");
    page.keyboard().press("Enter");
    assertThat(page.locator("#decision")).isVisible();

    focusByTab("#opacity");
    assertFocusIsVisible("#opacity");
    double before = opacity();
    page.keyboard().press("ArrowLeft");
    assertThat(opacity()).isLessThan(before);

    focusByTab(".choice input:checked");
    page.keyboard().press("ArrowRight");
    assertThat(page.locator("#heatmap")).isVisible();

    focusByTab(".session-row >> nth=0");
    page.keyboard().press("Enter");
    assertThat(page.locator(".session-row").first()).isFocused();

    focusByTab("#open-card");
    page.keyboard().press("Enter");
    assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
    page.keyboard().press("Escape");
    assertThat(page.getByRole(AriaRole.DIALOG)).isHidden();
    assertThat(page.locator("#open-card")).isFocused();
  }

  @Test
  void theModelsCardIsOneClickAway() {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Model card")).click();

    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("For tests. Research use only.");
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Close")).click();
    assertThat(page.getByRole(AriaRole.DIALOG)).isHidden();
  }

  @Test
  void whatIsNoImageIsRefusedInPlainWords() {
    page.setInputFiles(
        "#files",
        new FilePayload("letter.txt", "text/plain", "Dear".getBytes(StandardCharsets.UTF_8)));

    assertThat(page.getByRole(AriaRole.ALERT)).containsText("The image cannot be read");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("letter.txt");
    assertThat(page.locator("#decision")).hasCount(0);
  }

  /** Before any answer, beside every answer, on any screen, and without a network. */
  @ParameterizedTest
  @ValueSource(ints = {390, 1280})
  void theSignsForADoctorAreAlwaysThereAndUnfold(int width) {
    context.close();
    open(width, 844, ColorScheme.LIGHT);
    Locator signs = page.locator("#signs");
    assertThat(signs).containsText("No picture here replaces a doctor");
    sample("benign", 1).click();
    assertThat(page.locator("#decision")).isVisible();
    for (String sign :
        List.of("lump or thickening", "armpit", "size or shape", "dimples", "orange peel")) {
      assertThat(signs.locator("p").first()).containsText(sign);
    }
    for (String sign : List.of("nipple", "bloody discharge", "pain", "rash")) {
      assertThat(signs.locator("p").first()).containsText(sign);
    }
    Locator more = signs.getByText("Pregnancy or breast feeding is no reason to wait.");
    assertThat(more).isHidden();
    signs.locator("summary").focus();
    page.keyboard().press("Enter");
    assertThat(more).isVisible();
    assertThat(signs.getByText("Within days")).isVisible();
    assertThat(signs.getByText("men can have it too")).isVisible();
    assertThat(signs.getByText("World Health Organization")).isVisible();
    assertThat(page.evaluate("() => document.documentElement.scrollWidth")).isEqualTo(width);
  }

  @Test
  void whatWasSaidIsThereAfterReloading() {
    sample("normal", 1).click();
    assertThat(page.locator("#decision")).isVisible();
    String decision = page.locator("#decision").textContent();

    page.reload();

    assertThat(page.locator("#decision")).hasText(decision);
  }

  @ParameterizedTest
  @EnumSource(
      value = ColorScheme.class,
      names = {"LIGHT", "DARK"})
  void aPhoneNeedsNoScrollingSideways(ColorScheme scheme) {
    context.close();
    open(390, 844, scheme);
    sample("malignant", 1).click();
    assertThat(page.locator("#decision")).isVisible();

    assertThat(page.evaluate("() => document.documentElement.scrollWidth")).isEqualTo(390);
    assertThat(page.locator("#decision")).isInViewport();
    assertThat(page.locator(".notice").first()).isInViewport();
    assertThat(page.locator(".notice").first()).containsText("not a medical device");
    for (String wide : List.of(".drop", ".answer", ".stage", ".session")) {
      assertThat(page.locator(wide).first().boundingBox().width).as(wide).isLessThanOrEqualTo(390);
    }
  }

  @Test
  void wordsStandOutFromTheirGround() {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      context.close();
      open(1280, 900, scheme);
      sample("benign", 2).click();
      assertThat(page.locator("#decision")).isVisible();
      for (String words :
          List.of("h1", ".notice", ".quiet", "#decision", ".bar-number", ".primary", ".signs p")) {
        assertThat(contrast(words)).as("%s in %s", words, scheme).isGreaterThanOrEqualTo(4.5);
      }
    }
  }

  private double opacity() {
    return Double.parseDouble(page.locator("#opacity").inputValue());
  }
}
