package org.senoscope.dataset.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;

class ImageStoreTest {
  @TempDir private Path folder;

  private ImageStore store() {
    return new ImageStore(
        folder, ImageLimits.DEFAULT, new ImageRoom(ImageLimits.DEFAULT, 4, 1 << 20));
  }

  private static byte[] png(int side) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageFiles.writePng(new GreyImage(side, side, new float[side * side]), out);
    return out.toByteArray();
  }

  @Test
  void imageThatDoesNotFitIntoMemoryIsRefusedWithTheLimit() throws IOException {
    byte[] huge = png(400);
    ImageStore.Stored stored =
        store().store(Candidate.of("huge.png", _ -> huge), "images/huge.png", "masks/huge.png");
    assertThat(stored.row()).isEmpty();
    assertThat(stored.rejected())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.file()).isEqualTo("huge.png");
              assertThat(each.reason())
                  .startsWith("too large: 400 × 400 pixels")
                  .contains("of the 1 MB of memory");
            });
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void bytesThatDoNotFitIntoMemoryAreRefused() {
    Candidate candidate =
        Candidate.of(
            "huge.tif",
            _ -> {
              throw new OutOfMemoryError("made");
            });
    assertThat(store().store(candidate, "images/huge.tif", "masks/huge.png").rejected())
        .singleElement()
        .satisfies(each -> assertThat(each.reason()).startsWith("too large: it does not fit"));
  }

  @Test
  void marksThatDoNotFitIntoMemoryAreLeftOutAndListedAndTheImageStays() throws IOException {
    byte[] bytes = png(60);
    Candidate candidate =
        Candidate.of("a.png", _ -> bytes)
            .marked(
                (height, width) -> {
                  throw new OutOfMemoryError("made");
                });
    ImageStore.Stored stored = store().store(candidate, "images/a.png", "masks/a.png");
    assertThat(stored.row()).isPresent();
    assertThat(stored.row().get().mask()).isEmpty();
    assertThat(stored.row().get().height()).isEqualTo(60);
    assertThat(stored.rejected())
        .singleElement()
        .satisfies(
            each -> assertThat(each.reason()).startsWith("its lesions are left out: too large"));
    assertThat(folder.resolve("images/a.png")).isRegularFile();
    assertThat(folder.resolve("masks")).doesNotExist();
    assertThat(stored.row().get().roi()).isEmpty();
  }
}
