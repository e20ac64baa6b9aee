package org.senoscope.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class MakeImagesTest {
  private static final MadeSet SET = new MadeSet(5, 128);

  @TempDir private Path folder;

  private byte[] bytes(String in, int number) throws IOException {
    return Files.readAllBytes(folder.resolve(in).resolve(SET.picture(number).file()));
  }

  private void make(String in, MadeSet set, int count) throws IOException {
    new MakeImages(set, folder.resolve(in)).make(count, Progress.NONE);
  }

  @Test
  void aSeedGivesTheSameBytesHoweverManyAreMade() throws IOException {
    make("few", SET, 10);
    make("many", SET, 60);
    make("other", new MadeSet(6, 128), 10);
    for (int number = 0; number < 10; number++) {
      assertThat(bytes("few", number))
          .isEqualTo(bytes("many", number))
          .isNotEqualTo(bytes("other", number));
    }
  }

  @Test
  void theTableHasARowForEachImageAndNoOther() throws IOException {
    make("set", SET, 60);
    List<String> rows = Files.readAllLines(folder.resolve("set/first-60.csv"));
    assertThat(rows).hasSize(61).first().isEqualTo("image,patient,modality,label.pathology");
    assertThat(rows.get(60)).startsWith(SET.picture(59).file() + ",P");
    for (String row : rows.subList(1, rows.size())) {
      assertThat(folder.resolve("set").resolve(row.split(",", -1)[0])).isRegularFile();
    }
  }

  @Test
  void copiesAreWhatTheySayAndOriginalsAllDiffer() throws IOException {
    make("set", SET, 100);
    Set<String> originals = new HashSet<>();
    for (int number = 0; number < 100; number++) {
      MadeSet.Picture picture = SET.picture(number);
      byte[] own = bytes("set", number);
      GreyImage image = ImageFiles.read(own, "");
      GreyImage original = ImageFiles.read(bytes("set", picture.original()), "");
      switch (picture.kind()) {
        case ORIGINAL -> assertThat(originals.add(java.util.Arrays.toString(own))).isTrue();
        case EXACT -> assertThat(own).isEqualTo(bytes("set", picture.original()));
        case MIRRORED -> {
          for (int row = 0; row < 128; row++) {
            for (int column = 0; column < 128; column++) {
              assertThat(image.at(row, column)).isEqualTo(original.at(row, 127 - column));
            }
          }
        }
        case DARKER -> {
          for (int i = 0; i < 128 * 128; i++) {
            assertThat(image.pixels()[i])
                .isCloseTo(
                    .8f * original.pixels()[i], org.assertj.core.api.Assertions.within(.003f));
          }
        }
      }
    }
  }

  @Test
  void whatIsMissingAloneIsMadeAgain() throws IOException {
    make("set", SET, 20);
    byte[] before = bytes("set", 7);
    Files.delete(folder.resolve("set").resolve(SET.picture(7).file()));
    AtomicLong made = new AtomicLong();
    new MakeImages(SET, folder.resolve("set"))
        .make(20, (title, total) -> (steps, note) -> made.addAndGet(steps));
    assertThat(made).hasValue(1);
    assertThat(bytes("set", 7)).isEqualTo(before);
  }

  @Test
  void imagesOfAnotherSeedAreNotMixedIn() throws IOException {
    make("set", SET, 10);
    assertThatThrownBy(() -> make("set", new MadeSet(6, 128), 20))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("seed 5")
        .hasMessageContaining("seed 6");
  }

  /** Of the size that is measured: one of each kind, film and ultrasound among them. */
  @Test
  void anImageOf1024SquaredIsSmall() throws IOException {
    MadeSet large = new MadeSet(1, 1024);
    new MakeImages(large, folder.resolve("large")).make(12, Progress.NONE);
    Set<Boolean> films = new HashSet<>();
    for (int number = 0; number < 12; number++) {
      films.add(large.picture(number).film());
      Path file = folder.resolve("large").resolve(large.picture(number).file());
      assertThat(Files.size(file)).isBetween(5_000L, MakeImages.MOST_BYTES);
      assertThat(ImageFiles.read(file).width()).isEqualTo(1024);
    }
    assertThat(films).containsExactlyInAnyOrder(true, false);
  }
}
