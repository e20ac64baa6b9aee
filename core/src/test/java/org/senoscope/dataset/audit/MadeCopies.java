package org.senoscope.dataset.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;

/** What people do to an image before they save it again, by name. */
public final class MadeCopies {
  /** Makes a copy; the same for the same image and state of the generator. */
  @FunctionalInterface
  public interface Change {
    GreyImage of(GreyImage image, SplittableRandom random) throws IOException;
  }

  /** Changes that the audit must see through: 95% of their copies are found. */
  public static final Map<String, Change> SEEN_THROUGH = new LinkedHashMap<>();

  /** Changes that go beyond; how many are found is told, and nothing asked. */
  public static final Map<String, Change> BEYOND = new LinkedHashMap<>();

  static {
    SEEN_THROUGH.put("mirrored", (image, random) -> Phantoms.mirrored(image));
    SEEN_THROUGH.put(
        "turned by quarters, half of them mirrored",
        (image, random) -> turned(image, random.nextInt(1, 4), random.nextBoolean()));
    SEEN_THROUGH.put("scaled to 50%", (image, random) -> Phantoms.scaled(image, .5));
    SEEN_THROUGH.put("scaled to 200%", (image, random) -> Phantoms.scaled(image, 2));
    SEEN_THROUGH.put(
        "scaled to 50..200%", (image, random) -> Phantoms.scaled(image, random.nextDouble(.5, 2)));
    SEEN_THROUGH.put("cropped by 0..5% a side", (image, random) -> cropped(image, random, .05));
    SEEN_THROUGH.put(
        "cropped by 5% a side", (image, random) -> Phantoms.cropped(image, .05, .05, .05, .05));
    SEEN_THROUGH.put("JPEG quality 40", (image, random) -> jpeg(image, .4f));
    SEEN_THROUGH.put("brightness 80%", (image, random) -> Phantoms.brightened(image, .8));
    SEEN_THROUGH.put("brightness 120%", (image, random) -> Phantoms.brightened(image, 1.2));
    SEEN_THROUGH.put("black for white", (image, random) -> negative(image));
    SEEN_THROUGH.put("text burnt in", MadeCopies::labelled);
    SEEN_THROUGH.put("a corner painted out", MadeCopies::paintedOut);
    SEEN_THROUGH.put(
        "mirror, crop, scale, brightness, JPEG together",
        (image, random) ->
            resaved(random.nextBoolean() ? Phantoms.mirrored(image) : image, random, .05));
    BEYOND.put(
        "all of it: turned, text, crop, scale, brightness, JPEG",
        (image, random) ->
            resaved(
                turned(labelled(image, random), random.nextInt(4), random.nextBoolean()),
                random,
                .05));
    BEYOND.put("cropped by 0..10% a side", (image, random) -> cropped(image, random, .10));
    BEYOND.put("cropped by 0..20% a side", (image, random) -> cropped(image, random, .20));
    BEYOND.put("rotated by 5°", (image, random) -> rotated(image, 5, random));
    BEYOND.put("rotated by 10°", (image, random) -> rotated(image, 10, random));
    BEYOND.put("rotated by 20°", (image, random) -> rotated(image, 20, random));
  }

  private MadeCopies() {}

  private static GreyImage resaved(GreyImage image, SplittableRandom random, double crop)
      throws IOException {
    return jpeg(
        Phantoms.brightened(
            Phantoms.scaled(cropped(image, random, crop), random.nextDouble(.5, 2)),
            random.nextDouble(.8, 1.2)),
        .4f);
  }

  private static GreyImage turned(GreyImage image, int quarters, boolean mirrored) {
    GreyImage turned = mirrored ? Phantoms.mirrored(image) : image;
    for (int i = 0; i < quarters; i++) {
      turned = Phantoms.turned(turned);
    }
    return turned;
  }

  /** At most so much off each side, each by its own chance. */
  private static GreyImage cropped(GreyImage image, SplittableRandom random, double most) {
    return Phantoms.cropped(
        image,
        most * random.nextDouble(),
        most * random.nextDouble(),
        most * random.nextDouble(),
        most * random.nextDouble());
  }

  /** A line of words, a fifteenth of the height, somewhere on the left half. */
  private static GreyImage labelled(GreyImage image, SplittableRandom random) {
    int size = Math.max(8, image.height() / 15);
    return Phantoms.labelled(
        image,
        "L MLO 54 ANOS",
        size,
        random.nextInt(Math.max(1, image.width() / 2)),
        random.nextInt(size, image.height()));
  }

  /** Black over a quarter of the width and a tenth of the height in one of the corners. */
  private static GreyImage paintedOut(GreyImage image, SplittableRandom random) {
    int width = image.width() / 4;
    int height = image.height() / 10;
    int left = random.nextBoolean() ? 0 : image.width() - width;
    int top = random.nextBoolean() ? 0 : image.height() - height;
    float[] pixels = image.pixels().clone();
    for (int y = top; y < top + height; y++) {
      java.util.Arrays.fill(pixels, y * image.width() + left, y * image.width() + left + width, 0f);
    }
    return new GreyImage(image.height(), image.width(), pixels);
  }

  private static GreyImage negative(GreyImage image) {
    float[] pixels = image.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 1 - pixels[i];
    }
    return new GreyImage(image.height(), image.width(), pixels);
  }

  /** Around the middle, either way, of the same size; black where nothing was. */
  private static GreyImage rotated(GreyImage image, double degrees, SplittableRandom random) {
    double angle = Math.toRadians(random.nextBoolean() ? degrees : -degrees);
    double middleY = (image.height() - 1) / 2.0;
    double middleX = (image.width() - 1) / 2.0;
    float[] pixels = new float[image.pixels().length];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        double fromX = middleX + (x - middleX) * Math.cos(angle) + (y - middleY) * Math.sin(angle);
        double fromY = middleY - (x - middleX) * Math.sin(angle) + (y - middleY) * Math.cos(angle);
        int left = (int) Math.floor(fromX);
        int top = (int) Math.floor(fromY);
        if (left >= 0 && top >= 0 && left + 1 < image.width() && top + 1 < image.height()) {
          double across = fromX - left;
          double down = fromY - top;
          pixels[y * image.width() + x] =
              (float)
                  ((1 - down)
                          * ((1 - across) * image.at(top, left) + across * image.at(top, left + 1))
                      + down
                          * ((1 - across) * image.at(top + 1, left)
                              + across * image.at(top + 1, left + 1)));
        }
      }
    }
    return new GreyImage(image.height(), image.width(), pixels);
  }

  /** Saved as JPEG and read again. */
  private static GreyImage jpeg(GreyImage image, float quality) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(quality);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(Phantoms.levels(image), null, null), parameters);
    } finally {
      writer.dispose();
    }
    return ImageFiles.read(bytes.toByteArray(), "copy.jpg");
  }
}
