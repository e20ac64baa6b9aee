package org.senoscope.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.senoscope.files.Json;
import org.senoscope.foreign.formats.ModelFiles;
import org.senoscope.image.GreyImage;
import org.senoscope.image.steps.Resize;
import org.senoscope.report.ModelCard;

/** The networks that {@code make_models.py} had Keras and tf2onnx write, and what those said. */
public final class ForeignFiles {
  /** Images that the script asked about. */
  public static final int IMAGES = 3;

  private ForeignFiles() {}

  /** Copies a file of the script's into a folder, under its own last name. */
  public static Path copy(String name, Path folder) throws IOException {
    Path file = folder.resolve(name.substring(name.lastIndexOf('/') + 1));
    try (InputStream in = open(name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  /** Probabilities of the script's images, by image and label. */
  public static double[][] expected(String network) throws IOException {
    try (InputStream in = open("expected.json")) {
      JsonNode json =
          Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "expected.json");
      JsonNode images = json.path(network);
      double[][] expected = new double[images.size()][];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = new double[images.path(i).size()];
        for (int label = 0; label < expected[i].length; label++) {
          expected[i][label] = images.path(i).path(label).doubleValue();
        }
      }
      return expected;
    }
  }

  /** One of the script's images: its function {@code pixels}. */
  public static GreyImage image(int number, int height, int width) {
    float[] pixels = new float[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int value =
            row * (7 + 3 * number) + column * (13 - 2 * number) + row * column / (5 + number);
        pixels[row * width + column] = value % 256 / 255f;
      }
    }
    return new GreyImage(height, width, pixels);
  }

  /** Labels a, b, c, … */
  public static List<String> labels(int count) {
    return IntStream.range(0, count).mapToObj(i -> "label" + i).toList();
  }

  /** What is said when nothing but the scale is. */
  public static ReadOptions options(String scale) {
    return new ReadOptions(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Scale.parse(scale));
  }

  /** Imports a file as the command does. */
  public static ImportedModel bring(
      Path file, ReadOptions options, List<String> labels, Path target) throws IOException {
    return new ImportModel(ModelFiles::read, ModelCard::imported)
        .run(
            new ImportModel.Request(
                file,
                options,
                Optional.empty(),
                labels,
                Resize.Fit.STRETCH,
                "foreign",
                "1",
                Optional.empty(),
                target));
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(ForeignFiles.class.getResourceAsStream(name), name);
  }
}
