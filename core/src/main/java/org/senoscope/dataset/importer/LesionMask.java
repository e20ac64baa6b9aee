package org.senoscope.dataset.importer;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.senoscope.image.GreyImage;
import org.senoscope.image.codec.PngWriter;
import org.senoscope.study.Roi;

/** Which pixels belong to a lesion: shape (height, width), 255 inside and 0 outside. */
public final class LesionMask {
  private final int height;
  private final int width;
  private final byte[] inside;

  /** A mask with nothing inside. */
  public LesionMask(int height, int width) {
    this.height = height;
    this.width = width;
    this.inside = new byte[Math.multiplyExact(height, width)];
  }

  /** The pixels of a mask's image that are one half or brighter. */
  public static LesionMask of(GreyImage image) {
    LesionMask mask = new LesionMask(image.height(), image.width());
    for (int i = 0; i < mask.inside.length; i++) {
      if (image.pixels()[i] >= .5f) {
        mask.inside[i] = (byte) 255;
      }
    }
    return mask;
  }

  /** Adds all that is inside another mask of the same size. */
  public void add(LesionMask other) {
    if (other.height != height || other.width != width) {
      throw new IllegalArgumentException(
          "Masks must be of one size, were %d × %d and %d × %d"
              .formatted(height, width, other.height, other.width));
    }
    for (int i = 0; i < inside.length; i++) {
      inside[i] |= other.inside[i];
    }
  }

  /** Adds a disc; the part of it beyond the edge is left aside. */
  public void addDisc(int centreRow, int centreColumn, int radius) {
    for (int row = Math.max(0, centreRow - radius);
        row < height && row <= centreRow + radius;
        row++) {
      for (int column = Math.max(0, centreColumn - radius);
          column < width && column <= centreColumn + radius;
          column++) {
        long down = (long) row - centreRow;
        long right = (long) column - centreColumn;
        if (down * down + right * right <= (long) radius * radius) {
          inside[row * width + column] = (byte) 255;
        }
      }
    }
  }

  /** Adds the ellipse that fills a region; the part of it beyond the edge is left aside. */
  public void addEllipse(Roi region) {
    double middleRow = (region.top() + region.bottom()) / 2.0;
    double middleColumn = (region.left() + region.right()) / 2.0;
    double halfHeight = (region.bottom() - region.top()) / 2.0;
    double halfWidth = (region.right() - region.left()) / 2.0;
    for (int row = region.top(); row < Math.min(height, region.bottom()); row++) {
      for (int column = region.left(); column < Math.min(width, region.right()); column++) {
        double down = (row + 0.5 - middleRow) / halfHeight;
        double right = (column + 0.5 - middleColumn) / halfWidth;
        if (down * down + right * right <= 1) {
          inside[row * width + column] = (byte) 255;
        }
      }
    }
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** How many pixels are inside. */
  public int pixels() {
    int pixels = 0;
    for (byte pixel : inside) {
      pixels += pixel != 0 ? 1 : 0;
    }
    return pixels;
  }

  /** Whether a pixel is inside. */
  public boolean contains(int row, int column) {
    return inside[row * width + column] != 0;
  }

  /** The tight box around all that is inside; empty when nothing is. */
  public Optional<Roi> box() {
    int top = height;
    int left = width;
    int bottom = 0;
    int right = 0;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        if (contains(row, column)) {
          top = Math.min(top, row);
          bottom = row + 1;
          left = Math.min(left, column);
          right = Math.max(right, column + 1);
        }
      }
    }
    return bottom == 0 ? Optional.empty() : Optional.of(new Roi(top, left, bottom, right));
  }

  /** Writes a grey PNG of 8 bits. */
  void write(OutputStream out) throws IOException {
    PngWriter.write(out, height, width, 1, inside);
  }
}
