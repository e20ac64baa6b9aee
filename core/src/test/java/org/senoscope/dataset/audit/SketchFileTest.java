package org.senoscope.dataset.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.image.GreyImage;

class SketchFileTest {
  @TempDir private Path folder;

  /** An ordinary one, a mask, one in black for white with a frame, and one without texture. */
  private static List<Sketch> sketches() {
    float[] mask = new float[40 * 50];
    java.util.Arrays.fill(mask, 900, 1200, 1);
    float[] inverted = Phantoms.mammogram(3, 120, 90).pixels().clone();
    for (int i = 0; i < inverted.length; i++) {
      inverted[i] = 1 - inverted[i];
    }
    return Stream.of(
            Phantoms.ultrasound(1, 80, 60),
            new GreyImage(40, 50, mask),
            new GreyImage(120, 90, inverted),
            new GreyImage(30, 30, new float[900]))
        .map(Sketch::of)
        .toList();
  }

  @Test
  void whatWasPutComesBack() throws IOException {
    List<Sketch> sketches = sketches();
    assertThat(sketches.stream().map(Sketch::isMask)).contains(true, false);
    assertThat(sketches.stream().map(Sketch::isInverted)).contains(true, false);
    try (SketchFile file = SketchFile.in(folder, 2 * sketches.size())) {
      for (int i = sketches.size() - 1; i >= 0; i--) {
        file.put(2 * i, sketches.get(i));
      }
      for (int i = 0; i < sketches.size(); i++) {
        Sketch sketch = sketches.get(i);
        Sketch kept = file.get(2 * i).orElseThrow();
        assertThat(kept.pixels()).isEqualTo(sketch.pixels());
        assertThat(kept.appearance().toLongs()).isEqualTo(sketch.appearance().toLongs());
        assertThat(kept.texture().values()).isEqualTo(sketch.texture().values());
        assertThat(kept.shorterSide()).isEqualTo(sketch.shorterSide());
        assertThat(kept.isInverted()).isEqualTo(sketch.isInverted());
        assertThat(kept.hasText()).isEqualTo(sketch.hasText());
        assertThat(kept.isMask()).isEqualTo(sketch.isMask());
        assertThat(file.get(2 * i + 1)).isEmpty();
      }
    }
  }

  @Test
  void whatIsLeftOutIsEmptyAndTheRestStays() throws IOException {
    List<Sketch> sketches = sketches();
    try (SketchFile file = SketchFile.in(folder, sketches.size())) {
      for (int i = 0; i < sketches.size(); i++) {
        file.put(i, sketches.get(i));
      }
      List<Optional<Sketch>> without = file.without(List.of(1, 3));
      assertThat(without).hasSameSizeAs(sketches);
      List<Boolean> present = new ArrayList<>();
      without.forEach(each -> present.add(each.isPresent()));
      assertThat(present).containsExactly(true, false, true, false);
    }
  }

  @Test
  void noFileIsLeftBehindEvenByWhomIsKilled() throws IOException {
    try (SketchFile file = SketchFile.in(folder, 3);
        Stream<Path> left = Files.list(folder)) {
      assertThat(file).hasSize(3);
      assertThat(left).isEmpty();
    }
  }
}
