package org.senoscope.report.page;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.Resampling;

/**
 * A small picture within a page, as a data URI.
 *
 * @param width pixels
 * @param height pixels
 * @param uri {@code data:image/…;base64,…}
 */
public record Picture(int width, int height, String uri) {
  private static final float QUALITY = 0.85f;

  /** An image, made smaller where its longest side is longer than so many pixels; PNG. */
  public static Picture of(GreyImage image, int longest) throws IOException {
    GreyImage small = shrunk(image, longest);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageFiles.writePng(small, bytes);
    return new Picture(small.width(), small.height(), uri("png", bytes.toByteArray()));
  }

  /** A PNG in colour, as JPEG, which takes a tenth of the room. */
  public static Picture ofPng(byte[] png) throws IOException {
    BufferedImage image =
        ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(png)));
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam quality = writer.getDefaultWriteParam();
      quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      quality.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), quality);
    } finally {
      writer.dispose();
    }
    return new Picture(image.getWidth(), image.getHeight(), uri("jpeg", bytes.toByteArray()));
  }

  /** An image whose longest side is at most so many pixels. */
  public static GreyImage shrunk(GreyImage image, int longest) {
    double scale = Math.min(1, (double) longest / Math.max(image.height(), image.width()));
    if (scale == 1) {
      return image;
    }
    return Resampling.window(
        image,
        0,
        0,
        image.height(),
        image.width(),
        (int) Math.max(1, Math.round(image.height() * scale)),
        (int) Math.max(1, Math.round(image.width() * scale)));
  }

  private static String uri(String type, byte[] bytes) {
    return "data:image/%s;base64,%s".formatted(type, Base64.getEncoder().encodeToString(bytes));
  }

  /**
   * The picture as an element.
   *
   * @param alternative what it shows, in words
   */
  public String tag(String alternative) {
    return "<img width=\"%d\" height=\"%d\" alt=\"%s\" src=\"%s\">"
        .formatted(width, height, Markup.escape(alternative), uri);
  }
}
