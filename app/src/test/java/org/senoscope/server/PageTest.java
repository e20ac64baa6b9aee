package org.senoscope.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.senoscope.foreign.ForeignFiles;

/**
 * The page as a person meets it, in Chromium, on a real server. With the system property {@code
 * senoscope.screenshot} it leaves a picture there, of the page on the checkout's own models.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTest {
  private static final Pattern SCORE = Pattern.compile("[<>]?\\d\\.\\d\\d");

  private RunningServer running;
  private Playwright playwright;
  private Browser browser;
  private BrowserContext context;
  private Page page;
  private final List<String> elsewhere = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    Path chromium =
        Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    Assumptions.assumeTrue(
        chromium != null, "skipped: no Chromium (on Debian: apt-get install chromium)");
    running = RunningServer.start(folder);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));
  }

  @AfterAll
  void stop() {
    if (playwright != null) {
      playwright.close();
    }
    if (running != null) {
      running.close();
    }
  }

  @BeforeEach
  void open() {
    open(1280, 900, ColorScheme.LIGHT);
  }

  private void open(int width, int height, ColorScheme scheme) {
    context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme)
                .setReducedMotion(ReducedMotion.REDUCE));
    page = context.newPage();
    String own = "http://127.0.0.1:" + running.port() + "/";
    page.onRequest(
        request -> {
          if (!request.url().startsWith(own) && !request.url().startsWith("blob:" + own)) {
            elsewhere.add(request.url());
          }
        });
    page.onPageError(faults::add);
    page.onConsoleMessage(
        message -> {
          // A refusal that the page shows to the person is also a line on the console.
          if (message.type().equals("error") && !message.text().contains("status of 4")) {
            faults.add(message.text());
          }
        });
    page.navigate(own);
    assertThat(sample("benign", 1)).isVisible();
  }

  @AfterEach
  void nothingWentWrongAndNothingWasAskedElsewhere() {
    if (context != null) {
      context.close();
    }
    assertThat(elsewhere).as("requests to other hosts").isEmpty();
    assertThat(faults).as("faults on the page").isEmpty();
  }

  @Test
  void anUploadedImageIsAnswered() {
    byte[] png = RunningServer.png(60, 90, 1);

    page.setInputFiles("#files", new FilePayload("scan of today.png", "image/png", png));

    assertThat(page.locator("#decision")).hasText(Pattern.compile("normal|benign|malignant"));
    assertThat(page.locator(".bar")).hasCount(3);
    for (Locator number : page.locator(".bar-number").all()) {
      assertThat(number).hasText(SCORE);
    }
    assertThat(page.locator(".facts")).containsText("scan of today.png");
    assertThat(page.locator(".facts")).containsText("90 × 60 pixels");
    assertThat(page.locator(".scores")).containsText("Calibrated: no");
    assertThat(page.locator("#status")).containsText("scan of today.png");
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
      sample("malignant", 2).click();
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
          List.of("h1", ".notice", ".quiet", "#decision", ".reason", ".bar-number", ".primary")) {
        assertThat(contrast(words)).as("%s in %s", words, scheme).isGreaterThanOrEqualTo(4.5);
      }
    }
  }

  private Locator sample(String label, int number) {
    return page.getByRole(
        AriaRole.BUTTON,
        new Page.GetByRoleOptions().setName("Sample: %s %d".formatted(label, number)));
  }

  private double opacity() {
    return Double.parseDouble(page.locator("#opacity").inputValue());
  }

  private void assertShown(String image) {
    page.waitForFunction(
        "selector => { const i = document.querySelector(selector);"
            + " return i && i.complete && i.naturalWidth > 0; }",
        image);
  }

  /** Presses Tab until an element has the focus; once around the page is enough. */
  private void focusByTab(String selector) {
    Locator wanted = page.locator(selector);
    for (int i = 0; i < 80; i++) {
      page.keyboard().press("Tab");
      if ((boolean) wanted.evaluate("e => e === document.activeElement")) {
        return;
      }
    }
    throw new AssertionError("The Tab key never reaches " + selector);
  }

  private void assertFocusIsVisible(String selector) {
    assertThat((String) page.locator(selector).evaluate("e => getComputedStyle(e).outlineStyle"))
        .as("outline of %s", selector)
        .isNotEqualTo("none");
  }

  /** The contrast of an element's words and the first opaque ground beneath, as WCAG counts it. */
  private double contrast(String selector) {
    Object ratio =
        page.locator(selector)
            .first()
            .evaluate(
                """
                e => {
                  const parse = c => c.match(/[\\d.]+/g).map(Number);
                  const light = ([r, g, b]) => [r, g, b]
                    .map(v => v / 255)
                    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
                    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
                  let ground = e;
                  const fill = n => parse(getComputedStyle(n).backgroundColor);
                  while (ground.parentElement && (fill(ground)[3] ?? 1) === 0) {
                    ground = ground.parentElement;
                  }
                  const pair = [light(parse(getComputedStyle(e).color)), light(fill(ground))];
                  return (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
                }
                """);
    return ((Number) ratio).doubleValue();
  }
}
