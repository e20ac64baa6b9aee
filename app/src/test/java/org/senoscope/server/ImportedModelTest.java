package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.foreign.ForeignFiles;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;

class ImportedModelTest {
  @Test
  void heatmapsOfAResidualNetworkAreSaidToComeFromGradients() throws IOException {
    try (RunningServer running = RunningServer.ofCheckout()) {
      JsonNode model = RunningServer.json(running.get("/api/v1/models/ultrasound"));
      assertThat(model.path("heatmapBy").asText()).isEqualTo("gradients");
      assertThat(model.path("heatmapPerLabel").asBoolean()).isTrue(); // it has three
    }
  }

  @Test
  void anImportedModelIsServedWithHeatmapsByOcclusion(@TempDir Path folder) throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    ForeignFiles.bring(
        ForeignFiles.copy("nested.keras", folder),
        ForeignFiles.options("-1..1"),
        List.of("benign", "malignant"),
        models.resolve("nested"));
    try (RunningServer running = RunningServer.start(folder)) {
      JsonNode model = RunningServer.json(running.get("/api/v1/models/nested"));
      assertThat(model.path("heatmapBy").asText()).isEqualTo("occlusion");
      assertThat(model.path("card").asText()).contains("no evaluation of it can be called");
      assertThat(RunningServer.json(running.get("/api/v1/models/tiny")).path("heatmapBy").asText())
          .isEqualTo("maps");
      assertThat(model.path("heatmapPerLabel").asBoolean()).isTrue();

      byte[] png = RunningServer.png(50, 30, 3);
      JsonNode made =
          RunningServer.json(
              running.post(
                  RunningServer.PREDICTIONS + "?model=nested&heatmap=true",
                  "image/png",
                  BodyPublishers.ofByteArray(png)));
      assertThat(made.path("heatmapBy").asText()).isEqualTo("occlusion");
      String heatmap = made.path("heatmap").asText();
      byte[] first = running.bytes(heatmap + "?label=malignant&layer=true");
      GreyImage picture = ImageFiles.read(first, "");
      assertThat(List.of(picture.height(), picture.width())).containsExactly(50, 30);
      // Found once and kept; the other label needs no new trial, and the answer stays as it was.
      assertThat(running.bytes(heatmap + "?label=malignant&layer=true")).isEqualTo(first);
      assertThat(running.bytes(heatmap + "?label=benign&layer=true")).isNotEqualTo(first);
      assertThat(
              RunningServer.json(
                  running.get(RunningServer.PREDICTIONS + "/" + made.path("id").asText())))
          .isEqualTo(made);
    }
  }
}
