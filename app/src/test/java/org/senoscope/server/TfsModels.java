package org.senoscope.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.senoscope.files.Json;
import org.senoscope.model.Head;
import org.senoscope.model.InputDescription;
import org.senoscope.model.LinearBundle;
import org.senoscope.model.OutputForm;
import org.senoscope.model.TensorLayout;
import org.senoscope.model.TensorValues;
import org.senoscope.model.TinyBundle;
import org.senoscope.study.Task;

/** Models for the tests of TensorFlow Serving's API, and how its requests are written. */
final class TfsModels {
  static final Task PATHOLOGY = new Task("pathology", List.of("normal", "benign", "malignant"));
  static final Task CANCER = new Task("cancer", List.of("0", "1"));
  static final Task DENSITY = new Task("density", List.of("1", "2", "3", "4"));

  /** Three colours of 5 × 4, each scaled otherwise. */
  static final InputDescription COLOURS =
      new InputDescription(
          3, 5, 4, new float[] {0.5f, 0.4f, 0.3f}, new float[] {0.25f, 0.2f, 0.5f});

  /** What the tutorial's network takes: 28 × 28 × 1, scaled to 0..1 by the client. */
  static final InputDescription FASHION =
      new InputDescription(1, 28, 28, new float[1], new float[] {1})
          .withTensors(TensorLayout.NHWC, TensorValues.NETWORK);

  static final List<Head> TEN =
      List.of(
          new Head(
              new Task("class", IntStream.range(0, 10).mapToObj(i -> "c" + i).toList()),
              OutputForm.SOFTMAX));
  static final List<Head> ONE = List.of(new Head(PATHOLOGY, OutputForm.SOFTMAX));
  static final List<Head> SEVERAL =
      List.of(
          new Head(PATHOLOGY, OutputForm.SOFTMAX),
          new Head(CANCER, OutputForm.SIGMOID),
          new Head(DENSITY, OutputForm.SOFTMAX));

  private TfsModels() {}

  /** Writes all of them, and starts a server on them. */
  static RunningServer start(Path folder) throws IOException {
    return RunningServer.of(settings(folder, ServerSettings.LOOPBACK));
  }

  /** Writes all of them, and gives settings for a server with a port for TensorFlow Serving. */
  static ServerSettings settings(Path folder, String host) throws IOException {
    Path models = folder.resolve("models");
    TinyBundle.write(models.resolve("tiny"));
    LinearBundle.write(models.resolve("colours"), "7", COLOURS, ONE);
    LinearBundle.write(
        models.resolve("last"),
        "x",
        COLOURS.withTensors(TensorLayout.NHWC, TensorValues.BYTES),
        ONE);
    LinearBundle.write(models.resolve("several"), "1", COLOURS, SEVERAL);
    LinearBundle.write(models.resolve("cancer"), "1", COLOURS, List.of(SEVERAL.get(1)));
    LinearBundle.write(models.resolve("fashion_model").resolve("1"), "1", FASHION, TEN);
    for (String version : List.of("1", "2", "10")) {
      LinearBundle.write(
          models.resolve("versioned").resolve(version),
          "v" + version,
          new InputDescription(1, 2, 2, new float[1], new float[] {Float.parseFloat(version)}),
          ONE);
    }
    return new ServerSettings(
        host, 0, models, Optional.of(RunningServer.samples()), OptionalInt.of(0));
  }

  /** Random values 0 to 255 of a shape, as nested lists. */
  static JsonNode tensor(long seed, int... shape) {
    return nested(new Random(seed), shape, 0);
  }

  private static JsonNode nested(Random random, int[] shape, int side) {
    if (side == shape.length) {
      return Json.tree(random.nextInt(256));
    }
    List<JsonNode> list = new ArrayList<>();
    for (int i = 0; i < shape[side]; i++) {
      list.add(nested(random, shape, side + 1));
    }
    return Json.tree(list);
  }

  /** An encoded image, as requests hold it. */
  static String base64(byte[] image) {
    return "{\"b64\": \"%s\"}".formatted(Base64.getEncoder().encodeToString(image));
  }
}
