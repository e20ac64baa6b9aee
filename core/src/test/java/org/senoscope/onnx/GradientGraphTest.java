package org.senoscope.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.senoscope.files.Json;

class GradientGraphTest {
  private static final long[] SHAPE = {2, 10, 14};

  private static OnnxModel golden() throws IOException {
    return OnnxModel.read(ByteBuffer.wrap(bytes("gradients.onnx")), _ -> ByteBuffer.allocate(0));
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(GradientGraphTest.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void gradientsAreThoseOfTorchAutograd() throws IOException, OrtException {
    JsonNode expected =
        Json.parse(new String(bytes("gradients.json"), StandardCharsets.UTF_8), "gradients.json");
    Optional<byte[]> made = GradientGraph.of(golden(), "image", SHAPE, "logits", 3);
    assertThat(made).isPresent();
    List<String> outputs = List.of(GradientGraph.CONTRIBUTIONS, GradientGraph.GRADIENTS);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    float[] image = floats(expected.path("image"));
    try (OrtSession session = environment.createSession(made.get());
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(image), new long[] {2, 2, 10, 14});
        OrtSession.Result result = session.run(Map.of("image", input))) {
      for (String output : outputs) {
        FloatBuffer found = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
        float[] said = floats(expected.path(output));
        assertThat(found.remaining()).as(output).isEqualTo(said.length);
        for (float value : said) {
          assertThat(found.get()).as(output).isCloseTo(value, within(1e-5f + 1e-4f * value));
        }
      }
    }
  }

  @Test
  void aNetworkWithoutResidualSumsAtTwoSizesHasNone() throws IOException {
    OnnxModel model = golden();
    assertThat(GradientGraph.of(model, "image", SHAPE, "stem.clip", 4)).isEmpty();
    assertThat(GradientGraph.of(model, "image", SHAPE, "first", 4)).isEmpty();
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).floatValue();
    }
    return values;
  }
}
