package org.senoscope.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class GrowthRunTest {
  private static final MadeSet SET = new MadeSet(1, 1024);

  @TempDir private Path folder;

  /** 100,000 images: 6 GB at most as made, as much again as imported, and 5 GB of the cache. */
  @Test
  void aDiskWithoutRoomIsToldBeforeAnImageIsMade() {
    GrowthRun run = new GrowthRun(folder, SET, folder, GrowthRun.RECIPE, false, Progress.NONE);
    MakeImages maker = new MakeImages(SET, folder.resolve("made"));
    List<Integer> images = List.of(1000, 100_000);
    assertThatThrownBy(() -> run.requireRoom(maker, images, 15_000_000_000L))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("100000 images need 18")
        .hasMessageContaining("15.0 GB are free")
        .hasMessageContaining("--out");
    assertThatCode(() -> run.requireRoom(maker, images, 20_000_000_000L))
        .doesNotThrowAnyException();
    assertThat(folder).isEmptyDirectory();
  }
}
