package org.senoscope.train;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Manifest;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.study.Modality;
import org.senoscope.study.Task;

/** A small data set that a network can learn: noise, with a bright spot for malignant. */
final class MadeDataset {
  private MadeDataset() {}

  /** Writes it; image i is malignant when i is odd, and of density 2 when i / 3 is. */
  static Dataset write(Path folder, int images, int side, long seed) throws IOException {
    return write(folder, images, side, seed, false);
  }

  /**
   * Writes it.
   *
   * @param masks whether the bright spot's mask comes with each image that has one
   */
  static Dataset write(Path folder, int images, int side, long seed, boolean masks)
      throws IOException {
    Files.createDirectories(folder.resolve("masks"));
    Files.createDirectories(folder.resolve("images"));
    Random random = new Random(seed);
    try (Writer out = Files.newBufferedWriter(folder.resolve("manifest.csv"));
        Manifest.Output manifest =
            new Manifest.Output(out, List.of(Task.PATHOLOGY, Task.DENSITY))) {
      for (int i = 0; i < images; i++) {
        boolean malignant = i % 2 == 1;
        String name = "images/%03d.png".formatted(i);
        int row = side / 4 + random.nextInt(side / 2);
        int column = side / 4 + random.nextInt(side / 2);
        ImageFiles.writePng(image(side, malignant, row, column, random), folder.resolve(name));
        String mask = masks && malignant ? "masks/%03d.png".formatted(i) : "";
        if (!mask.isEmpty()) {
          ImageFiles.writePng(spot(side, row, column), folder.resolve(mask));
        }
        manifest.write(
            new ManifestRow(
                name,
                Hashes.sha256(folder.resolve(name)),
                Optional.of(Modality.US),
                "",
                "",
                Optional.empty(),
                Optional.empty(),
                side,
                side,
                Map.of(
                    Task.PATHOLOGY,
                    malignant ? "malignant" : "benign",
                    Task.DENSITY,
                    i / 3 % 2 == 0 ? "1" : "2"),
                mask,
                List.of(),
                "",
                name,
                ""));
      }
    }
    Json.write(folder.resolve("dataset.json"), Json.object("dataset").put("name", "made"));
    return Dataset.open(folder);
  }

  /** White where the spot is at half its brightness or more. */
  private static GreyImage spot(int side, int row, int column) {
    float[] pixels = new float[side * side];
    for (int i = 0; i < pixels.length; i++) {
      double away = Math.pow(i / side - row, 2) + Math.pow(i % side - column, 2);
      pixels[i] = away <= side / 2.0 * Math.log(2) ? 1 : 0;
    }
    return new GreyImage(side, side, pixels);
  }

  private static GreyImage image(int side, boolean malignant, int row, int column, Random random) {
    float[] pixels = new float[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double near = Math.exp(-(Math.pow(y - row, 2) + Math.pow(x - column, 2)) / (side / 2.0));
        pixels[y * side + x] =
            (float)
                Math.clamp(0.2 + 0.2 * random.nextDouble() + (malignant ? 0.6 * near : 0), 0, 1);
      }
    }
    return new GreyImage(side, side, pixels);
  }

  /** Assigns images to parts in turn. */
  static Assignments parts(Dataset dataset, List<String> names) throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    int i = 0;
    for (ManifestRow row : dataset.rows()) {
      parts.put(row.image(), names.get(i / 2 % names.size()));
      i++;
    }
    return new Assignments(parts, Map.of(), "0".repeat(64), false);
  }

  /** A recipe for it. */
  static String recipe(int epochs, String more) {
    return """
        name: made
        task: pathology
        preprocessing:
          - {step: resize, height: 32, width: 32, fit: pad}
        input: {channels: 1, mean: [0.3], std: [0.2]}
        augmentation: {flip: 0.5, rotation: 10, scale: [0.9, 1.1], shift: 0.05, brightness: 0.05}
        network: {family: cnn, blocks: [8, 16], dropout: 0.1}
        training:
          epochs: %d
          batch: 8
          rate: 1e-2
          headRate: 1e-2
          movingAverage: 0.9
          precision: fp32
          %s
        """
        .formatted(epochs, more);
  }
}
