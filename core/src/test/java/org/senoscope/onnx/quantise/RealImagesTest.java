package org.senoscope.onnx.quantise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.Bundle;
import org.senoscope.model.NetworkSession;
import org.senoscope.onnx.OnnxModel;
import org.senoscope.study.Marks;

/** The model that comes with Senoscope, on the images that come with it. */
class RealImagesTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> LOGITS = Set.of("logits");

  private static List<GreyImage> samples(Bundle bundle) throws IOException {
    List<GreyImage> images = new ArrayList<>();
    try (Stream<Path> files = Files.walk(HOME.resolve("samples/ultrasound"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".jpg")).sorted().toList()) {
        images.add(
            bundle
                .description()
                .preprocessing()
                .prepare(ImageFiles.read(file), Marks.UNKNOWN)
                .image());
      }
    }
    return images;
  }

  private static double[] scores(NetworkSession session, List<GreyImage> images, int label) {
    return images.stream()
        .mapToDouble(
            image -> {
              FloatBuffer batch = session.batch(List.of(image));
              float[] logits = Objects.requireNonNull(session.run(batch, LOGITS).get("logits"));
              double most = Math.max(logits[0], Math.max(logits[1], logits[2]));
              double sum = 0;
              for (float logit : logits) {
                sum += Math.exp(logit - most);
              }
              return Math.exp(logits[label] - most) / sum;
            })
        .toArray();
  }

  @Test
  void in8BitsImagesRankAsInFloats() throws IOException {
    Bundle bundle = Bundle.open(HOME.resolve("models/ultrasound"));
    List<GreyImage> images = samples(bundle);
    assertThat(images).hasSizeGreaterThan(5);
    byte[] whole = bundle.singleFileOnnx().toByteArray();
    Int8Network planned =
        Int8Network.of(OnnxModel.read(ByteBuffer.wrap(whole), _ -> ByteBuffer.allocate(0)));
    var input = bundle.description().input();
    Map<String, Range> ranges = new HashMap<>();
    Map<String, Histogram> seen = new HashMap<>();
    try (NetworkSession session = NetworkSession.open(planned.observable(), input, 2)) {
      for (boolean first : new boolean[] {true, false}) {
        for (GreyImage image : images) {
          FloatBuffer batch = session.batch(List.of(image));
          Map<String, float[]> values = new HashMap<>(session.run(batch, session.outputs()));
          float[] pixels = new float[batch.remaining()];
          batch.duplicate().get(pixels);
          values.put("image", pixels);
          for (String tensor : planned.observed()) {
            float[] found = Objects.requireNonNull(values.get(tensor), tensor);
            if (first) {
              ranges.merge(
                  tensor,
                  MadeNetworks.range(found),
                  (a, b) -> new Range(Math.min(a.low(), b.low()), Math.max(a.high(), b.high())));
            } else {
              seen.computeIfAbsent(
                      tensor, name -> new Histogram(Objects.requireNonNull(ranges.get(name))))
                  .add(found);
            }
          }
        }
      }
    }
    try (NetworkSession floats = NetworkSession.open(whole, input, 2);
        NetworkSession int8 =
            NetworkSession.open(planned.write(seen, RangeRule.SQUARED_ERROR), input, 2)) {
      for (int label = 0; label < 3; label++) {
        double[] one = scores(floats, images, label);
        double[] other = scores(int8, images, label);
        assertThat(other).isNotEqualTo(one);
        assertThat(inOrder(one, other)).as("label %d", label).isGreaterThan(0.85);
      }
    }
  }

  /**
   * Of all pairs that the one tells apart by a quarter or more, the share that the other orders
   * alike.
   */
  private static double inOrder(double[] one, double[] other) {
    int pairs = 0;
    int alike = 0;
    for (int i = 0; i < one.length; i++) {
      for (int k = 0; k < one.length; k++) {
        if (one[i] - one[k] >= 0.25) {
          pairs++;
          alike += other[i] > other[k] ? 1 : 0;
        }
      }
    }
    assertThat(pairs).isGreaterThan(5);
    return (double) alike / pairs;
  }
}
