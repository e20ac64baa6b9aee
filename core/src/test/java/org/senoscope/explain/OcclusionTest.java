package org.senoscope.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.steps.CropRoi;
import org.senoscope.image.steps.Geometry;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.Resize;
import org.senoscope.image.steps.Step;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.BundleWriter;
import org.senoscope.model.ClassMaps;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.Head;
import org.senoscope.model.Inference;
import org.senoscope.model.InputDescription;
import org.senoscope.model.OutputForm;
import org.senoscope.model.Predictor;
import org.senoscope.model.TinyBundle;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxGraph.Dimension;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.safetensors.Tensor;
import org.senoscope.study.Marks;
import org.senoscope.study.Task;

/** Networks whose evidence is known beforehand: weighted sums of pixels. */
class OcclusionTest {
  private static final int HEIGHT = 40;
  private static final int WIDTH = 56;
  private static final Task TASK = new Task("cancer", List.of("0", "1"));

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"0.2, 0.3", "0.7, 0.6", "0.5, 0.9", "0.9, 0.1"})
  void theStrongestPlaceIsWhereTheNetworkLooks(double down, double across) throws IOException {
    try (Predictor predictor = looker(OutputForm.SIGMOID, down, across, false)) {
      GreyImage image = bright();
      Heatmap heatmap = heatmap(predictor, image, "1");
      double[] middle = middleOfStrongest(heatmap);
      assertThat(middle[0]).isCloseTo(down * HEIGHT, within(HEIGHT / 12.0));
      assertThat(middle[1]).isCloseTo(across * WIDTH, within(WIDTH / 12.0));
    }
  }

  @Test
  void ofTwoLogitsEachLabelHasItsOwnPlace() throws IOException {
    try (Predictor predictor = looker(OutputForm.SOFTMAX, 0.3, 0.25, false)) {
      GreyImage image = bright();
      // The second label looks at one place, the first at the place opposite.
      double[] second = middleOfStrongest(heatmap(predictor, image, "1"));
      double[] first = middleOfStrongest(heatmap(predictor, image, "0"));
      assertThat(second[0]).isCloseTo(0.3 * HEIGHT, within(HEIGHT / 12.0));
      assertThat(first[0]).isCloseTo(0.7 * HEIGHT, within(HEIGHT / 12.0));
      assertThat(second[1]).isCloseTo(0.25 * WIDTH, within(WIDTH / 12.0));
      assertThat(first[1]).isCloseTo(0.75 * WIDTH, within(WIDTH / 12.0));
    }
  }

  @Test
  void whatTheNetworkDoesNotLookAtIsNearZero() throws IOException {
    try (Predictor predictor = looker(OutputForm.SIGMOID, 0.25, 0.25, false)) {
      Heatmap heatmap = heatmap(predictor, bright(), "1");
      for (int row = HEIGHT * 6 / 10; row < HEIGHT; row++) {
        for (int column = WIDTH * 6 / 10; column < WIDTH; column++) {
          assertThat(heatmap.at(row, column)).isLessThan(0.02f);
        }
      }
    }
  }

  @Test
  void anImageWithoutAnythingToCoverHasNoEvidence() throws IOException {
    try (Predictor predictor = looker(OutputForm.SIGMOID, 0.5, 0.5, false)) {
      float[] flat = new float[HEIGHT * WIDTH];
      java.util.Arrays.fill(flat, 0.5f);
      Heatmap heatmap = heatmap(predictor, new GreyImage(HEIGHT, WIDTH, flat), "1");
      for (int i = 0; i < flat.length; i++) {
        assertThat(heatmap.at(i / WIDTH, i % WIDTH)).isZero();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void theSameImageGivesTheSameMaps(boolean mirrored) throws IOException {
    try (Predictor predictor = looker(OutputForm.SOFTMAX, 0.4, 0.6, mirrored)) {
      GreyImage image = noise();
      Inference plain = predictor.infer(image);
      ClassMaps one =
          Occlusion.withMaps(predictor, image, Marks.UNKNOWN, plain).maps("cancer").orElseThrow();
      ClassMaps other =
          Occlusion.withMaps(predictor, image, Marks.UNKNOWN, plain).maps("cancer").orElseThrow();
      assertThat(one.values()).isEqualTo(other.values());
      assertThat(new int[] {one.logits(), one.height(), one.width()}).containsExactly(2, 16, 16);
    }
  }

  @Test
  void theRestOfTheInferenceStaysAsItWas() throws IOException {
    try (Predictor predictor = looker(OutputForm.SOFTMAX, 0.4, 0.6, false)) {
      GreyImage image = noise();
      Inference plain = predictor.infer(image);
      assertThat(plain.maps("cancer")).isEmpty();
      Inference explained = Occlusion.withMaps(predictor, image, Marks.UNKNOWN, plain);
      assertThat(explained.logits("cancer")).isEqualTo(plain.logits("cancer"));
      assertThat(explained.probabilities("cancer")).isEqualTo(plain.probabilities("cancer"));
    }
  }

  @Test
  void aNetworkWithMapsKeepsItsOwn() throws IOException {
    try (Predictor predictor = Predictor.open(TinyBundle.write(folder.resolve("tiny")), 1)) {
      Inference plain = predictor.infer(noise());
      assertThat(Occlusion.withMaps(predictor, noise(), Marks.UNKNOWN, plain)).isSameAs(plain);
    }
  }

  @Test
  void withinAReadersMarkIsLookedAtAlone() throws IOException {
    List<Step> steps =
        List.of(
            new CropRoi(0, 0.5, OptionalInt.empty()),
            new Resize(HEIGHT, WIDTH, Resize.Fit.STRETCH));
    int side = 100;
    GreyImage image = framed(side, 60, 30);
    Marks marks = Marks.parse("60:30:100:70");
    try (Predictor predictor = looker(OutputForm.SIGMOID, 0.3, 0.7, false, steps)) {
      Inference plain = predictor.infer(image, marks);
      Geometry geometry = plain.geometry();
      Inference explained = Occlusion.withMaps(predictor, image, marks, plain);
      Heatmap heatmap =
          Heatmap.of(predictor.bundle().description(), explained, "cancer", "1", side, side);
      double[] middle = middleOfStrongest(heatmap);
      double row = geometry.rows().of(middle[0]);
      double column = geometry.columns().of(middle[1]);
      assertThat(row).isCloseTo(0.3 * HEIGHT, within(HEIGHT / 12.0));
      assertThat(column).isCloseTo(0.7 * WIDTH, within(WIDTH / 12.0));
      assertThat(heatmap.at(30, 50)).isZero();
    }
  }

  private static Heatmap heatmap(Predictor predictor, GreyImage image, String label) {
    Inference explained =
        Occlusion.withMaps(predictor, image, Marks.UNKNOWN, predictor.infer(image));
    return Heatmap.of(predictor.bundle().description(), explained, "cancer", label, HEIGHT, WIDTH);
  }

  /** A network whose last logit is the brightness around a place, the first that opposite to it. */
  private Predictor looker(OutputForm form, double down, double across, boolean mirrored)
      throws IOException {
    return looker(
        form, down, across, mirrored, List.of(new Resize(HEIGHT, WIDTH, Resize.Fit.STRETCH)));
  }

  private Predictor looker(
      OutputForm form, double down, double across, boolean mirrored, List<Step> steps)
      throws IOException {
    int logits = form == OutputForm.SIGMOID ? 1 : 2;
    float[] kernel = new float[HEIGHT * WIDTH * logits];
    for (int row = 0; row < HEIGHT; row++) {
      for (int column = 0; column < WIDTH; column++) {
        int pixel = (row * WIDTH + column) * logits;
        kernel[pixel + logits - 1] = weight(row, column, down, across);
        if (logits == 2) {
          kernel[pixel] = weight(row, column, 1 - down, 1 - across);
        }
      }
    }
    Path weights = folder.resolve("looker.safetensors");
    SafetensorsWriter.write(
        weights, Map.of("kernel", Tensor.floats(kernel, HEIGHT * WIDTH, logits)), Map.of());
    long offset = SafetensorsFile.open(weights).dataOffset("kernel");
    OnnxGraph graph = new OnnxGraph("looker");
    graph.input(
        "image",
        List.of(Dimension.BATCH, Dimension.of(1), Dimension.of(HEIGHT), Dimension.of(WIDTH)));
    String place =
        graph.external(
            "kernel",
            new long[] {HEIGHT * WIDTH, logits},
            new OnnxGraph.External(Bundle.WEIGHTS, offset, 4L * kernel.length));
    graph.named("logits", "MatMul", List.of(graph.node("Flatten", List.of("image")), place));
    graph.output("logits", List.of(Dimension.BATCH, Dimension.of(logits)));
    BundleDescription description =
        new BundleDescription(
            "looker",
            "1",
            List.of(new Head(TASK, form)),
            new InputDescription(1, HEIGHT, WIDTH, new float[1], new float[] {1}),
            new Preprocessing(steps),
            mirrored,
            Json.object().arrayNode(),
            Json.object(),
            Json.object());
    Map<String, AtomicFiles.Content> files = new LinkedHashMap<>();
    files.put(Bundle.MODEL_ONNX, out -> out.write(graph.toBytes()));
    files.put(Bundle.WEIGHTS, out -> Files.copy(weights, out));
    files.put(Fingerprint.FILE, Fingerprint.of(List.of()).content());
    files.put(Bundle.README, out -> {});
    files.put(Bundle.LICENSE, out -> {});
    return Predictor.open(BundleWriter.write(folder.resolve("looker"), description, files), 1, 1);
  }

  private static float weight(int row, int column, double down, double across) {
    double distance = Math.hypot(row + 0.5 - down * HEIGHT, column + 0.5 - across * WIDTH);
    return (float) Math.exp(-Math.pow(distance / 4, 2));
  }

  /** White in a black frame: covers, of the mean, darken each place a little. */
  private static GreyImage bright() {
    float[] pixels = new float[HEIGHT * WIDTH];
    for (int i = 0; i < pixels.length; i++) {
      int row = i / WIDTH;
      int column = i % WIDTH;
      boolean outside = row < 1 || column < 1 || row >= HEIGHT - 1 || column >= WIDTH - 1;
      pixels[i] = outside ? 0 : 1;
    }
    return new GreyImage(HEIGHT, WIDTH, pixels);
  }

  /** Black, with a white square of 36 pixels a side within a mark of 40. */
  private static GreyImage framed(int side, int top, int left) {
    float[] pixels = new float[side * side];
    for (int row = top + 2; row < top + 38; row++) {
      for (int column = left + 2; column < left + 38; column++) {
        pixels[row * side + column] = 1;
      }
    }
    return new GreyImage(side, side, pixels);
  }

  private static GreyImage noise() {
    Random random = new Random(4);
    float[] pixels = new float[HEIGHT * WIDTH];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat();
    }
    return new GreyImage(HEIGHT, WIDTH, pixels);
  }

  private static double[] middleOfStrongest(Heatmap heatmap) {
    double sum = 0;
    double rows = 0;
    double columns = 0;
    for (int row = 0; row < heatmap.height(); row++) {
      for (int column = 0; column < heatmap.width(); column++) {
        if (heatmap.at(row, column) > 0.7) {
          sum++;
          rows += row + 0.5;
          columns += column + 0.5;
        }
      }
    }
    return new double[] {rows / sum, columns / sum};
  }
}
