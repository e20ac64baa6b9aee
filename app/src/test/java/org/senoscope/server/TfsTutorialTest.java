package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.Python;
import org.senoscope.files.Json;
import org.senoscope.model.LinearBundle;

/** A client that was written for TensorFlow Serving, in Python, needs no change. */
class TfsTutorialTest {
  @Test
  void aTutorialsClientReadsTheAnswersThatItExpects(@TempDir Path folder)
      throws IOException, InterruptedException, URISyntaxException {
    Path python = Python.find();
    Path script =
        Path.of(
            Objects.requireNonNull(TfsTutorialTest.class.getResource("tfs_tutorial.py")).toURI());
    try (RunningServer running = TfsModels.start(folder)) {
      String server = running.server().tfsAddress().orElseThrow().toString().replaceAll("/$", "");
      Process process =
          new ProcessBuilder(python.toString(), script.toString(), server, "3")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(printed).isZero();
      JsonNode heard = Json.parse(printed, "what the client printed");

      assertThat(heard.path("predictions")).hasSize(3).isEqualTo(heard.path("again"));
      for (int i = 0; i < 3; i++) {
        float[] input = new float[28 * 28];
        for (int value = 0; value < input.length; value++) {
          input[value] =
              (float)
                  heard
                      .path("images")
                      .path(i)
                      .path(value / 28)
                      .path(value % 28)
                      .path(0)
                      .doubleValue();
        }
        double[] expected = LinearBundle.probabilities(TfsModels.TEN, 0, input);
        int best = 0;
        for (int label = 0; label < expected.length; label++) {
          assertThat(heard.path("predictions").path(i).path(label).doubleValue())
              .isCloseTo(expected[label], within(1e-5));
          best = expected[label] > expected[best] ? label : best;
        }
        assertThat(heard.path("argmax").path(i).intValue()).isEqualTo(best);
      }
      assertThat(heard.path("missing").path("status").intValue()).isEqualTo(404);
      assertThat(heard.path("missing").path("error").asText())
          .isEqualTo("Servable not found for request: Latest(nope)");
      assertThat(heard.path("nan").booleanValue()).isTrue();
    }
  }
}
