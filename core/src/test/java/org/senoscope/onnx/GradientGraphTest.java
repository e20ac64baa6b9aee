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
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.files.Json;
import org.senoscope.nn.Families;
import org.senoscope.nn.Network;
import org.senoscope.nn.ParameterSpec;
import org.senoscope.onnx.OnnxGraph.Dimension;

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
    requireGolden(golden(), expected);
  }

  @Test
  void tensorsMayBeCalledWhatTheWayBackCallsItsOwn() throws IOException, OrtException {
    OnnxModel model = golden();
    Map<String, String> names = new HashMap<>();
    names.put(model.nodes().get(0).outputs().getFirst(), "contributions");
    names.put(model.nodes().get(1).outputs().getFirst(), "gradients");
    names.put(model.nodes().get(2).outputs().getFirst(), "way-back.contributions");
    // What a constant's name stands for is not looked at again.
    String[] weights = model.initializers().keySet().stream().sorted().toArray(String[]::new);
    names.put(weights[0], "way-back.zero");
    names.put(weights[1], "way-back_");
    names.put(weights[2], "gradient.zero");
    OnnxGraph renamed = model.graph("renamed");
    renamed.input(
        "image", List.of(Dimension.BATCH, Dimension.of(2), Dimension.of(10), Dimension.of(14)));
    model.copyInto(renamed, name -> names.getOrDefault(name, name), _ -> Optional.empty());
    renamed.output("logits", List.of(Dimension.BATCH, Dimension.of(3)));
    requireGolden(
        OnnxModel.read(ByteBuffer.wrap(renamed.toBytes()), _ -> ByteBuffer.allocate(0)),
        Json.parse(new String(bytes("gradients.json"), StandardCharsets.UTF_8), "gradients.json"));
  }

  private static void requireGolden(OnnxModel model, JsonNode expected) throws OrtException {
    assertThat(GradientGraph.suits(model, "image", SHAPE, "logits", 3)).isTrue();
    GradientGraph.WayBack made = GradientGraph.of(model, "image", SHAPE, "logits", 3).orElseThrow();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    float[] image = floats(expected.path("image"));
    try (OrtSession session = environment.createSession(made.model());
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(image), new long[] {2, 2, 10, 14});
        OrtSession.Result result = session.run(Map.of("image", input))) {
      Map.of("contributions", made.contributions(), "gradients", made.gradients())
          .forEach(
              (name, output) -> {
                FloatBuffer found =
                    ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
                float[] said = floats(expected.path(name));
                assertThat(found.remaining()).as(name).isEqualTo(said.length);
                for (float value : said) {
                  assertThat(found.get()).as(name).isCloseTo(value, within(1e-5f + 1e-4f * value));
                }
              });
    }
  }

  /**
   * Each label's head weights are a multiple of the same positive ones, so that all differences of
   * a logit to the mean of all have one sign, and their sizes sum up to the difference itself.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void contributionsInAResNetSumUpToTheLogitAgainstTheMean(int tasks) throws OrtException {
    List<Families.Output> outputs =
        List.of(new Families.Output("pathology", 3), new Families.Output("density", 4));
    Network network =
        Families.resnet18(new Families.Shape(1, 64, 96, outputs.subList(0, tasks)), 0);
    OnnxModel model = model(network);
    String logits = tasks == 1 ? "logits" : "logits.pathology";
    GradientGraph.WayBack made =
        GradientGraph.of(model, "image", new long[] {1, 64, 96}, logits, 3).orElseThrow();
    int size = 2 * 64 * 96;
    Random random = new Random(4);
    FloatBuffer images = FloatBuffer.allocate(size);
    for (int i = 0; i < size; i++) {
      images.put(i, random.nextFloat());
    }
    OnnxGraph plain = model.graph("plain");
    plain.input(
        "image", List.of(Dimension.BATCH, Dimension.of(1), Dimension.of(64), Dimension.of(96)));
    model.upTo(logits, 0).copyInto(plain, name -> name, _ -> Optional.empty());
    plain.output(logits, List.of(Dimension.BATCH, Dimension.of(3)));
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(made.model());
        OrtSession forward = environment.createSession(plain.toBytes());
        OnnxTensor input = OnnxTensor.createTensor(environment, images, new long[] {2, 1, 64, 96});
        OrtSession.Result back = session.run(Map.of("image", input));
        OrtSession.Result answer = forward.run(Map.of("image", input))) {
      float[][] said = (float[][]) answer.get(logits).orElseThrow().getValue();
      float[][][][] parts = (float[][][][]) back.get(made.contributions()).orElseThrow().getValue();
      float[][][][] finer = (float[][][][]) back.get(made.gradients()).orElseThrow().getValue();
      for (int image = 0; image < 2; image++) {
        double mean = (said[image][0] + said[image][1] + said[image][2]) / 3.0;
        assertThat(mean).isPositive();
        assertThat(finer[image].length).isEqualTo(3);
        assertThat(finer[image][2]).hasDimensions(4, 6);
        for (int logit = 0; logit < 3; logit++) {
          double sum = 0;
          for (float[] row : parts[image][logit]) {
            assertThat(row).hasSize(3);
            for (float part : row) {
              sum += part;
            }
          }
          assertThat(sum)
              .isCloseTo(Math.abs(said[image][logit] - mean), within(1e-4 * said[image][2]));
        }
      }
    }
  }

  /** The network's graph with made weights. */
  private static OnnxModel model(Network network) {
    long floats = network.tensors().stream().mapToLong(ParameterSpec::size).sum();
    ByteBuffer values =
        ByteBuffer.allocate(Math.toIntExact(floats * Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    Map<String, OnnxGraph.External> places = new HashMap<>();
    Random random = new Random(3);
    for (ParameterSpec spec : network.tensors()) {
      long length = spec.size() * Float.BYTES;
      places.put(spec.name(), new OnnxGraph.External("weights", values.position(), length));
      for (int i = 0; i < spec.size(); i++) {
        values.putFloat(value(network, spec, i, random));
      }
    }
    return OnnxModel.read(
        ByteBuffer.wrap(network.toOnnx(name -> Objects.requireNonNull(places.get(name)))),
        _ -> values.duplicate().rewind());
  }

  /** Why two labels have one heatmap: what the one leads by, the other trails by. */
  @Test
  void ofTwoLogitsBothHaveTheSameSizes() throws OrtException {
    Network network =
        Families.resnet18(
            new Families.Shape(1, 64, 96, List.of(new Families.Output("cancer", 2))), 0);
    GradientGraph.WayBack made =
        GradientGraph.of(model(network), "image", new long[] {1, 64, 96}, "logits", 2)
            .orElseThrow();
    Random random = new Random(5);
    FloatBuffer image = FloatBuffer.allocate(64 * 96);
    for (int i = 0; i < image.capacity(); i++) {
      image.put(i, random.nextFloat());
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(made.model());
        OnnxTensor input = OnnxTensor.createTensor(environment, image, new long[] {1, 1, 64, 96});
        OrtSession.Result back = session.run(Map.of("image", input))) {
      for (String output : List.of(made.contributions(), made.gradients())) {
        float[][][] maps = ((float[][][][]) back.get(output).orElseThrow().getValue())[0];
        double sum = 0;
        for (int row = 0; row < maps[0].length; row++) {
          for (int column = 0; column < maps[0][row].length; column++) {
            sum += maps[0][row][column];
            assertThat(maps[1][row][column])
                .isCloseTo(maps[0][row][column], within(1e-5f + 1e-4f * maps[0][row][column]));
          }
        }
        assertThat(sum).isPositive();
      }
    }
  }

  private static float value(Network network, ParameterSpec spec, int i, Random random) {
    if (spec.shape().length == 1) {
      return !network.inHead(spec.name())
              && (spec.name().endsWith(".weight") || spec.name().endsWith(".running_var"))
          ? 1
          : 0;
    }
    if (network.inHead(spec.name())) {
      int channel = (int) (i % spec.shape()[1]);
      return (i / spec.shape()[1] + 1) * (1 + channel % 7) / 100f;
    }
    double deviation = Math.sqrt((double) spec.shape()[0] / spec.size());
    return (float) (deviation * random.nextGaussian());
  }

  @Test
  void aNetworkOfOperatorsBeforeAxesWereInputsHasNone() throws IOException {
    assertThat(golden().operatorSet()).isGreaterThanOrEqualTo(13);
    assertThat(ofOperatorSet(13)).isPresent();
    assertThat(ofOperatorSet(12)).isEmpty();
  }

  private static Optional<GradientGraph.WayBack> ofOperatorSet(int number) throws IOException {
    ProtoWriter model = new ProtoWriter();
    for (ProtoReader.Field field : ProtoReader.read(ByteBuffer.wrap(bytes("gradients.onnx")))) {
      if (field.number() == 8) {
        model.message(8, new ProtoWriter().text(1, "").integer(2, number));
      } else {
        model.field(field.whole());
      }
    }
    return GradientGraph.of(
        OnnxModel.read(ByteBuffer.wrap(model.toBytes()), _ -> ByteBuffer.allocate(0)),
        "image",
        SHAPE,
        "logits",
        3);
  }

  @Test
  void aNetworkWithoutResidualSumsAtTwoSizesHasNone() throws IOException {
    OnnxModel model = golden();
    assertThat(GradientGraph.of(model, "image", SHAPE, "stem.clip", 4)).isEmpty();
    assertThat(GradientGraph.suits(model, "image", SHAPE, "stem.clip", 4)).isFalse();
    assertThat(GradientGraph.of(model, "image", SHAPE, "first", 4)).isEmpty();
  }

  /**
   * Its class maps tell where a logit comes from, as finely as its mask: heatmaps are made of them.
   */
  @Test
  void aNetworkThatAMaskGuidesHasNone() {
    Network network =
        Families.resnet18(
                new Families.Shape(1, 64, 96, List.of(new Families.Output("pathology", 3))), 0)
            .withMask(4, true);
    assertThat(GradientGraph.suits(model(network), "image", new long[] {1, 64, 96}, "logits", 3))
        .isFalse();
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).floatValue();
    }
    return values;
  }
}
