package org.senoscope.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.Python;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.study.Task;

/** What every network must do, whatever its family. */
class NetworkConformanceTest {
  private static final Task THREE = new Task("pathology", List.of("normal", "benign", "malignant"));
  private static final Task FOUR = new Task("density", List.of("1", "2", "3", "4"));

  @TempDir private Path folder;

  static Stream<Network> networks() {
    var grey64 = new Families.Shape(1, 64, 64, List.of(Families.Output.of(THREE)));
    var colour96 = new Families.Shape(3, 96, 96, List.of(Families.Output.of(THREE)));
    var twoTasks =
        new Families.Shape(1, 64, 96, List.of(Families.Output.of(THREE), Families.Output.of(FOUR)));
    var oneLogit = new Families.Shape(1, 64, 64, List.of(new Families.Output("cancer", 1)));
    return Stream.of(
        Families.cnn(oneLogit, List.of(8, 16), 2, true, true, 0, List.of(16), 0),
        Families.cnn(oneLogit, List.of(8, 16), 1, true, false, 0, List.of(), 0),
        Families.cnn(grey64, List.of(8, 16), 1, true, false, 0.25, List.of(), 0.5),
        Families.cnn(grey64, List.of(8, 16, 32), 2, false, false, 0, List.of(32), 0.5),
        Families.cnn(twoTasks, List.of(8, 16), 1, true, false, 0, List.of(), 0),
        Families.resnet18(colour96, 0.1),
        Families.resnet18(grey64, 0),
        Families.efficientNetLite0(colour96, 0.2, 0.2),
        Families.efficientNetLite0(twoTasks, 0.2, 0),
        Families.cnn(oddGrey(), List.of(8, 16, 32), 1, true, false, 0.25, List.of(), 0)
            .withMask(8, false),
        Families.cnn(oddGrey(), List.of(8, 16, 32), 1, true, false, 0.25, List.of(), 0)
            .withMask(8, true),
        Families.resnet18(colour96, 0.1).withMask(16, false),
        Families.efficientNetLite0(twoTasks, 0.2, 0.2).withMask(16, true),
        Families.cnn(oddGrey(), List.of(8, 16, 32), 1, true, false, 0.25, List.of(), 0)
            .withMask(8, false)
            .withFrozen(1),
        Families.resnet18(grey64, 0).withFrozen(3),
        Families.efficientNetLite0(colour96, 0.2, 0.2).withFrozen(3).withMask(16, false));
  }

  /** Halved to 45, 22 and 11 rows, 50, 25 and 12 columns: no decoder may count on doubling. */
  private static Families.Shape oddGrey() {
    return new Families.Shape(1, 90, 100, List.of(Families.Output.of(THREE)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void onnxRuntimeAgreesWithLibtorchInEvaluationMode(Network network) throws Exception {
    try (Net net = trained(network);
        var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      float[] input = noise(2 * network.channels() * network.height() * network.width(), 7);
      Tensor images = Torch.copyOf(input, 2, network.channels(), network.height(), network.width());
      Net.Answer answer = net.forward(images, false, Precision.FP32);
      Map<String, float[]> onnx = run(write(net), network, input);
      assertClose(onnx.get("features"), Torch.values(answer.features()));
      assertThat(onnx.get("textures")).isNotEmpty();
      assertThat(onnx.containsKey("mask")).isEqualTo(network.mask().isPresent());
      if (network.mask().isPresent()) {
        MaskHead head = network.mask().get();
        Tensor mask = answer.mask().orElseThrow();
        assertThat(List.of(mask.size(0), mask.size(1), mask.size(2), mask.size(3)))
            .containsExactly(2L, 1L, (long) head.rows(), (long) head.columns());
        assertThat(head.rows()).isGreaterThan(Extent.after(network.trunk(), network.height()));
        assertClose(onnx.get("mask"), Torch.values(torch.sigmoid(mask)));
      }
      for (int task = 0; task < network.heads().size(); task++) {
        Network.Head head = network.heads().get(task);
        float[] logits = Torch.values(answer.logits().get(task));
        assertClose(onnx.get(network.output("logits", head)), logits);
        if (network.hasMaps()) {
          assertClose(meanOfEach(onnx.get(network.output("maps", head)), logits.length), logits);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theOnnxCheckerAcceptsTheExport(Network network) throws Exception {
    try (Net net = new Net(network, 1)) {
      checked(write(net));
      checked(write(net, net));
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void trainingModeDiffersFromEvaluationMode(Network network) {
    boolean normalises =
        network.tensors().stream().anyMatch(spec -> spec.role() == ParameterSpec.Role.STATISTIC);
    try (Net net = trained(network);
        var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      float[] input = noise(2 * network.channels() * network.height() * network.width(), 7);
      Tensor images = Torch.copyOf(input, 2, network.channels(), network.height(), network.width());
      float[] first = Torch.values(net.forward(images, false, Precision.FP32).features());
      float[] again = Torch.values(net.forward(images, false, Precision.FP32).features());
      assertThat(again).isEqualTo(first);
      float[] statistics = Torch.values(net.statistics());
      Torch.seed(3);
      float[] training = Torch.values(net.forward(images, true, Precision.FP32).features());
      assertThat(training).isNotEqualTo(first);
      if (normalises) {
        assertThat(Torch.values(net.statistics())).isNotEqualTo(statistics);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void statisticsAreTheMeanOverTheBatchesCounted(Network network) {
    try (Net net = trained(network);
        var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      int n = 8;
      Tensor images =
          Torch.copyOf(
              noise(n * network.channels() * network.height() * network.width(), 7),
              n,
              network.channels(),
              network.height(),
              network.width());
      net.countStatistics(images, 0, Precision.FP32);
      float[] once = Torch.values(net.statistics());
      net.countStatistics(images, 0, Precision.FP32);
      assertThat(Torch.values(net.statistics())).isEqualTo(once);
      net.countStatistics(images, 1, Precision.FP32);
      float[] twice = Torch.values(net.statistics());
      for (int i = 0; i < once.length; i++) {
        assertThat((double) twice[i])
            .isCloseTo(once[i], within(1e-5 * Math.max(1, Math.abs(once[i]))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aFewStepsLowerTheLossInEveryPrecision(Network network) {
    for (Precision precision : Precision.values()) {
      try (Net net = new Net(network, 5);
          Adam adam = new Adam(net, true);
          var _ = new PointerScope()) {
        Tensor images =
            Torch.channelsLast(
                Torch.copyOf(
                    noise(4 * network.channels() * network.height() * network.width(), 1),
                    4,
                    network.channels(),
                    network.height(),
                    network.width()));
        long third = network.heads().getFirst().layer().out() > 2 ? 2 : 0;
        Tensor truth = Torch.copyOf(new long[] {0, 1, third, 1}, 4);
        List<Float> losses = new ArrayList<>();
        for (int step = 0; step < 12; step++) {
          Torch.seed(step);
          net.zeroGradients();
          Net.Answer answer = net.forward(images, true, precision);
          Tensor logits = answer.logits().getFirst();
          if (logits.size(1) == 1) {
            logits = torch.constant_pad_nd(logits, 1, 0); // against a first label's of 0
          }
          Tensor loss = torch.cross_entropy_loss(logits, truth);
          if (answer.mask().isPresent()) { // no lesion anywhere
            loss = loss.add(torch.softplus(answer.mask().get()).mean());
          }
          loss.backward();
          adam.step(Paces.all(2e-3, 0));
          losses.add(loss.item_float());
        }
        assertThat(losses).as("%s in %s", network.name(), precision).allMatch(Float::isFinite);
        assertThat(losses.subList(9, 12).stream().mapToDouble(x -> x).sum())
            .as("%s in %s: %s", network.name(), precision, losses)
            .isLessThan(losses.subList(0, 3).stream().mapToDouble(x -> x).sum());
      }
    }
  }

  /** Frozen stages are in training what they are in evaluation, and no step moves them. */
  @ParameterizedTest
  @MethodSource("networks")
  void whatIsFrozenStaysAsItWas(Network network) {
    Set<String> frozen = new HashSet<>();
    network.frozenTrunk().declare(spec -> frozen.add(spec.name()));
    assertThat(frozen.isEmpty()).isEqualTo(network.frozen() == 0);
    try (Net net = trained(network);
        Adam adam = new Adam(net, true);
        var _ = new PointerScope()) {
      Map<String, float[]> before = new HashMap<>();
      network.tensors().forEach(s -> before.put(s.name(), Torch.values(net.tensor(s.name()))));
      Tensor images =
          Torch.copyOf(
              noise(2 * network.channels() * network.height() * network.width(), 4),
              2,
              network.channels(),
              network.height(),
              network.width());
      net.zeroGradients();
      Net.Answer answer = net.forward(images, true, Precision.FP32);
      Tensor sum = answer.logits().getFirst().pow(new org.bytedeco.pytorch.Scalar(2.0)).sum();
      sum.backward();
      adam.step(Paces.all(1e-2, 0.1)); // decay too must leave it
      boolean some = false;
      for (ParameterSpec spec : network.tensors()) {
        float[] after = Torch.values(net.tensor(spec.name()));
        if (frozen.contains(spec.name())) {
          assertThat(after).as(spec.name()).isEqualTo(before.get(spec.name()));
        } else if (spec.role() == ParameterSpec.Role.WEIGHT) {
          some |= !java.util.Arrays.equals(after, before.get(spec.name()));
        }
      }
      assertThat(some).isTrue();
    }
  }

  @Test
  void oneStageAtLeastLearns() {
    var shape = new Families.Shape(3, 96, 96, List.of(Families.Output.of(THREE)));
    assertThat(Families.resnet18(shape, 0).withFrozen(3).frozen()).isPositive();
    assertThatThrownBy(() -> Families.resnet18(shape, 0).withFrozen(5))
        .hasMessageContaining("5 stages cannot be frozen: resnet18 has 4");
    assertThat(Families.efficientNetLite0(shape, 0, 0).withFrozen(6).frozen()).isPositive();
    assertThatThrownBy(() -> Families.efficientNetLite0(shape, 0, 0).withFrozen(7))
        .hasMessageContaining("has 7, of which one must learn; freeze 6 at most");
    assertThatThrownBy(() -> Families.resnet18(shape, 0).withFrozen(4))
        .hasMessageContaining("one must learn");
  }

  @ParameterizedTest
  @MethodSource("networks")
  void weightsComeBackAsTheyWere(Network network) throws IOException {
    Path file = folder.resolve("w.safetensors");
    try (Net net = trained(network);
        Net other = new Net(network, 99)) {
      Weights.write(file, net, Map.of());
      assertThat(Weights.read(file, other, name -> false)).isEmpty();
      assertThat(Weights.unused(file, other)).isEmpty();
      try (var _ = new PointerScope()) {
        for (ParameterSpec spec : network.tensors()) {
          assertThat(Torch.values(other.tensor(spec.name())))
              .as(spec.name())
              .isEqualTo(Torch.values(net.tensor(spec.name())));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void severalNetworksAsOneModelGiveTheirMean(Network network) throws Exception {
    try (Net one = trained(network);
        Net other = trained(network, 12);
        var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      Path onnx = write(one, other);
      float[] input = noise(2 * network.channels() * network.height() * network.width(), 7);
      Tensor images = Torch.copyOf(input, 2, network.channels(), network.height(), network.width());
      Net.Answer a = one.forward(images, false, Precision.FP32);
      Net.Answer b = other.forward(images, false, Precision.FP32);
      Map<String, float[]> said = run(onnx, network, input);
      assertClose(said.get("features"), Torch.values(a.features()));
      assertThat(said.containsKey("mask")).isEqualTo(network.mask().isPresent());
      if (network.mask().isPresent()) {
        Tensor odds = a.mask().orElseThrow().add(b.mask().orElseThrow());
        assertClose(
            said.get("mask"),
            Torch.values(torch.sigmoid(odds.div(new org.bytedeco.pytorch.Scalar(2.0)))));
      }
      for (int task = 0; task < network.heads().size(); task++) {
        Network.Head head = network.heads().get(task);
        float[] mean = Torch.values(a.logits().get(task));
        float[] second = Torch.values(b.logits().get(task));
        assertThat(second).isNotEqualTo(mean);
        for (int i = 0; i < mean.length; i++) {
          mean[i] = (mean[i] + second[i]) / 2;
        }
        assertClose(said.get(network.output("logits", head)), mean);
        if (network.hasMaps()) {
          assertClose(meanOfEach(said.get(network.output("maps", head)), mean.length), mean);
        }
      }
    }
  }

  /** A net whose running statistics are not those of the start, so that a slip in them shows. */
  private static Net trained(Network network) {
    return trained(network, 11);
  }

  private static Net trained(Network network, long seed) {
    Net net = new Net(network, seed);
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      for (ParameterSpec spec : network.tensors()) {
        if (spec.name().endsWith("running_mean")) {
          net.tensor(spec.name()).uniform_(-0.3, 0.3, new org.bytedeco.pytorch.GeneratorOptional());
        } else if (spec.name().endsWith("running_var")) {
          net.tensor(spec.name()).uniform_(0.5, 1.5, new org.bytedeco.pytorch.GeneratorOptional());
        }
      }
    }
    return net;
  }

  private static void checked(Path onnx) throws IOException, InterruptedException {
    Python.run(
        "import onnx, sys; onnx.checker.check_model(sys.argv[1], full_check=True)",
        onnx.toString());
  }

  private Path write(Net net) throws IOException {
    Path weights = folder.resolve("weights.safetensors");
    Weights.write(weights, net, Map.of());
    return write(net.network(), List.of(""), weights);
  }

  /** Both as one model. */
  private Path write(Net one, Net other) throws IOException {
    Map<String, org.senoscope.safetensors.Tensor> tensors = new java.util.LinkedHashMap<>();
    Weights.tensors(one).forEach((name, tensor) -> tensors.put("a." + name, tensor));
    Weights.tensors(other).forEach((name, tensor) -> tensors.put("b." + name, tensor));
    Path weights = folder.resolve("weights.safetensors");
    SafetensorsWriter.write(weights, tensors, Map.of());
    return write(one.network(), List.of("a.", "b."), weights);
  }

  private Path write(Network network, List<String> members, Path weights) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(weights);
    byte[] model =
        network.toOnnx(
            members,
            name ->
                new OnnxGraph.External(
                    "weights.safetensors",
                    file.dataOffset(name),
                    file.tensors().get(name).length()));
    Path onnx = folder.resolve("model.onnx");
    Files.write(onnx, model);
    return onnx;
  }

  private static Map<String, float[]> run(Path onnx, Network network, float[] input)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(onnx.toString());
        OnnxTensor tensor =
            OnnxTensor.createTensor(
                environment,
                FloatBuffer.wrap(input),
                new long[] {2, network.channels(), network.height(), network.width()});
        OrtSession.Result result = session.run(Map.of("image", tensor))) {
      Map<String, float[]> outputs = new java.util.HashMap<>();
      for (var output : result) {
        FloatBuffer values = ((OnnxTensor) output.getValue()).getFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        outputs.put(output.getKey(), copy);
      }
      return outputs;
    }
  }

  private static float[] meanOfEach(float[] maps, int count) {
    int size = maps.length / count;
    float[] means = new float[count];
    for (int map = 0; map < count; map++) {
      double sum = 0;
      for (int i = 0; i < size; i++) {
        sum += maps[map * size + i];
      }
      means[map] = (float) (sum / size);
    }
    return means;
  }

  private static void assertClose(float[] found, float[] wanted) {
    assertThat(found).hasSameSizeAs(wanted);
    double scale = 1;
    for (float value : wanted) {
      scale = Math.max(scale, Math.abs(value));
    }
    for (int i = 0; i < wanted.length; i++) {
      assertThat((double) found[i]).isCloseTo(wanted[i], within(1e-4 * scale));
    }
  }

  private static float[] noise(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
