package org.senoscope.explain.faithfulness;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.senoscope.dataset.importer.LesionMask;
import org.senoscope.explain.EvidenceMap;
import org.senoscope.explain.Overlay;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Resampling;

/**
 * One image of a contact sheet: its heatmap over it, the lesion's outline, and a ring around the
 * highest point.
 *
 * @param score what is told of it
 * @param width columns of the picture
 * @param height rows of the picture
 * @param png the picture
 */
@SuppressWarnings("ArrayRecordComponent") // written once, and read alone
public record HeatmapPicture(ImageScore score, int width, int height, byte[] png) {
  /** Longest side, pixels. */
  public static final int LONGEST = 240;

  private static final int OUTLINE = 0x35e05f;
  private static final double RING = 5;

  /** Size of the picture of an image, shape (height, width). */
  static int[] size(GreyImage image) {
    double scale = Math.min(1, (double) LONGEST / Math.max(image.height(), image.width()));
    return new int[] {
      (int) Math.max(1, Math.round(image.height() * scale)),
      (int) Math.max(1, Math.round(image.width() * scale))
    };
  }

  /**
   * Draws a picture.
   *
   * @param evidence of the picture's size
   * @param lesion of the image's size
   */
  static HeatmapPicture of(
      ImageScore score, GreyImage image, EvidenceMap evidence, LesionMask lesion) {
    int height = evidence.height();
    int width = evidence.width();
    GreyImage small = Resampling.window(image, 0, 0, image.height(), image.width(), height, width);
    try {
      // ImageIO closes the stream itself.
      BufferedImage drawn =
          ImageIO.read(
              new MemoryCacheImageInputStream(
                  new ByteArrayInputStream(Overlay.over(small, evidence.heatmap()))));
      outline(drawn, lesion);
      ring(
          drawn,
          (score.pointing().column() + 0.5) * width / image.width(),
          (score.pointing().row() + 0.5) * height / image.height());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (var out = new MemoryCacheImageOutputStream(bytes)) {
        ImageIO.write(drawn, "png", out);
      }
      return new HeatmapPicture(score, width, height, bytes.toByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("Drawing in memory cannot fail", e);
    }
  }

  private static void outline(BufferedImage drawn, LesionMask lesion) {
    for (int row = 0; row < drawn.getHeight(); row++) {
      for (int column = 0; column < drawn.getWidth(); column++) {
        if (inside(drawn, lesion, row, column)
            && (!inside(drawn, lesion, row - 1, column)
                || !inside(drawn, lesion, row + 1, column)
                || !inside(drawn, lesion, row, column - 1)
                || !inside(drawn, lesion, row, column + 1))) {
          drawn.setRGB(column, row, OUTLINE);
        }
      }
    }
  }

  private static boolean inside(BufferedImage drawn, LesionMask lesion, int row, int column) {
    return row >= 0
        && column >= 0
        && row < drawn.getHeight()
        && column < drawn.getWidth()
        && lesion.contains(
            (int) ((row + 0.5) * lesion.height() / drawn.getHeight()),
            (int) ((column + 0.5) * lesion.width() / drawn.getWidth()));
  }

  private static void ring(BufferedImage drawn, double x, double y) {
    Graphics2D graphics = drawn.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    Ellipse2D ring = new Ellipse2D.Double(x - RING, y - RING, 2 * RING, 2 * RING);
    graphics.setStroke(new BasicStroke(4));
    graphics.setColor(Color.BLACK);
    graphics.draw(ring);
    graphics.setStroke(new BasicStroke(2));
    graphics.setColor(Color.WHITE);
    graphics.draw(ring);
    graphics.dispose();
  }
}
