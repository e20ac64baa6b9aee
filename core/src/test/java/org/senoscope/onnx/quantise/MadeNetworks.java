package org.senoscope.onnx.quantise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.senoscope.image.GreyImage;
import org.senoscope.model.InputDescription;
import org.senoscope.model.NetworkSession;
import org.senoscope.nn.Families;
import org.senoscope.nn.Network;
import org.senoscope.nn.ParameterSpec;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxModel;

/** Networks of each family with made weights, and pictures for them. */
final class MadeNetworks {
  private static final List<Families.Output> OUTPUTS = List.of(new Families.Output("pathology", 3));

  private MadeNetworks() {}

  static Stream<Network> all() {
    var grey = new Families.Shape(1, 32, 32, OUTPUTS);
    var colour = new Families.Shape(3, 64, 64, OUTPUTS);
    return Stream.of(
        Families.cnn(grey, List.of(8, 16), 1, true, false, 0.25, List.of(), 0.5),
        Families.cnn(grey, List.of(8, 16, 32), 2, false, false, 0, List.of(32), 0.5),
        Families.resnet18(colour, 0.1),
        Families.resnet18(colour, 0.1).withMask(16, false),
        Families.efficientNetLite0(colour, 0.2, 0.2),
        Families.efficientNetLite0(colour, 0.2, 0.2).withMask(16, true));
  }

  /** The network's graph, with statistics of batch norm that do something. */
  static OnnxModel model(Network network) {
    long floats = network.tensors().stream().mapToLong(ParameterSpec::size).sum();
    ByteBuffer values =
        ByteBuffer.allocate(Math.toIntExact(floats * Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    Map<String, OnnxGraph.External> places = new HashMap<>();
    Random random = new Random(3);
    for (ParameterSpec spec : network.tensors()) {
      long length = spec.size() * Float.BYTES;
      places.put(spec.name(), new OnnxGraph.External("weights", values.position(), length));
      for (int i = 0; i < spec.size(); i++) {
        values.putFloat(value(spec, random));
      }
    }
    return OnnxModel.read(
        ByteBuffer.wrap(network.toOnnx(name -> Objects.requireNonNull(places.get(name)))),
        _ -> values.duplicate().rewind());
  }

  private static float value(ParameterSpec spec, Random random) {
    if (spec.name().endsWith("running_var")) {
      return 0.5f + 1.5f * random.nextFloat();
    }
    if (spec.shape().length == 1) {
      boolean factor = spec.role() == ParameterSpec.Role.PLAIN && spec.name().endsWith(".weight");
      return (float) ((factor ? 1 : 0) + 0.2 * random.nextGaussian());
    }
    long in = 1;
    for (int axis = 1; axis < spec.shape().length; axis++) {
      in *= spec.shape()[axis];
    }
    return (float) (random.nextGaussian() * Math.sqrt(2.0 / in));
  }

  static InputDescription input(Network network) {
    float[] mean = new float[network.channels()];
    float[] std = new float[network.channels()];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = 0.5f - 0.1f * i;
      std[i] = 0.25f;
    }
    return new InputDescription(network.channels(), network.height(), network.width(), mean, std);
  }

  /** Blots of light on darkness. */
  static List<GreyImage> pictures(Network network, int count, long seed) {
    Random random = new Random(seed);
    List<GreyImage> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] pixels = new float[network.height() * network.width()];
      double row = random.nextDouble() * network.height();
      double column = random.nextDouble() * network.width();
      double wide = (1 + random.nextInt(8)) * network.width();
      for (int place = 0; place < pixels.length; place++) {
        int y = place / network.width();
        int x = place % network.width();
        double away = Math.pow(y - row, 2) + Math.pow(x - column, 2);
        pixels[place] = (float) Math.min(1, Math.exp(-away / wide) + 0.2 * random.nextDouble());
      }
      pictures.add(new GreyImage(network.height(), network.width(), pixels));
    }
    return pictures;
  }

  /** All that a network gives for pictures, by name. */
  static Map<String, float[]> run(byte[] onnx, Network network, List<GreyImage> pictures) {
    try (NetworkSession session = NetworkSession.open(onnx, input(network), 1)) {
      return new TreeMap<>(session.run(session.batch(pictures), session.outputs()));
    }
  }

  /** A network as it stands. */
  static byte[] bytes(OnnxModel model, Network network) {
    OnnxGraph graph = model.graph("plain");
    graph.input(
        "image",
        List.of(
            OnnxGraph.Dimension.BATCH,
            OnnxGraph.Dimension.of(network.channels()),
            OnnxGraph.Dimension.of(network.height()),
            OnnxGraph.Dimension.of(network.width())));
    model.copyInto(graph, name -> name, _ -> java.util.Optional.empty());
    model.outputs().forEach(output -> graph.output(output.name()));
    return graph.toBytes();
  }

  /** Of values. */
  static Range range(float[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return new Range(low, high);
  }

  /** What was seen on pictures. */
  static Map<String, Histogram> seen(Int8Network int8, Network network, List<GreyImage> pictures) {
    Map<String, Histogram> seen = new HashMap<>();
    try (NetworkSession session = NetworkSession.open(int8.observable(), input(network), 1)) {
      var batch = session.batch(pictures);
      Map<String, float[]> values = new HashMap<>(session.run(batch, session.outputs()));
      float[] image = new float[batch.remaining()];
      batch.duplicate().get(image);
      values.put("image", image);
      for (String tensor : int8.observed()) {
        float[] found = Objects.requireNonNull(values.get(tensor), tensor);
        Histogram histogram = new Histogram(range(found));
        histogram.add(found);
        seen.put(tensor, histogram);
      }
    }
    return seen;
  }
}
