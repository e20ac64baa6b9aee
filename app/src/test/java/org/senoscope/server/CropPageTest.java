package org.senoscope.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.TinyBundle;

/** Cropping before predicting, by mouse, finger and keyboard; and the bars of several tasks. */
class CropPageTest extends InChromium {
  private static final int HEIGHT = 200;
  private static final int WIDTH = 300;

  @Override
  RunningServer serve(Path folder) throws IOException {
    var _ = TinyBundle.writeMarked(folder.resolve("models").resolve("marked"));
    return TfsModels.start(folder);
  }

  private void choose() {
    page.setInputFiles(
        "#files", new FilePayload("scan.png", "image/png", RunningServer.png(HEIGHT, WIDTH, 7)));
    assertThat(page.locator(".handle")).hasCount(4);
  }

  /** Where a place of the image is on the screen. */
  private double[] at(double row, double column) {
    BoundingBox frame = page.locator("#frame").boundingBox();
    return new double[] {
      frame.x + frame.width * column / WIDTH, frame.y + frame.height * row / HEIGHT
    };
  }

  private void drag(double[] from, double[] to) {
    page.mouse().move(from[0], from[1]);
    page.mouse().down();
    page.mouse().move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
    page.mouse().move(to[0], to[1]);
    page.mouse().up();
  }

  /** What the server was told of the last image: edges of the crop, top, left, bottom, right. */
  private List<Integer> told() {
    assertThat(page.locator("#decision")).isVisible();
    JsonNode newest =
        RunningServer.json(running.get("/api/v1/predictions?limit=1")).path("predictions").get(0);
    assertThat(newest.path("file").asText()).isEqualTo("scan.png");
    return List.of(newest.path("crop").asText().split(":")).stream().map(Integer::valueOf).toList();
  }

  private void assertTold(int... edges) {
    List<Integer> told = told();
    for (int i = 0; i < 4; i++) {
      assertThat(told.get(i)).as("edge %d of %s", i, told).isCloseTo(edges[i], within(2));
    }
  }

  @Test
  void aRectangleIsDraggedAndTheAnswerSaysThatItIsOfThatPart() {
    choose();
    assertThat(page.locator("#part-size")).hasText("Whole image, 300 × 200 pixels");
    assertThat(page.locator("#use-whole")).isDisabled();

    drag(at(40, 60), at(140, 210));

    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Predict this part"))
        .click();
    assertTold(40, 60, 140, 210);
    assertThat(page.locator("#cropped")).containsText("of the chosen part alone");
    assertThat(page.locator(".session-row").first()).containsText("scan.png (cropped)");
    assertThat(page.locator("#status")).containsText("scan.png (cropped)");
    assertShown("#original");
    Object shape =
        page.evaluate("() => [document.querySelector('#original')].map(i => i.naturalWidth)[0]");
    assertThat(((Number) shape).intValue()).isCloseTo(150, within(3));
  }

  @Test
  void aDragInsideMovesThePartAndACornerResizesIt() {
    choose();
    drag(at(40, 60), at(140, 210));
    drag(at(90, 120), at(110, 150));
    drag(at(60, 90), at(20, 30));
    drag(at(160, 240), at(205, 305));

    page.locator("#predict").click();
    assertTold(20, 30, 200, 300);
  }

  @Test
  void aTapAloneCropsNothingAndTheWholeImageIsOneClickAway() {
    choose();
    double[] place = at(100, 100);
    page.mouse().click(place[0], place[1]);
    assertThat(page.locator("#predict")).hasText("Predict the whole image");
    drag(at(40, 60), at(41, 61.5));
    assertThat(page.locator("#predict")).hasText("Predict the whole image");
    drag(at(40, 60), at(140, 210));
    assertThat(page.locator("#predict")).hasText("Predict this part");

    page.locator("#use-whole").click();
    page.locator("#predict").click();
    assertThat(page.locator("#decision")).isVisible();
    assertThat(page.locator("#cropped")).hasCount(0);
  }

  @Test
  void cornersAndPartMoveByKeyboardAlone() {
    choose();
    assertThat(page.locator("#predict")).isFocused();
    page.locator("#part").focus();
    focusByTab(".handle.top.left");
    Object mark =
        page.locator(".handle.top.left")
            .evaluate("corner => getComputedStyle(corner, '::before').outlineStyle");
    assertThat(mark).as("outline of the corner's mark").isEqualTo("solid");
    page.keyboard().press("Shift+ArrowDown");
    page.keyboard().press("ArrowRight");
    focusByTab(".handle.bottom.right");
    page.keyboard().press("Shift+ArrowUp");
    page.keyboard().press("Shift+ArrowLeft");
    assertThat(page.locator(".handle.bottom.right"))
        .hasAttribute("aria-label", Pattern.compile(".*bottom right, row 180, column 270.*"));
    page.locator("#part").focus();
    page.keyboard().press("ArrowUp");
    focusByTab("#predict");
    page.keyboard().press("Enter");
    assertTold(18, 3, 178, 270);
  }

  @Test
  void aPartIsNeverSmallerThanTheServerTakes() {
    choose();
    drag(at(100, 100), at(100, 108));
    page.locator("#predict").click();
    List<Integer> told = told();
    assertThat(told.get(2) - told.get(0)).isGreaterThanOrEqualTo(16);
    assertThat(told.get(3) - told.get(1)).isGreaterThanOrEqualTo(16);
  }

  /** What the browser shows is what the server crops: both turn a photograph upright. */
  @Test
  void thePictureIsUprightAsTheServerMeetsIt() throws IOException {
    byte[] jpeg =
        Objects.requireNonNull(
                CropPageTest.class.getResourceAsStream("/org/senoscope/image/golden/exif6.jpg"))
            .readAllBytes();
    GreyImage upright = ImageFiles.read(jpeg, "");
    page.setInputFiles("#files", new FilePayload("lying.jpg", "image/jpeg", jpeg));
    assertThat(page.locator("#part-size"))
        .hasText("Whole image, %d × %d pixels".formatted(upright.width(), upright.height()));
  }

  @Test
  void aFingerCropsOnAPhone() {
    context.close();
    open(390, 844, ColorScheme.DARK);
    choose();
    assertThat(page.evaluate("() => document.documentElement.scrollWidth")).isEqualTo(390);
    page.locator("#frame").scrollIntoViewIfNeeded();
    double[] from = at(50, 50);
    double[] to = at(150, 250);
    page.evaluate(
        """
        ([from, to]) => {
          const frame = document.querySelector("#frame");
          frame.setPointerCapture = () => {};
          const touch = (kind, [x, y]) => frame.dispatchEvent(new PointerEvent(kind, {
            pointerId: 7, pointerType: "touch", isPrimary: true, button: 0, bubbles: true,
            cancelable: true, clientX: x, clientY: y }));
          touch("pointerdown", from);
          touch("pointermove", to);
          touch("pointerup", to);
        }
        """,
        List.of(List.of(from[0], from[1]), List.of(to[0], to[1])));
    page.locator("#predict").click();
    assertTold(50, 50, 150, 250);
    assertThat(page.locator("#frame")).hasCount(0);
  }

  @Test
  void theSameImageCanBeCroppedAgainAfterItsAnswer() {
    choose();
    page.locator("#predict").click();
    assertThat(page.locator("#decision")).isVisible();
    page.locator("#crop-again").click();
    assertThat(page.locator(".handle")).hasCount(4);
    drag(at(100, 150), at(200, 300));
    page.locator("#predict").click();
    assertThat(page.locator("#cropped")).isVisible();
    assertTold(100, 150, 200, 300);

    page.locator("#crop-again").click();
    assertThat(page.locator("#part-size")).containsText("of 300 × 200");
    page.locator("#use-whole").click();
    page.locator("#predict").click();
    assertThat(page.locator("#cropped")).hasCount(0);
    assertThat(page.locator("#decision")).isVisible();
  }

  /** Chromium shows no PGM: the server draws it, and the part is in the image's own pixels. */
  @Test
  void whatTheBrowserCannotShowTheServerDraws() {
    page.setInputFiles("#files", pgm(WIDTH * 8, HEIGHT * 8));
    assertThat(page.locator("#part-size")).hasText("Whole image, 2400 × 1600 pixels");
    assertThat(page.evaluate("() => document.querySelector('#frame img').naturalWidth"))
        .isEqualTo(1600);
    drag(at(40, 60), at(140, 210));
    page.locator("#predict").click();
    List<Integer> told = told();
    for (int i = 0; i < 4; i++) {
      assertThat(told.get(i)).isCloseTo(List.of(320, 480, 1120, 1680).get(i), within(16));
    }
  }

  @Test
  void whatIsNoImageIsRefusedInTheServersWords() {
    page.setInputFiles(
        "#files", new FilePayload("scan.png", "image/png", "not an image".getBytes(UTF_8)));
    assertThat(page.getByRole(AriaRole.ALERT).first()).containsText("unreadable");
  }

  private static FilePayload pgm(int width, int height) {
    byte[] head = "P5\n%d %d\n255\n".formatted(width, height).getBytes(UTF_8);
    byte[] pgm = Arrays.copyOf(head, head.length + width * height);
    for (int i = head.length; i < pgm.length; i++) {
      pgm[i] = (byte) (i * 7 % 200);
    }
    return new FilePayload("scan.png", "image/x-portable-graymap", pgm);
  }

  /** A model that crops around readers' marks is told the rectangle as the mark that it is. */
  @Test
  void aModelThatLooksAtMarksAsksForOneOrForNone() {
    choose();
    assertThat(page.locator("#crop-title")).containsText("Crop");
    page.locator("#model").selectOption("marked");
    assertThat(page.locator("#crop-title")).hasText("Mark the finding");
    assertThat(page.locator("#predict")).isDisabled();
    drag(at(40, 60), at(140, 210));
    page.locator("#predict").click();
    assertThat(page.locator("#decision")).isVisible();
    assertThat(page.locator(".facts")).containsText(Pattern.compile("rows and columns \\d+:\\d+"));
    assertThat(page.locator("#cropped")).hasCount(0);

    sample("benign", 1).click();
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Nothing found here"))
        .click();
    assertThat(page.locator(".facts")).containsText("no finding marked");

    page.setInputFiles("#files", pgm(64, 48));
    assertThat(page.locator("#crop-title")).hasText("Mark the finding");
    page.locator("#use-whole").click();
    assertThat(page.locator(".facts")).containsText("no finding marked");
  }

  @Test
  void aModelOfSeveralTasksHasAGroupOfBarsForEach() {
    page.locator("#model").selectOption("several");
    sample("benign", 1).click();
    assertThat(page.locator("#decision")).isVisible();
    assertThat(page.locator(".task")).hasCount(3);
    List<String> tasks = List.of("pathology", "cancer", "density");
    int[] labels = {3, 2, 4};
    for (int task = 0; task < tasks.size(); task++) {
      Locator group =
          page.getByRole(
              AriaRole.GROUP,
              new Page.GetByRoleOptions().setName("Scores: " + tasks.get(task)).setExact(true));
      assertThat(group).isVisible();
      assertThat(group.locator(".bar")).hasCount(labels[task]);
      assertThat(group.locator(".top-bar")).hasCount(1);
      double sum =
          group.locator(".bar-number").allTextContents().stream()
              .mapToDouble(Double::parseDouble)
              .sum();
      assertThat(sum).isCloseTo(1, within(0.03));
    }
    assertThat(page.locator(".other-answers"))
        .hasText(Pattern.compile("cancer: [01] · density: [1-4]"));
  }
}
