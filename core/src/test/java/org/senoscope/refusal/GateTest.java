package org.senoscope.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.study.Modality;
import org.senoscope.work.InputException;

/** Blurred discs on black stand for true images. */
class GateTest {
  private static final int SIZE = 48;
  private final Random random = new Random(2);

  @Test
  void trueImagesPassAndStrangeOnesDoNot() {
    Gate gate = gate(Optional.empty());
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      refused += refuse(gate, disc()).isPresent() ? 1 : 0;
    }
    assertThat(refused).isLessThan(26);

    assertThat(refuse(gate, filled(0)).orElseThrow().reason()).startsWith("quality: blank");
    assertThat(refuse(gate, filled(0.7f)).orElseThrow().reason()).startsWith("quality: blank");
    float[] noise = new float[SIZE * SIZE];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextFloat();
    }
    assertThat(refuse(gate, new GreyImage(SIZE, SIZE, noise)).orElseThrow().reason())
        .startsWith("quality: noise");
    float[] inverted = disc().pixels().clone();
    for (int i = 0; i < inverted.length; i++) {
      inverted[i] = 1 - inverted[i];
    }
    assertThat(refuse(gate, new GreyImage(SIZE, SIZE, inverted)).orElseThrow().reason())
        .startsWith("quality: looks inverted");
    float[] board = new float[SIZE * SIZE];
    for (int i = 0; i < board.length; i++) {
      board[i] = (float) ((i / SIZE / 6 + i % SIZE / 6) % 2);
    }
    assertThat(refuse(gate, new GreyImage(SIZE, SIZE, board)).orElseThrow().reason())
        .startsWith("out-of-distribution: unlike the images");
  }

  @Test
  void featuresAloneRefuse() {
    Gate gate = gate(Optional.empty());
    GreyImage image = disc();
    Features usual = features(image);
    Features strangeTexture =
        new Features(usual.picture(), Optional.of(new float[] {9, -9, 9}), usual.contents());
    assertThat(gate.judge(Optional.of(image), strangeTexture).refusal().orElseThrow().reason())
        .startsWith("out-of-distribution: another kind of image");
    Features strangeContent =
        new Features(usual.picture(), usual.textures(), Optional.of(new float[] {-1, -1, -1, 2}));
    assertThat(gate.judge(Optional.of(image), strangeContent).refusal().orElseThrow().reason())
        .startsWith("out-of-distribution: shows something else");
    // A tensor that a caller sent: there is no picture, and nothing is held against it.
    assertThat(
            gate.judge(
                    Optional.empty(),
                    new Features(Optional.empty(), usual.textures(), usual.contents()))
                .refusal())
        .isEmpty();
    Features noNumber =
        new Features(
            usual.picture(), usual.textures(), Optional.of(new float[] {Float.NaN, 1, 1, 1}));
    assertThat(gate.judge(Optional.of(image), noNumber).refusal().orElseThrow().reason())
        .doesNotContain("NaN");
  }

  @Test
  void withoutLimitsOnlyWhatIsSeenAtSightIsRefused() {
    Gate limited = gate(Optional.empty());
    Gate open = new Gate(limited.reference(), Limits.none(Optional.empty(), true));
    float[] board = new float[SIZE * SIZE];
    for (int i = 0; i < board.length; i++) {
      board[i] = (float) ((i / SIZE / 6 + i % SIZE / 6) % 2);
    }
    GreyImage strange = new GreyImage(SIZE, SIZE, board);
    assertThat(refuse(limited, strange)).isPresent();
    assertThat(refuse(open, strange)).isEmpty();
    assertThat(refuse(open, filled(0.2f))).isPresent();
  }

  @Test
  void isTheSameAfterWritingAndReading() throws IOException {
    Gate gate = gate(Optional.of(Modality.US));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter.content(gate.reference().tensors(), java.util.Map.of()).writeTo(out);
    Gate read =
        new Gate(
            Reference.parse(SafetensorsFile.of(Path.of("reference"), out.toByteArray())),
            Limits.parse(Json.parse(Json.format(gate.limits().toJson()), "limits")));
    assertThat(read.limits()).isEqualTo(gate.limits());
    for (int i = 0; i < 20; i++) {
      Features features = features(disc());
      assertThat(read.reference().of(features)).isEqualTo(gate.reference().of(features));
    }
  }

  @Test
  void saysWhatIsWrongWithLimits() {
    assertThatThrownBy(() -> Limits.parse(Json.parse("{\"cases\": -1}", "limits")))
        .isInstanceOf(InputException.class)
        .hasMessage("limits: \"cases\" must be a whole number from 0, was -1");
    assertThatThrownBy(
            () ->
                Limits.parse(
                    Json.parse(
                        "{\"cases\": 50, \"atSight\": true, \"modality\": null, \"picture\": null, \"texture\": 0,"
                            + " \"content\": null}",
                        "limits")))
        .isInstanceOf(InputException.class)
        .hasMessage("limits: \"texture\" must be a number above 0 or null, was 0");
  }

  @Test
  void fewCasesGiveNoLimit() {
    List<Distances> few = new ArrayList<>();
    for (int i = 0; i < Limits.FEWEST_CASES - 1; i++) {
      few.add(new Distances(OptionalDouble.of(1), OptionalDouble.of(1), OptionalDouble.of(1)));
    }
    assertThat(Limits.fit(Optional.empty(), List.of(), few))
        .isEqualTo(Limits.none(Optional.empty(), true));
    few.add(new Distances(OptionalDouble.of(3), OptionalDouble.empty(), OptionalDouble.of(2)));
    Limits limits = Limits.fit(Optional.empty(), List.of(), few);
    assertThat(limits.cases()).isEqualTo(Limits.FEWEST_CASES);
    assertThat(limits.picture().orElseThrow()).isEqualTo(15);
    assertThat(limits.texture()).isEmpty();
    assertThat(limits.content().orElseThrow()).isEqualTo(2);
  }

  /** A little far in every respect is strange, though no distance by itself is. */
  @Test
  void whatIsALittleFarInEveryRespectIsRefused() {
    Random random = new Random(4);
    List<Distances> unseen = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      unseen.add(
          distances(
              Math.exp(.5 * random.nextGaussian()),
              Math.exp(.3 * random.nextGaussian()),
              Math.exp(.2 * random.nextGaussian())));
    }
    Limits limits = Limits.ofDistances(unseen);
    double picture = Math.exp(.5 * 2);
    double texture = Math.exp(.3 * 2);
    double content = Math.exp(.2 * 2);
    assertThat(limits.exceededBy(distances(picture, 1, 1))).isFalse();
    assertThat(limits.exceededBy(distances(1, texture, 1))).isFalse();
    assertThat(limits.exceededBy(distances(1, 1, content))).isFalse();
    assertThat(limits.exceededBy(distances(picture, texture, content))).isTrue();
    // Far in one and near in the others is what true images are, too.
    assertThat(limits.exceededBy(distances(picture, 1 / texture, 1 / content))).isFalse();
    long refused = unseen.stream().filter(limits::exceededBy).count();
    assertThat(refused).isBetween(5L, 25L); // by content and together, a hundredth each
    assertThat(Limits.parse(limits.toJson())).isEqualTo(limits);
    // A tensor that a caller sent is no picture, so that the three cannot be had.
    assertThat(
            limits.exceededBy(
                new Distances(
                    OptionalDouble.empty(),
                    OptionalDouble.of(texture),
                    OptionalDouble.of(content))))
        .isFalse();
    var broken = limits.toJson();
    broken.putObject("together").put("limit", 3);
    assertThatThrownBy(() -> Limits.parse(broken))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("limits: \"together\" is not whole");
  }

  private static Distances distances(double picture, double texture, double content) {
    return new Distances(
        OptionalDouble.of(picture), OptionalDouble.of(texture), OptionalDouble.of(content));
  }

  @Test
  void distancesOfImagesThatAreAllAlikeGiveLimitsThatCanBeRead() {
    List<Distances> alike =
        java.util.Collections.nCopies(
            60, new Distances(OptionalDouble.of(0), OptionalDouble.of(0), OptionalDouble.of(0)));
    Limits limits = Limits.fit(Optional.empty(), List.of(), alike);
    assertThat(Limits.parse(limits.toJson())).isEqualTo(limits);
  }

  @Test
  void whatTrainingImagesLookLikeIsNotRefusedAtSight() {
    List<Features> blank = new ArrayList<>();
    for (int i = 0; i < 98; i++) {
      blank.add(features(disc()));
    }
    assertThat(Limits.fit(Optional.empty(), blank, List.of()).atSight()).isTrue();
    blank.add(features(filled(0.3f)));
    blank.add(features(filled(0.4f)));
    assertThat(Limits.fit(Optional.empty(), blank, List.of()).atSight()).isFalse();
  }

  private Optional<Refusal> refuse(Gate gate, GreyImage image) {
    return gate.judge(Optional.of(image), features(image)).refusal();
  }

  private Gate gate(Optional<Modality> modality) {
    List<Features> seen = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      seen.add(features(disc()));
    }
    Reference reference = Reference.fit(seen).orElseThrow();
    List<Distances> unseen = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      unseen.add(reference.of(features(disc())));
    }
    return new Gate(reference, Limits.fit(modality, seen, unseen));
  }

  private Features features(GreyImage image) {
    return new Features(
        Optional.of(PictureFacts.of(image)),
        Optional.of(new float[] {gaussian(), gaussian(), gaussian()}),
        Optional.of(new float[] {5 + gaussian(), 5 + gaussian(), 5 + gaussian(), gaussian()}));
  }

  private float gaussian() {
    return (float) random.nextGaussian();
  }

  private static GreyImage filled(float value) {
    float[] pixels = new float[SIZE * SIZE];
    java.util.Arrays.fill(pixels, value);
    return new GreyImage(SIZE, SIZE, pixels);
  }

  private GreyImage disc() {
    float[] pixels = new float[SIZE * SIZE];
    double row = 20 + 8 * random.nextDouble();
    double column = 20 + 8 * random.nextDouble();
    double radius = 9 + 4 * random.nextDouble();
    double bright = 0.5 + 0.3 * random.nextDouble();
    for (int i = 0; i < pixels.length; i++) {
      int across = i % SIZE;
      int down = i / SIZE;
      double distance = Math.hypot(down - row, across - column);
      double value = bright / (1 + Math.exp((distance - radius) / 2));
      pixels[i] = (float) Math.clamp(value + 0.01 * random.nextGaussian(), 0, 1);
    }
    return new GreyImage(SIZE, SIZE, pixels);
  }
}
