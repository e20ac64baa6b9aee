package org.senoscope.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60) // room that is not given back would be waited for without an end
class ImageRoomTest {
  /** Of which 180 KB are for pictures and 60 for files. */
  private static final long MEMORY = 300 << 10;

  static List<String> golden() throws IOException {
    return GoldenImages.names();
  }

  private static byte[] png(int height, int width) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageFiles.writePng(new GreyImage(height, width, new float[height * width]), out);
    return out.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("golden")
  void whatFitsIsReadAsWithoutABound(String name) throws IOException {
    Path file = GoldenImages.folder().resolve(name);
    GreyImage expected = ImageFiles.read(file);
    ImageRoom room = new ImageRoom(ImageLimits.DEFAULT, 4, 64 << 20);
    try (ImageRoom.Held held = room.read(file)) {
      assertThat(held.image().pixels()).isEqualTo(expected.pixels());
    }
    try (ImageRoom.Held held = room.read(Files.readAllBytes(file), name)) {
      assertThat(held.image().height()).isEqualTo(expected.height());
    }
  }

  /** 100 × 100 pixels take 79 KB with eight bytes each, so that two fit and three do not. */
  @ParameterizedTest
  @ValueSource(ints = {2, 7})
  void neverMoreAtOnceThanFit(int threads) throws Exception {
    byte[] bytes = png(100, 100);
    ImageRoom room = new ImageRoom(ImageLimits.DEFAULT, 8, MEMORY);
    AtomicInteger held = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Future<?>> work = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < 60; i++) {
        work.add(
            pool.submit(
                () -> {
                  try (ImageRoom.Held _ = room.read(bytes, "x.png")) {
                    most.accumulateAndGet(held.incrementAndGet(), Math::max);
                    Thread.sleep(1); // so that others come meanwhile
                    held.decrementAndGet();
                  }
                  return null;
                }));
      }
      for (Future<?> each : work) {
        each.get();
      }
    }
    assertThat(most.get()).isBetween(1, 2);
  }

  @Test
  void roomIsGivenBackAlsoByWhatCannotBeRead(@TempDir Path folder) throws IOException {
    // Nearly all of the room each time: one that is not given back would stop the next for ever.
    ImageRoom room = new ImageRoom(ImageLimits.DEFAULT, 4, MEMORY);
    Path whole = Files.write(folder.resolve("whole.png"), png(180, 190));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(bytes, bytes.length - 30));
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> room.read(cut)).isInstanceOf(UnreadableImageException.class);
      try (ImageRoom.Held held = room.read(whole)) {
        assertThat(held.image().height()).isEqualTo(180);
      }
      room.hold(Long.MAX_VALUE).close();
    }
  }

  @Test
  void whatCouldNotFitEvenAloneIsRefusedWithTheLimit() throws IOException {
    ImageRoom room = new ImageRoom(ImageLimits.DEFAULT, 4, 4 << 20);
    byte[] bytes = png(900, 800);
    assertThatThrownBy(() -> room.read(bytes, "x.png"))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage(
            "too large: 900 × 800 pixels (height × width) take 4 MB to decode, at most 2 of the 4 MB"
                + " of memory are for that; allow more with SENOSCOPE_JAVA_OPTS=-Xmx1g");
    // Work that takes more than all is tried, with all the room.
    try (ImageRoom.Held held =
        new ImageRoom(ImageLimits.DEFAULT, 400, 4 << 20).read(png(500, 600), "x.png")) {
      assertThat(held.image().width()).isEqualTo(600);
    }
  }

  @Test
  void aFileAboveItsShareOfTheMemoryIsNotRead(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("x.png"), new byte[70_000]);
    ImageRoom room = new ImageRoom(ImageLimits.DEFAULT, 4, MEMORY);
    assertThatThrownBy(() -> room.read(file))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage("too large: 70000 bytes, at most 61440 are read");
  }
}
