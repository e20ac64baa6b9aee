package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.work.InputException;

class ImageSetsTest {
  @TempDir private Path sets;

  @Test
  void whatIsNotHereIsLookedForUnderTheSets() throws IOException {
    Path inner = Files.createDirectories(sets.resolve("busi/Dataset_BUSI_with_GT"));
    Path table = Files.writeString(sets.resolve("cases.csv"), "image\n");
    assertThat(ImageSets.find(Path.of("busi/Dataset_BUSI_with_GT"), sets.toString()))
        .isEqualTo(inner);
    assertThat(ImageSets.find(Path.of("cases.csv"), sets.toString())).isEqualTo(table);
  }

  @Test
  void whatIsHereIsTaken() throws IOException {
    Files.createDirectory(sets.resolve("src"));
    // Surefire runs in the module's folder, which has one too.
    assertThat(ImageSets.find(Path.of("src"), sets.toString())).isEqualTo(Path.of("src"));
  }

  @Test
  void withoutTheSettingAndForWholePathsNothingElseIsLookedAt() {
    Path absent = Path.of("no-such-set");
    assertThat(ImageSets.find(absent, null)).isEqualTo(absent);
    assertThat(ImageSets.find(absent, " ")).isEqualTo(absent);
    Path whole = sets.resolve("no-such-set").toAbsolutePath();
    assertThat(ImageSets.find(whole, sets.toString())).isEqualTo(whole);
  }

  @Test
  void whatIsNowhereIsSaidWithBothPlaces() {
    assertThatThrownBy(() -> ImageSets.find(Path.of("no-such-set"), sets.toString()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no-such-set")
        .hasMessageContaining("SENOSCOPE_DATA")
        .hasMessageContaining(sets.toString());
  }
}
