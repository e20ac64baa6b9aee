package org.senoscope.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Resampling;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.image.likeness.PictureHash;
import org.senoscope.work.InputException;

class FingerprintTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 1024, 3000})
  void whatIsWrittenIsRead(int count) throws IOException {
    List<Fingerprint.Image> images = images(1, count);
    Fingerprint read = read(bytes(Fingerprint.of(images)));
    assertThat(read.size()).isEqualTo(count);
    for (Fingerprint.Image image : images) {
      assertThat(read.contains(image.sha256())).isTrue();
    }
    assertThat(read.images()).containsExactlyInAnyOrderElementsOf(images);
    for (Fingerprint.Image other : images(2, 50)) {
      assertThat(read.contains(other.sha256())).isFalse();
    }
  }

  @Test
  void theOrderAndRepeatsOfImagesDoNotMatter() throws IOException {
    List<Fingerprint.Image> images = images(1, 100);
    byte[] bytes = bytes(Fingerprint.of(images));
    List<Fingerprint.Image> shuffled = new ArrayList<>(images);
    shuffled.addAll(images.subList(0, 30));
    Collections.shuffle(shuffled, new Random(7));
    assertThat(bytes(Fingerprint.of(shuffled))).isEqualTo(bytes);
  }

  @Test
  void aPictureIsKnownAgainTurnedMirroredTrimmedAndInBlackForWhite() {
    GreyImage image = noise(3, 64);
    Fingerprint one =
        Fingerprint.of(List.of(Fingerprint.Image.of("ab".repeat(32), Appearance.of(image))));
    Fingerprint.Nearness strict = new Fingerprint.Nearness(8, 0, false);
    assertThat(one.near(Appearance.of(image), strict)).isTrue();
    assertThat(one.near(Appearance.of(mirrored(image)), strict)).isTrue();
    assertThat(one.near(Appearance.of(turned(image)), strict)).isTrue();
    assertThat(one.near(Appearance.of(turned(mirrored(image))), strict)).isTrue();
    assertThat(one.near(Appearance.of(negative(image)), strict)).isTrue();
    GreyImage trimmed = Resampling.window(image, 3.2, 3.2, 60.8, 60.8, 64, 64);
    assertThat(one.near(Appearance.of(trimmed), new Fingerprint.Nearness(24, 0, false))).isTrue();
    assertThat(one.near(Appearance.of(noise(4, 64)), new Fingerprint.Nearness(64, 4, true)))
        .isFalse();
  }

  @Test
  void aPictureWithoutStructureIsLikeNoOther() {
    GreyImage flat = new GreyImage(8, 8, new float[64]);
    Fingerprint one =
        Fingerprint.of(List.of(Fingerprint.Image.of("ab".repeat(32), Appearance.of(noise(1, 64)))));
    assertThat(one.near(Appearance.of(flat), new Fingerprint.Nearness(64, 4, true))).isFalse();
  }

  @Test
  void whereThePlainHashAloneWasKeptItsBitsAreCounted() {
    GreyImage image = noise(5, 40);
    long hash = Appearance.of(image).perceptualHash();
    Fingerprint one =
        Fingerprint.of(List.of(new Fingerprint.Image("ab".repeat(32), hash ^ 0b1011L)));
    assertThat(one.near(Appearance.of(image), new Fingerprint.Nearness(64, 3, false))).isTrue();
    assertThat(one.near(Appearance.of(image), new Fingerprint.Nearness(64, 2, false))).isFalse();
    GreyImage mirrored = mirrored(image);
    assertThat(one.near(Appearance.of(mirrored), new Fingerprint.Nearness(64, 3, false))).isFalse();
    assertThat(one.near(Appearance.of(mirrored), new Fingerprint.Nearness(64, 3, true))).isTrue();
  }

  @Test
  void ofOneImageTheFullerEntryIsKept() {
    Fingerprint.Image full = Fingerprint.Image.of("cd".repeat(32), Appearance.of(noise(6, 40)));
    Fingerprint.Image plain = new Fingerprint.Image("cd".repeat(32), full.perceptualHash());
    assertThat(Fingerprint.of(List.of(plain, full)).images()).containsExactly(full);
    assertThat(Fingerprint.of(List.of(full, plain)).images()).containsExactly(full);
  }

  @Test
  void filesOfBeforeAreRead() throws IOException {
    List<Fingerprint.Image> images = images(1, 20).subList(0, 10);
    List<Fingerprint.Image> plain =
        images.stream()
            .map(image -> new Fingerprint.Image(image.sha256(), image.perceptualHash()))
            .toList();
    Fingerprint read = read(bytesOfBefore(Fingerprint.of(plain)));
    assertThat(read.images()).containsExactlyInAnyOrderElementsOf(plain);
  }

  /** As version 1 was written. */
  private static byte[] bytesOfBefore(Fingerprint fingerprint) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DataOutputStream binary = new DataOutputStream(out);
    binary.writeBytes("SENOFPRT");
    binary.writeInt(1);
    binary.writeInt(fingerprint.size());
    for (Fingerprint.Image image : fingerprint.images()) {
      binary.write(HexFormat.of().parseHex(image.sha256()));
      binary.writeLong(image.perceptualHash());
    }
    byte[] content = out.toByteArray();
    out.write(Checksums.sha256().digest(content));
    return out.toByteArray();
  }

  /** Cells of eight pixels, so that little is lost when it is made smaller. */
  private static GreyImage noise(long seed, int side) {
    Random random = new Random(seed);
    float[] cells = new float[64];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = random.nextFloat();
    }
    return Resampling.window(new GreyImage(8, 8, cells), 0, 0, 8, 8, side, side);
  }

  private static GreyImage mirrored(GreyImage image) {
    return rearranged(image, (y, x) -> image.at(y, image.width() - 1 - x));
  }

  private static GreyImage turned(GreyImage image) {
    return rearranged(image, (y, x) -> image.at(image.height() - 1 - x, y));
  }

  private static GreyImage negative(GreyImage image) {
    return rearranged(image, (y, x) -> 1 - image.at(y, x));
  }

  @FunctionalInterface
  private interface Source {
    float at(int y, int x);
  }

  /** A square image of the same size. */
  private static GreyImage rearranged(GreyImage image, Source source) {
    int side = image.height();
    float[] pixels = new float[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        pixels[y * side + x] = source.at(y, x);
      }
    }
    return new GreyImage(side, side, pixels);
  }

  @Test
  void noCutOrChangedFileIsTakenForWhole() throws IOException {
    byte[] whole = bytes(Fingerprint.of(images(1, 5)));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(InputException.class);
    }
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x40;
      assertThatThrownBy(() -> read(changed))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("fingerprint.bin");
    }
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    assertThatThrownBy(() -> read(longer)).isInstanceOf(InputException.class);
  }

  private static List<Fingerprint.Image> images(long seed, int count) {
    Random random = new Random(seed);
    List<Fingerprint.Image> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] sha256 = new byte[32];
      random.nextBytes(sha256);
      List<PictureHash> pictures = new ArrayList<>();
      for (int trim = 0; trim < (i % 4 == 0 ? 0 : Appearance.TRIMMED); trim++) {
        pictures.add(
            new PictureHash(
                random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
      }
      images.add(
          new Fingerprint.Image(HexFormat.of().formatHex(sha256), random.nextLong(), pictures));
    }
    return images;
  }

  private static byte[] bytes(Fingerprint fingerprint) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    fingerprint.content().writeTo(out);
    return out.toByteArray();
  }

  private static Fingerprint read(byte[] bytes) throws IOException {
    return Fingerprint.read(new ByteArrayInputStream(bytes), "fingerprint.bin");
  }
}
