package org.senoscope.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.calibration.AnswerRule;
import org.senoscope.calibration.CalibrationChoice;
import org.senoscope.calibration.CalibrationMethod;
import org.senoscope.calibration.ConformalSets;
import org.senoscope.calibration.ProperScore;
import org.senoscope.calibration.TemperatureScaling;
import org.senoscope.image.GreyImage;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.Resize;
import org.senoscope.study.Prediction;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

class PredictorTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void agreesWithOnnxRuntimeInPython(boolean mirrored) throws IOException {
    Bundle bundle = TinyBundle.write(folder.resolve("tiny"), mirrored, Fingerprint.of(List.of()));
    try (Predictor predictor = Predictor.open(bundle, 1)) {
      for (JsonNode each : TinyBundle.expected().path("cases")) {
        JsonNode expected = each.path(mirrored ? "mirrored" : "plain");
        Inference found = predictor.infer(image(each));
        String task = Task.PATHOLOGY;
        agree(doubles(found.logits(task)), expected.path("logits"));
        agree(found.probabilities(task), expected.path("probabilities"));
        agree(doubles(found.features().orElseThrow()), expected.path("features"));
        ClassMaps maps = found.maps(task).orElseThrow();
        assertThat(new int[] {maps.logits(), maps.height(), maps.width()}).containsExactly(3, 4, 6);
        agree(doubles(maps.values()), expected.path("maps"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void mirroredAveragingAnswersAnImageAndItsMirrorAlike(long seed) throws IOException {
    try (Predictor predictor = Predictor.open(TinyBundle.write(folder.resolve("tiny")), 1)) {
      GreyImage image = random(seed, 8, 12);
      double[] one = predictor.infer(image).probabilities(Task.PATHOLOGY);
      double[] other = predictor.infer(mirror(image)).probabilities(Task.PATHOLOGY);
      assertThat(other).containsExactly(one, within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTensorOfAnImagesBytesIsAnsweredAsTheImage(boolean mirrored) throws IOException {
    Bundle bundle = TinyBundle.write(folder.resolve("tiny"), mirrored, Fingerprint.of(List.of()));
    try (Predictor predictor = Predictor.open(bundle, 1)) {
      for (JsonNode each : TinyBundle.expected().path("cases")) {
        GreyImage image = image(each);
        float[] tensor = new float[2 * image.pixels().length];
        for (int i = 0; i < tensor.length; i++) {
          tensor[i] = each.path("pixels").path(i % image.pixels().length).intValue();
        }
        assertThat(predictor.inferTensor(tensor).logits(Task.PATHOLOGY))
            .isEqualTo(predictor.infer(image).logits(Task.PATHOLOGY));
      }
    }
  }

  @Test
  void aTensorOfAnotherSizeIsRefused() throws IOException {
    try (Predictor predictor = Predictor.open(TinyBundle.write(folder.resolve("tiny")), 1)) {
      assertThatThrownBy(() -> predictor.inferTensor(new float[8 * 12]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("192 values, has 96");
    }
  }

  @Test
  void aMapsMeanAndTheBiasAreTheLogit() throws IOException {
    try (Predictor predictor = Predictor.open(TinyBundle.write(folder.resolve("tiny")), 1)) {
      float[] bias = predictor.bundle().weights().floats("head.bias");
      Inference found = predictor.infer(random(9, 30, 40));
      ClassMaps maps = found.maps(Task.PATHOLOGY).orElseThrow();
      for (int logit = 0; logit < 3; logit++) {
        double sum = 0;
        for (int place = 0; place < 24; place++) {
          sum += maps.values()[logit * 24 + place];
        }
        assertThat(sum / 24 + bias[logit])
            .isCloseTo(found.logits(Task.PATHOLOGY)[logit], within(1e-5));
      }
    }
  }

  @Test
  void answersAreTheSameFromManyThreadsAtOnce()
      throws IOException, InterruptedException, ExecutionException {
    try (Predictor predictor = Predictor.open(TinyBundle.write(folder.resolve("tiny")), 1, 3);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<GreyImage> images =
          IntStream.range(0, 20).mapToObj(i -> random(i, 10 + i, 30 - i)).toList();
      List<Prediction> alone =
          images.stream().map(image -> predictor.predict("a.png", image)).toList();
      List<Future<Prediction>> together = new ArrayList<>();
      for (int round = 0; round < 20; round++) {
        for (GreyImage image : images) {
          Callable<Prediction> one = () -> predictor.predict("a.png", image);
          together.add(threads.submit(one));
        }
      }
      for (int i = 0; i < together.size(); i++) {
        assertThat(together.get(i).get()).isEqualTo(alone.get(i % images.size()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyImagesInFewRunsGiveTheLogitsOfEachAlone(boolean mirrored) throws IOException {
    Bundle bundle = TinyBundle.write(folder.resolve("tiny"), mirrored, Fingerprint.of(List.of()));
    try (Predictor predictor = Predictor.open(bundle, 1, 1)) {
      List<GreyImage> images = IntStream.range(0, 37).mapToObj(i -> random(i, 8, 12)).toList();
      List<float[]> together = predictor.logits(Task.PATHOLOGY, images.size(), images::get);
      assertThat(together).hasSize(37);
      for (int i = 0; i < images.size(); i++) {
        assertThat(together.get(i))
            .containsExactly(
                predictor.inferPrepared(images.get(i)).logits(Task.PATHOLOGY), within(1e-5f));
      }
      assertThat(predictor.logits(Task.PATHOLOGY, 0, images::get)).isEmpty();
    }
  }

  @Test
  void theDecisionIsTheLabelOfTheHighestScoreUntilThereAreLimits() throws IOException {
    try (Predictor predictor = Predictor.open(TinyBundle.write(folder.resolve("tiny")), 1)) {
      Prediction found =
          predictor.predict("b c.png", image(TinyBundle.expected().path("cases").path(1)));
      assertThat(found.file()).isEqualTo("b c.png");
      assertThat(found.label()).contains("normal");
      assertThat(found.decision()).isEqualTo("normal");
      assertThat(found.set()).containsExactly("normal");
      assertThat(found.scores().keySet()).containsExactly("normal", "benign", "malignant");
      assertThat(found.scores().values().stream().mapToDouble(Double::doubleValue).sum())
          .isCloseTo(1, within(1e-12));
      assertThat(found.calibrated()).isFalse();
      assertThat(found.model()).isEqualTo("tiny 1");
      assertThat(found.tasks()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, normal, ''",
    "1, 1, 1, refer, uncertain: may be normal or benign or malignant",
    "1, 0, 1, refer, uncertain: may be normal or malignant",
    "0, 0, 0, refer, uncertain: it looks like no label's images",
    "0, 0, 1, refer, 'uncertain: normal scores highest, and malignant alone cannot be ruled out'"
  })
  void aSetOfOneLabelDecidesAndAnyOtherRefers(
      double normal, double benign, double malignant, String decision, String reason)
      throws IOException {
    double temperature = 2;
    AnswerRule rule =
        new AnswerRule(
            new CalibrationChoice(
                new TemperatureScaling(temperature),
                Stream.of(CalibrationMethod.NONE, CalibrationMethod.TEMPERATURE)
                    .map(
                        method ->
                            new CalibrationChoice.Candidate(method, new ProperScore(.7, .4), 0, 0))
                    .toList(),
                60,
                50,
                5,
                "made"),
            new ConformalSets(
                .9,
                Stream.of(normal, benign, malignant)
                    .map(highest -> new ConformalSets.Limit(20, highest))
                    .toList()));
    BundleDescription plain = TinyBundle.description(true);
    Bundle bundle =
        BundleWriter.write(
            folder.resolve("ruled"),
            new BundleDescription(
                plain.name(),
                plain.version(),
                List.of(new Head(TinyBundle.TASK, OutputForm.SOFTMAX, Optional.of(rule))),
                plain.input(),
                plain.preprocessing(),
                true,
                plain.operatingPoints(),
                plain.provenance(),
                plain.validation()),
            TinyBundle.files(Fingerprint.of(List.of())));
    assertThat(bundle.description().heads().getFirst().rule()).contains(rule);
    GreyImage image = image(TinyBundle.expected().path("cases").path(1));
    try (Predictor predictor = Predictor.open(bundle, 1)) {
      Inference inference = predictor.infer(image);
      Prediction found = predictor.answer("b.png", inference);
      assertThat(found.label()).contains("normal");
      assertThat(found.decision()).isEqualTo(decision);
      assertThat(found.reason()).isEqualTo(reason);
      assertThat(found.calibrated()).isTrue();
      float[] logits = inference.logits(Task.PATHOLOGY);
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit / temperature);
      }
      assertThat(found.scores().get("benign"))
          .isCloseTo(Math.exp(logits[1] / temperature) / sum, within(1e-12));
    }
  }

  @Test
  void closingTwiceIsHarmlessAndALaterInferenceIsRefused() throws IOException {
    Predictor predictor = Predictor.open(TinyBundle.write(folder.resolve("tiny")), 1);
    predictor.warmUp();
    predictor.close();
    predictor.close();
    assertThatThrownBy(() -> predictor.infer(random(1, 8, 12)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(predictor::givesGradients)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aNetworkThatIsNotTheDescribedOneIsRefused() throws IOException {
    BundleDescription tiny = TinyBundle.description(true);
    BundleDescription other =
        BundleDescription.of(
            "other",
            "1",
            List.of(new Task("cancer", List.of("0", "1"))),
            new InputDescription(1, 16, 12, new float[1], new float[] {1}),
            new Preprocessing(List.of(new Resize(16, 12, Resize.Fit.PAD))),
            true,
            tiny.provenance(),
            tiny.validation());
    Bundle bundle =
        BundleWriter.write(
            folder.resolve("other"), other, TinyBundle.files(Fingerprint.of(List.of())));
    assertThatThrownBy(() -> Predictor.open(bundle, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("image must have shape (n, 1, 16, 12), has [-1, 2, 8, 12]")
        .hasMessageContaining("logits must have shape (n, 2), has [-1, 3]");
  }

  @Test
  void aNetworkThatIsNoOnnxIsRefusedInOneLine() throws IOException {
    var files = TinyBundle.files(Fingerprint.of(List.of()));
    files.put(Bundle.MODEL_ONNX, out -> out.write(new byte[] {1, 2, 3}));
    Bundle bundle = BundleWriter.write(folder.resolve("bad"), TinyBundle.description(true), files);
    assertThatThrownBy(() -> Predictor.open(bundle, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot load model.onnx")
        .message()
        .doesNotContain("\n");
  }

  static GreyImage image(JsonNode expected) {
    float[] pixels = new float[TinyBundle.HEIGHT * TinyBundle.WIDTH];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = expected.path("pixels").path(i).intValue() / 255f;
    }
    return new GreyImage(TinyBundle.HEIGHT, TinyBundle.WIDTH, pixels);
  }

  static GreyImage random(long seed, int height, int width) {
    Random random = new Random(seed);
    float[] pixels = new float[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat();
    }
    return new GreyImage(height, width, pixels);
  }

  private static GreyImage mirror(GreyImage image) {
    float[] pixels = new float[image.pixels().length];
    for (int row = 0; row < image.height(); row++) {
      for (int column = 0; column < image.width(); column++) {
        pixels[row * image.width() + column] = image.at(row, image.width() - 1 - column);
      }
    }
    return new GreyImage(image.height(), image.width(), pixels);
  }

  private static void agree(double[] found, JsonNode expected) {
    double[] values = new double[expected.size()];
    Arrays.setAll(values, i -> expected.path(i).doubleValue());
    assertThat(found).containsExactly(values, within(1e-5));
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }
}
