package org.senoscope.image;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The golden images that {@code golden/make.py} made with Pillow. */
public final class GoldenImages {
  private GoldenImages() {}

  public static Path folder() {
    try {
      return Path.of(GoldenImages.class.getResource("golden").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every image beside which an expected answer lies, by file name. */
  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".grey") && !name.endsWith(".py"))
          .sorted()
          .toList();
    }
  }

  /** What Pillow reads, 8 bits. */
  public static GreyImage expected(String name) throws IOException {
    return expected(folder(), name);
  }

  /** The pixels that {@code NAME.grey} in a folder holds. */
  public static GreyImage expected(Path folder, String name) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(name + ".grey"));
    int line = 0;
    while (bytes[line] != '\n') {
      line++;
    }
    String[] size = new String(bytes, 0, line, StandardCharsets.US_ASCII).split(" ", -1);
    float[] pixels = new float[bytes.length - line - 1];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (bytes[line + 1 + i] & 0xFF) / 255f;
    }
    return new GreyImage(Integer.parseInt(size[0]), Integer.parseInt(size[1]), pixels);
  }

  /** The largest difference of two images of one size, in steps of 1/255. */
  public static double difference(GreyImage a, GreyImage b) {
    if (a.height() != b.height() || a.width() != b.width()) {
      throw new AssertionError(
          "%d × %d against %d × %d".formatted(a.height(), a.width(), b.height(), b.width()));
    }
    double largest = 0;
    for (int i = 0; i < a.pixels().length; i++) {
      largest = Math.max(largest, Math.abs(a.pixels()[i] - b.pixels()[i]) * 255);
    }
    return largest;
  }

  /** An image of noise, the same for the same seed. */
  public static GreyImage noise(int height, int width, long seed) {
    java.util.Random random = new java.util.Random(seed);
    float[] pixels = new float[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat();
    }
    return new GreyImage(height, width, pixels);
  }
}
