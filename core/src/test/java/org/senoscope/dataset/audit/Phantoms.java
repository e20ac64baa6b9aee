package org.senoscope.dataset.audit;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.SplittableRandom;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Resampling;

/** Made-up images: tissue of a seed, of the outline that is asked for. */
final class Phantoms {
  private Phantoms() {}

  /** Tissue all over, as in ultrasound: structure at all scales down to two pixels. */
  static GreyImage ultrasound(long seed, int height, int width) {
    float[] pixels = new float[height * width];
    SplittableRandom random = new SplittableRandom(seed);
    double weight = .25;
    for (int cells = 3; cells <= Math.min(height, width) / 2; cells *= 2) {
      float[] grid = new float[cells * cells];
      for (int i = 0; i < grid.length; i++) {
        grid[i] = (float) random.nextDouble();
      }
      GreyImage octave =
          Resampling.window(new GreyImage(cells, cells, grid), 0, 0, cells, cells, height, width);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] += (float) (weight * (octave.pixels()[i] - .5));
      }
      weight *= .8;
    }
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = Math.clamp(.45f + pixels[i], 0f, 1f);
    }
    return new GreyImage(height, width, pixels);
  }

  /** A bright breast on black, of one outline whatever the seed; tissue of the seed within. */
  static GreyImage mammogram(long seed, int height, int width) {
    GreyImage tissue = ultrasound(seed, height, width);
    float[] pixels = tissue.pixels().clone();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double across = (double) x / width / .7;
        double down = ((double) y / height - .5) / .42;
        boolean inside = across * across + down * down < 1;
        pixels[y * width + x] = inside ? .35f + .5f * pixels[y * width + x] : 0;
      }
    }
    return new GreyImage(height, width, pixels);
  }

  /** Left for right. */
  static GreyImage mirrored(GreyImage image) {
    float[] pixels = new float[image.pixels().length];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        pixels[y * image.width() + x] = image.at(y, image.width() - 1 - x);
      }
    }
    return new GreyImage(image.height(), image.width(), pixels);
  }

  /** Turned by a quarter, clockwise. */
  static GreyImage turned(GreyImage image) {
    float[] pixels = new float[image.pixels().length];
    for (int y = 0; y < image.width(); y++) {
      for (int x = 0; x < image.height(); x++) {
        pixels[y * image.height() + x] = image.at(image.height() - 1 - x, y);
      }
    }
    return new GreyImage(/* height= */ image.width(), /* width= */ image.height(), pixels);
  }

  /** Scaled by a factor. */
  static GreyImage scaled(GreyImage image, double factor) {
    return Resampling.window(
        image,
        0,
        0,
        image.height(),
        image.width(),
        (int) Math.round(image.height() * factor),
        (int) Math.round(image.width() * factor));
  }

  /** With these parts of the height and width cut off. */
  static GreyImage cropped(GreyImage image, double top, double left, double bottom, double right) {
    int firstRow = (int) (image.height() * top);
    int firstColumn = (int) (image.width() * left);
    int height = image.height() - (int) (image.height() * bottom) - firstRow;
    int width = image.width() - (int) (image.width() * right) - firstColumn;
    float[] pixels = new float[height * width];
    for (int y = 0; y < height; y++) {
      System.arraycopy(
          image.pixels(), (firstRow + y) * image.width() + firstColumn, pixels, y * width, width);
    }
    return new GreyImage(height, width, pixels);
  }

  /** Brighter or darker, as a file of 8 bits has it. */
  static GreyImage brightened(GreyImage image, double factor) {
    float[] pixels = image.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = Math.round(Math.min(1, pixels[i] * factor) * 255) / 255f;
    }
    return new GreyImage(image.height(), image.width(), pixels);
  }

  /** With words burnt in, in white; the baseline's place in pixels. */
  static GreyImage labelled(GreyImage image, String words, int size, int left, int baseline) {
    BufferedImage picture = levels(image);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(Color.WHITE);
    pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, size));
    pen.drawString(words, left, baseline);
    pen.dispose();
    byte[] bytes = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    float[] pixels = new float[bytes.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (bytes[i] & 0xff) / 255f;
    }
    return new GreyImage(image.height(), image.width(), pixels);
  }

  /** As a picture of 8 bits. */
  static BufferedImage levels(GreyImage image) {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
    byte[] bytes = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.clamp(Math.round(image.pixels()[i] * 255), 0, 255);
    }
    return picture;
  }
}
