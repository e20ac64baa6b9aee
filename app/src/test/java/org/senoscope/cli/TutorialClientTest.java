package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.Python;
import org.senoscope.foreign.ForeignFiles;
import org.senoscope.server.SenoscopeServer;
import org.senoscope.server.ServerSettings;

/**
 * Who did TensorFlow Serving's REST tutorial brings the network along, and goes on with the
 * tutorial's client: its two requests, as published, hear what Keras says.
 */
class TutorialClientTest {
  private static final String LABELS =
      "T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot";

  @TempDir private Path folder;

  /** Of a network without a softmax at its end, the softmax of what Keras says. */
  @ParameterizedTest
  @CsvSource({
    "fashion-softmax.keras, fashion-softmax, fashion_model",
    "fashion-softmax.h5, fashion-softmax, fashion_model/1",
    "fashion.keras, fashion, fashion_model/1",
    "fashion.onnx, fashion, fashion_model",
  })
  void theTutorialsClientHearsWhatKerasSays(String file, String network, String place)
      throws IOException, InterruptedException, URISyntaxException {
    Path python = Python.find();
    Path models = folder.resolve("models");
    Run imported =
        Run.of(
            "bundle",
            "import",
            ForeignFiles.copy(file, folder).toString(),
            "--labels",
            LABELS,
            "--scale",
            "0..1",
            "--out",
            models.resolve(place).toString(),
            "--json");
    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(imported.json().path("name").asText()).isEqualTo("fashion_model");
    ServerSettings settings =
        new ServerSettings(ServerSettings.LOOPBACK, 0, models, Optional.empty(), OptionalInt.of(0));
    try (SenoscopeServer server = SenoscopeServer.start(settings)) {
      Path client =
          Path.of(
              Objects.requireNonNull(TutorialClientTest.class.getResource("tutorial/client.py"))
                  .toURI());
      ProcessBuilder builder = new ProcessBuilder(python.toString(), "-B", client.toString());
      builder
          .environment()
          .put("TFS_PORT", String.valueOf(server.tfsAddress().orElseThrow().getPort()));
      Run run = Run.process(builder);
      assertThat(run.code()).as(run.err()).isZero();
      double[][] expected = ForeignFiles.expected(network);
      for (String asked : new String[] {"newest", "version 1"}) {
        JsonNode predictions = run.json().path(asked);
        assertThat(predictions).hasSize(3);
        for (int image = 0; image < 3; image++) {
          double[] heard = new double[predictions.path(image).size()];
          for (int label = 0; label < heard.length; label++) {
            heard[label] = predictions.path(image).path(label).doubleValue();
          }
          assertThat(heard).as(asked).containsExactly(expected[image], within(1e-4));
        }
      }
    }
  }
}
