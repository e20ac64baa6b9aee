package org.senoscope.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in Chromium on a real server. After each test it is checked that nothing went wrong on
 * the page and that nothing was asked of another host.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InChromium {
  /** For what comes by itself: longer than the page's pauses, also on a busy machine. */
  private static final double PATIENCE_MILLIS = 30_000;

  RunningServer running;
  private Playwright playwright;
  private Browser browser;
  BrowserContext context;
  Page page;
  final List<String> elsewhere = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  /** Starts the server whose page is opened. */
  abstract RunningServer serve(Path folder) throws IOException;

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
    running = serve(folder);
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
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

  /** Opens the page anew. */
  void open(int width, int height, ColorScheme scheme) {
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

  /** A sample by its label and number, from 1. */
  Locator sample(String label, int number) {
    return page.getByRole(
        AriaRole.BUTTON,
        new Page.GetByRoleOptions().setName("Sample: %s %d".formatted(label, number)));
  }

  /** Waits until a picture is there. */
  void assertShown(String image) {
    page.waitForFunction(
        "selector => { const i = document.querySelector(selector);"
            + " return i && i.complete && i.naturalWidth > 0; }",
        image);
  }

  /** Presses Tab until an element has the focus; once around the page is enough. */
  void focusByTab(String selector) {
    Locator wanted = page.locator(selector);
    for (int i = 0; i < 80; i++) {
      page.keyboard().press("Tab");
      if ((boolean) wanted.evaluate("e => e === document.activeElement")) {
        return;
      }
    }
    throw new AssertionError("The Tab key never reaches " + selector);
  }

  /** Whether one sees where the focus is. */
  void assertFocusIsVisible(String selector) {
    assertThat((String) page.locator(selector).evaluate("e => getComputedStyle(e).outlineStyle"))
        .as("outline of %s", selector)
        .isNotEqualTo("none");
  }

  /** The contrast of an element's words and the first opaque ground beneath, as WCAG counts it. */
  double contrast(String selector) {
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
