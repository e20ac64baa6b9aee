package org.senoscope.growth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.image.codec.PngWriter;
import org.senoscope.work.InOrder;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Writes a {@link MadeSet} as PNG files with one table for each size, as {@code import csv} takes
 * it. The sizes share the files: each table lists the first images. What is there already is not
 * made again.
 */
final class MakeImages {
  /** An image of 256 × 256 cells takes no more; those that were made take half of it. */
  static final long MOST_BYTES = 60_000;

  private static final String KIND = "made-set";

  private final MadeSet set;
  private final Path folder;

  MakeImages(MadeSet set, Path folder) {
    this.set = set;
    this.folder = folder;
  }

  /** The most bytes of so many images. */
  static long bytes(MadeSet set, int count) {
    return count * MOST_BYTES * set.cells() * set.cells() / (256L * 256);
  }

  /** The table of the first images. */
  Path table(int count) {
    return folder.resolve("first-%d.csv".formatted(count));
  }

  /**
   * Makes the first images, where they are missing, and their table.
   *
   * @throws InputException when the folder holds images of another seed or side
   */
  Path make(int count, Progress progress) throws IOException {
    claim();
    int missing = missing(count);
    if (missing > 0) {
      try (Progress.Stage stage = progress.stage("making images", missing);
          InOrder<Integer> work =
              new InOrder<>(Runtime.getRuntime().availableProcessors(), made -> stage.advance())) {
        for (int number = 0; number < count; number++) {
          MadeSet.Picture picture = set.picture(number);
          if (!Files.exists(folder.resolve(picture.file()))) {
            work.submit(() -> write(picture));
          }
        }
        work.finish();
      }
    }
    AtomicFiles.write(
        table(count),
        out -> {
          Writer text = new java.io.OutputStreamWriter(out, StandardCharsets.UTF_8);
          text.write("image,patient,modality,label.pathology\n");
          for (int number = 0; number < count; number++) {
            MadeSet.Picture picture = set.picture(number);
            text.write(
                "%s,P%06d,%s,%s\n"
                    .formatted(
                        picture.file(),
                        picture.patient(),
                        picture.film() ? "MG" : "US",
                        picture.malignant() ? "malignant" : "benign"));
          }
          text.flush();
        });
    return table(count);
  }

  /** How many of the first images are not there yet. */
  int missing(int count) {
    if (!Files.exists(folder)) {
      return count;
    }
    int missing = 0;
    for (int number = 0; number < count; number++) {
      missing += Files.exists(folder.resolve(set.picture(number).file())) ? 0 : 1;
    }
    return missing;
  }

  /**
   * Takes the folder for this seed and side: images of two side by side would be a set that nobody
   * planned.
   *
   * @throws InputException when it holds those of another
   */
  void claim() throws IOException {
    Path file = folder.resolve("made.json");
    ObjectNode own = Json.object(KIND).put("seed", set.seed()).put("side", set.side());
    if (!Files.exists(file)) {
      Json.write(file, own);
      return;
    }
    JsonNode found = Json.read(file, KIND);
    if (found.path("seed").asLong() != set.seed() || found.path("side").asInt() != set.side()) {
      throw new InputException(
          "%s holds made images of seed %d and side %d, and seed %d and side %d are asked for; choose another --out or remove it"
              .formatted(
                  folder,
                  found.path("seed").asLong(),
                  found.path("side").asInt(),
                  set.seed(),
                  set.side()));
    }
  }

  /** The number of the image. */
  private Integer write(MadeSet.Picture picture) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream((int) MOST_BYTES);
    PngWriter.write(png, set.side(), set.side(), 1, MadePixels.of(set, picture));
    Path file = folder.resolve(picture.file());
    Files.createDirectories(file.getParent());
    // Complete or absent also after kill -9. Not forced to the disk one by one: who loses power
    // makes the set anew.
    Path partial = file.resolveSibling(".partial-" + file.getFileName());
    Files.write(partial, png.toByteArray());
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    return picture.number();
  }
}
