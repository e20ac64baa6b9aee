package org.senoscope.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.image.GreyImage;
import org.senoscope.refusal.Distances;
import org.senoscope.refusal.Features;
import org.senoscope.refusal.Gate;
import org.senoscope.refusal.Limits;
import org.senoscope.refusal.PictureFacts;
import org.senoscope.refusal.Reference;
import org.senoscope.study.Prediction;
import org.senoscope.study.Task;

/** From an image to an answer that is refused, through a bundle as a folder and as a zip. */
class RefusingTest {
  private static final int SIDE = 40;

  @TempDir private Path folder;

  private final Random random = new Random(4);

  @Test
  void whatIsUnlikeTheTrainingImagesIsReferredWhateverItsScoresAre() throws IOException {
    List<Features> seen = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      seen.add(features(ramp()));
    }
    Reference reference = Reference.fit(seen).orElseThrow();
    List<Distances> unseen = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      unseen.add(reference.of(features(ramp())));
    }
    Gate gate = new Gate(reference, Limits.fit(Optional.empty(), seen, unseen));
    Path plain = folder.resolve("plain");
    LinearBundle.write(
        plain,
        "1",
        new InputDescription(1, 8, 8, new float[1], new float[] {1}),
        List.of(
            new Head(
                new Task(Task.PATHOLOGY, List.of("normal", "benign", "malignant")),
                OutputForm.SOFTMAX)),
        Optional.of(gate));
    Path zip = folder.resolve("plain.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
        var files = Files.list(plain)) {
      for (Path file : files.toList()) {
        out.putNextEntry(new ZipEntry(String.valueOf(file.getFileName())));
        Files.copy(file, out);
      }
    }
    GreyImage blank = new GreyImage(SIDE, SIDE, new float[SIDE * SIDE]);
    GreyImage inverted = changed(ramp(), value -> 1 - value);
    for (Path path : List.of(plain, zip)) {
      try (Predictor predictor = Predictor.open(Bundle.open(path), 1)) {
        Prediction answered = predictor.predict("ramp.png", ramp());
        assertThat(answered.decision()).isEqualTo(answered.label().orElseThrow());
        Prediction nothing = predictor.predict("blank.png", blank);
        assertThat(nothing.decision()).isEqualTo(Prediction.REFER);
        assertThat(nothing.reason()).startsWith("quality: blank");
        assertThat(nothing.scores()).hasSize(3);
        assertThat(predictor.predict("inverted.png", inverted).reason())
            .startsWith("quality: looks inverted");
        // A tensor is no picture, and this network tells nothing else.
        assertThat(predictor.answer("tensor", predictor.inferTensor(new float[64])).refers())
            .isFalse();
      }
    }
  }

  private static Features features(GreyImage image) {
    return new Features(Optional.of(PictureFacts.of(image)), Optional.empty(), Optional.empty());
  }

  private GreyImage ramp() {
    double steep = 0.6 + 0.1 * random.nextDouble();
    float[] pixels = new float[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      int across = i % SIDE;
      double value = Math.pow((double) across / SIDE, 3) * steep + 0.01 * random.nextGaussian();
      pixels[i] = (float) Math.clamp(value, 0, 1);
    }
    return new GreyImage(SIDE, SIDE, pixels);
  }

  /** A change of one pixel. */
  @FunctionalInterface
  private interface Change {
    float of(float value);
  }

  private static GreyImage changed(GreyImage image, Change change) {
    float[] pixels = image.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = change.of(pixels[i]);
    }
    return new GreyImage(image.height(), image.width(), pixels);
  }
}
