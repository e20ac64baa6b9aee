package org.senoscope.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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
      assertThat(read.near(image.perceptualHash(), 0)).isTrue();
    }
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
  void nearnessCountsTheBitsThatDiffer() {
    long hash = 0x0123456789abcdefL;
    Fingerprint one = Fingerprint.of(List.of(new Fingerprint.Image("ab".repeat(32), hash)));
    assertThat(one.near(hash ^ 0b1011L, 3)).isTrue();
    assertThat(one.near(hash ^ 0b1011L, 2)).isFalse();
    assertThat(one.near(~hash, 63)).isFalse();
    assertThat(one.near(~hash, 64)).isTrue();
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
      images.add(new Fingerprint.Image(HexFormat.of().formatHex(sha256), random.nextLong()));
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
