package org.senoscope.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.FilePayload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.LinearBundle;

/** What a model takes for lesion, drawn over the picture and given as numbers. */
class OutlinePageTest extends InChromium {
  private static final int HEIGHT = 160;
  private static final int WIDTH = 240;

  @Override
  RunningServer serve(Path folder) throws IOException {
    Path models = folder.resolve("models");
    var _ = LinearBundle.writeOutlining(models.resolve("outlining"), 32);
    return RunningServer.of(
        new ServerSettings(
            ServerSettings.LOOPBACK,
            0,
            models,
            Optional.of(RunningServer.samples()),
            OptionalInt.empty()));
  }

  /** Black, with a white rectangle of rows 40 to 100 and columns 60 to 150. */
  private static FilePayload scan(boolean white) throws IOException {
    float[] pixels = new float[HEIGHT * WIDTH];
    for (int i = 0; i < pixels.length; i++) {
      int row = i / WIDTH;
      int column = i % WIDTH;
      pixels[i] = white && row >= 40 && row < 100 && column >= 60 && column < 150 ? 1 : 0;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageFiles.writePng(new GreyImage(HEIGHT, WIDTH, pixels), out);
    return new FilePayload("scan.png", "image/png", out.toByteArray());
  }

  @Test
  void theLineLiesWhereTheLesionIs() throws IOException {
    page.setInputFiles("#files", scan(true));
    page.locator("#predict").click();
    assertThat(page.locator("#outline")).isVisible();

    JsonNode newest =
        RunningServer.json(running.get("/api/v1/predictions?limit=1")).path("predictions").get(0);
    JsonNode ring = newest.path("outline").get(0);
    assertThat(newest.path("outline")).hasSize(1);
    double left = WIDTH;
    double right = 0;
    double top = HEIGHT;
    double bottom = 0;
    for (JsonNode corner : ring) {
      left = Math.min(left, corner.get(0).asDouble());
      right = Math.max(right, corner.get(0).asDouble());
      top = Math.min(top, corner.get(1).asDouble());
      bottom = Math.max(bottom, corner.get(1).asDouble());
    }
    assertThat(left).isCloseTo(60, within(5.0));
    assertThat(right).isCloseTo(150, within(5.0));
    assertThat(top).isCloseTo(40, within(4.0));
    assertThat(bottom).isCloseTo(100, within(4.0));

    BoundingBox image = page.locator("#original").boundingBox();
    BoundingBox line = page.locator("#outline path").last().boundingBox();
    double scale = Math.min(image.width / WIDTH, image.height / HEIGHT);
    double edge = image.x + (image.width - scale * WIDTH) / 2;
    assertThat(line.x).isCloseTo(edge + scale * left, within(3.0));
    assertThat(line.width).isCloseTo(scale * (right - left), within(4.0));
    assertThat(line.height).isCloseTo(scale * (bottom - top), within(4.0));
    double upper = image.y + (image.height - scale * HEIGHT) / 2;
    assertThat(line.y).isCloseTo(upper + scale * top, within(3.0));
  }

  @Test
  void theLineCanBeTakenAwayAndStaysAway() throws IOException {
    page.setInputFiles("#files", scan(true));
    page.locator("#predict").click();
    page.locator("#show-outline").uncheck();
    assertThat(page.locator("#outline")).isHidden();
    page.setInputFiles("#files", scan(true));
    page.locator("#predict").click();
    assertThat(page.locator("#show-outline")).not().isChecked();
    assertThat(page.locator("#outline")).isHidden();
  }

  @Test
  void aModelThatFoundNoLesionSaysSo() throws IOException {
    page.setInputFiles("#files", scan(false));
    page.locator("#predict").click();
    assertThat(page.locator("#outline-said")).containsText("drew no outline");
  }

  @Test
  void theOutlineOfAPartIsInThePartsPixels() throws IOException {
    byte[] png = scan(true).buffer;
    JsonNode answer =
        RunningServer.json(
            running.post(
                RunningServer.PREDICTIONS + "?crop=30:50:130:210",
                "image/png",
                java.net.http.HttpRequest.BodyPublishers.ofByteArray(png)));
    double left = WIDTH;
    for (JsonNode corner : answer.path("outline").get(0)) {
      left = Math.min(left, corner.get(0).asDouble());
    }
    assertThat(left).isCloseTo(60 - 50, within(5.0));
  }
}
