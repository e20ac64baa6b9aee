package org.senoscope.dataset.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.image.GreyImage;
import org.senoscope.image.likeness.Texture;
import org.senoscope.work.Progress;

class NearDuplicatesTest {
  private static List<CopyPair> find(List<GreyImage> images) throws IOException {
    List<Optional<Sketch>> sketches = new ArrayList<>();
    images.forEach(image -> sketches.add(Optional.of(Sketch.of(image))));
    return new NearDuplicates(
            sketches, (place, side, reach) -> Texture.of(images.get(place), side, reach))
        .find(Progress.NONE);
  }

  static Stream<Arguments> copies() {
    GreyImage scan = Phantoms.ultrasound(1, 300, 400);
    GreyImage film = Phantoms.mammogram(2, 400, 400);
    return Stream.of(scan, film)
        .flatMap(
            image ->
                Stream.of(
                    Arguments.of("half the size", image, Phantoms.scaled(image, .5), false),
                    Arguments.of("twice the size", image, Phantoms.scaled(image, 2), false),
                    Arguments.of("darker", image, Phantoms.brightened(image, .8), false),
                    Arguments.of("brighter", image, Phantoms.brightened(image, 1.2), false),
                    Arguments.of("mirrored", image, Phantoms.mirrored(image), true),
                    Arguments.of("turned by a quarter", image, turned(image, 1, false), false),
                    Arguments.of("turned by a half", image, turned(image, 2, false), false),
                    Arguments.of("upside down", image, turned(image, 2, true), true),
                    Arguments.of("mirrored and turned", image, turned(image, 3, true), true),
                    Arguments.of(
                        "turned, cropped and dark",
                        image,
                        Phantoms.brightened(
                            Phantoms.cropped(turned(image, 3, false), .05, 0, .03, .05), .8),
                        false),
                    Arguments.of(
                        "cropped alike", image, Phantoms.cropped(image, .04, .04, .04, .04), false),
                    Arguments.of(
                        "cropped at one side", image, Phantoms.cropped(image, 0, .05, 0, 0), false),
                    Arguments.of(
                        "mirrored, cropped, small and dark",
                        image,
                        Phantoms.brightened(
                            Phantoms.scaled(
                                Phantoms.cropped(Phantoms.mirrored(image), .02, .05, 0, .03), .6),
                            .85),
                        true)));
  }

  private static GreyImage turned(GreyImage image, int quarters, boolean mirrored) {
    GreyImage turned = mirrored ? Phantoms.mirrored(image) : image;
    for (int i = 0; i < quarters; i++) {
      turned = Phantoms.turned(turned);
    }
    return turned;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("copies")
  void aCopyIsFoundFromEitherSide(String what, GreyImage image, GreyImage copy, boolean mirrored)
      throws IOException {
    GreyImage stranger = Phantoms.ultrasound(77, 300, 400);
    assertThat(find(List.of(image, stranger, copy)))
        .as(what)
        .singleElement()
        .satisfies(
            pair -> {
              assertThat(pair.a()).isZero();
              assertThat(pair.b()).isEqualTo(2);
              assertThat(pair.way().mirrored()).isEqualTo(mirrored);
              assertThat(pair.correlation()).isBetween(NearDuplicates.SAME, 1.0);
            });
    assertThat(find(List.of(copy, stranger, image))).as(what).hasSize(1);
  }

  @Test
  void breastsOfOneOutlineAreNotJoined() throws IOException {
    List<GreyImage> women = new ArrayList<>();
    for (long seed = 0; seed < 60; seed++) {
      women.add(Phantoms.mammogram(seed, 200, 200));
    }
    assertThat(find(women)).isEmpty();
  }

  @Test
  void differentScansAreNotJoined() throws IOException {
    List<GreyImage> scans = new ArrayList<>();
    for (long seed = 0; seed < 60; seed++) {
      scans.add(Phantoms.ultrasound(seed, 120, 160));
    }
    assertThat(find(scans)).isEmpty();
  }

  @Test
  void imagesWithoutStructureAreNotJoined() throws IOException {
    List<GreyImage> flat = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      float[] pixels = new float[64 * 64];
      java.util.Arrays.fill(pixels, i / 5f);
      flat.add(new GreyImage(64, 64, pixels));
    }
    flat.add(new GreyImage(1, 1, new float[] {.5f}));
    assertThat(find(flat)).isEmpty();
  }

  @Test
  void smallArraysAreComparedAtTheirOwnSize() throws IOException {
    List<GreyImage> small = new ArrayList<>();
    for (long seed = 0; seed < 40; seed++) {
      small.add(Phantoms.ultrasound(seed, 28, 28));
    }
    small.add(Phantoms.brightened(small.getFirst(), .9));
    assertThat(find(small))
        .singleElement()
        .satisfies(
            pair -> {
              assertThat(pair.a()).isZero();
              assertThat(pair.b()).isEqualTo(40);
            });
  }

  @Test
  void placesWithoutASketchAreLeftOut() throws IOException {
    GreyImage image = Phantoms.ultrasound(3, 100, 100);
    Optional<Sketch> sketch = Optional.of(Sketch.of(image));
    assertThat(
            new NearDuplicates(
                    List.of(sketch, Optional.empty(), sketch),
                    (place, side, reach) -> Texture.of(image, side, reach))
                .find(Progress.NONE))
        .singleElement()
        .satisfies(
            pair -> {
              assertThat(pair.a()).isZero();
              assertThat(pair.b()).isEqualTo(2);
            });
  }
}
