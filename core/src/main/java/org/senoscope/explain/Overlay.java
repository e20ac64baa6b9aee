package org.senoscope.explain;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.senoscope.image.GreyImage;

/**
 * Heatmaps as PNG, in the colours of matplotlib's inferno (by Nathaniel Smith and Stéfan van der
 * Walt, CC0): brighter is always more, also in grey print and to colour-blind eyes.
 */
public final class Overlay {
  /** How much of the image the strongest place covers. */
  private static final float STRONGEST = 0.7f;

  /** Every sixteenth colour of inferno's 256, and the last; between them in straight lines. */
  private static final int[] INFERNO = {
    0x000004, 0x0b0724, 0x210c4a, 0x3d0965, 0x57106e, 0x71196e, 0x8a226a, 0xa32c61, 0xbc3754,
    0xd04545, 0xe35933, 0xf1711f, 0xf98c0a, 0xfcaa0f, 0xf9c932, 0xf2e865, 0xfcffa4
  };

  private Overlay() {}

  /**
   * The image with its heatmap over it.
   *
   * @param image of the heatmap's height and width
   * @return a PNG of 8-bit colour
   */
  public static byte[] over(GreyImage image, Heatmap heatmap) {
    if (image.height() != heatmap.height() || image.width() != heatmap.width()) {
      throw new IllegalArgumentException(
          "Image of %d × %d cannot bear a heatmap of %d × %d"
              .formatted(image.height(), image.width(), heatmap.height(), heatmap.width()));
    }
    int width = image.width();
    int[] line = new int[width];
    BufferedImage picture = new BufferedImage(width, image.height(), BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < image.height(); row++) {
      for (int column = 0; column < width; column++) {
        float value = heatmap.at(row, column);
        float cover = STRONGEST * value;
        float grey = Math.clamp(image.at(row, column), 0, 1) * 255 * (1 - cover);
        int colour = colour(value);
        line[column] =
            rgb(
                grey + cover * (colour >> 16),
                grey + cover * ((colour >> 8) & 0xff),
                grey + cover * (colour & 0xff));
      }
      picture.setRGB(0, row, width, 1, line, 0, width);
    }
    return png(picture);
  }

  /**
   * The heatmap alone, to be laid over the image at any opacity: transparent where it is 0, opaque
   * where it is 1.
   *
   * @return a PNG of 8-bit colour and alpha
   */
  public static byte[] alone(Heatmap heatmap) {
    int width = heatmap.width();
    int[] line = new int[width];
    BufferedImage picture = new BufferedImage(width, heatmap.height(), BufferedImage.TYPE_INT_ARGB);
    for (int row = 0; row < heatmap.height(); row++) {
      for (int column = 0; column < width; column++) {
        float value = heatmap.at(row, column);
        line[column] = (Math.round(value * 255) << 24) | colour(value);
      }
      picture.setRGB(0, row, width, 1, line, 0, width);
    }
    return png(picture);
  }

  /**
   * The colour of a value.
   *
   * @param value 0 to 1
   * @return red, green, blue, 8 bits each
   */
  static int colour(float value) {
    float at = Math.clamp(value, 0, 1) * (INFERNO.length - 1);
    int index = Math.min((int) at, INFERNO.length - 2);
    float part = at - index;
    int low = INFERNO[index];
    int high = INFERNO[index + 1];
    return rgb(
        between(low >> 16, high >> 16, part),
        between((low >> 8) & 0xff, (high >> 8) & 0xff, part),
        between(low & 0xff, high & 0xff, part));
  }

  private static float between(int low, int high, float part) {
    return low + (high - low) * part;
  }

  private static int rgb(float red, float green, float blue) {
    return (Math.round(red) << 16) | (Math.round(green) << 8) | Math.round(blue);
  }

  private static byte[] png(BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // Not ImageIO's own choice, which would pass through a file in the temporary folder.
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(picture, "png", out)) {
        throw new IllegalStateException("The JDK cannot write PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }
}
