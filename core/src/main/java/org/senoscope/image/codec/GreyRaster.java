package org.senoscope.image.codec;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/**
 * Brightness of decoded rasters, by the samples themselves: {@code BufferedImage.getRGB} would be
 * slow, and for grey images it applies a gamma that is not in the file.
 */
final class GreyRaster {
  private GreyRaster() {}

  static float[] of(BufferedImage image) throws RefusedImageException {
    Raster raster = image.getRaster();
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return ofPalette(raster, palette);
    }
    int bits = image.getColorModel().getComponentSize(0);
    int type = raster.getTransferType();
    if (bits > 16 || type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE) {
      throw new RefusedImageException(
          "samples of %d bits or floating point have no known white; store 8 or 16 bits"
              .formatted(bits));
    }
    int colours = image.getColorModel().getNumColorComponents();
    if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
      return ofInks(raster, (1 << bits) - 1);
    }
    if (raster.getTransferType() == DataBuffer.TYPE_BYTE
        && bits == 8
        && raster.getDataBuffer() instanceof DataBufferByte buffer
        && buffer.getNumBanks() == 1
        && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && raster.getSampleModelTranslateX() == 0
        && raster.getSampleModelTranslateY() == 0) {
      return ofBytes(buffer.getData(), buffer.getOffset(), model, raster, colours);
    }
    return ofSamples(raster, colours, (1 << bits) - 1);
  }

  /** The common case: bytes side by side. */
  private static float[] ofBytes(
      byte[] samples, int offset, PixelInterleavedSampleModel model, Raster raster, int colours) {
    int height = raster.getHeight();
    int width = raster.getWidth();
    int[] bands = model.getBandOffsets();
    int step = model.getPixelStride();
    float[] grey = new float[height * width];
    for (int row = 0; row < height; row++) {
      int from = offset + row * model.getScanlineStride();
      int to = row * width;
      if (colours < 3) {
        from += bands[0];
        for (int column = 0; column < width; column++, from += step) {
          grey[to + column] = Luma.of8(samples[from]);
        }
      } else {
        for (int column = 0; column < width; column++, from += step) {
          grey[to + column] =
              Luma.of8(
                  Luma.grey8(
                      samples[from + bands[0]] & 0xFF,
                      samples[from + bands[1]] & 0xFF,
                      samples[from + bands[2]] & 0xFF));
        }
      }
    }
    return grey;
  }

  private static float[] ofPalette(Raster raster, IndexColorModel palette) {
    float[] brightness = new float[palette.getMapSize()];
    for (int entry = 0; entry < brightness.length; entry++) {
      brightness[entry] =
          Luma.of8(
              Luma.grey8(palette.getRed(entry), palette.getGreen(entry), palette.getBlue(entry)));
    }
    int width = raster.getWidth();
    float[] grey = new float[raster.getHeight() * width];
    int[] row = new int[width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        grey[y * width + x] = row[x] < brightness.length ? brightness[row[x]] : 0;
      }
    }
    return grey;
  }

  private static float[] ofSamples(Raster raster, int colours, int largest) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    float[] grey = new float[raster.getHeight() * width];
    int[] row = new int[width * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int at = x * bands;
        grey[y * width + x] =
            colours < 3
                ? (float) row[at] / largest
                : (.299f * row[at] + .587f * row[at + 1] + .114f * row[at + 2]) / largest;
      }
    }
    return grey;
  }

  /** Inks, where the largest sample is full ink. */
  private static float[] ofInks(Raster raster, int largest) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    float[] grey = new float[raster.getHeight() * width];
    int[] row = new int[width * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int i = 0; i < row.length; i++) {
        row[i] = row[i] * 255 / largest;
      }
      for (int x = 0; x < width; x++) {
        int at = x * bands;
        grey[y * width + x] =
            Luma.of8(Luma.ofInks8(row[at], row[at + 1], row[at + 2], row[at + 3]));
      }
    }
    return grey;
  }

  /**
   * The raw components of a JPEG of four inks with an Adobe marker: stored inverted (0 is full
   * ink), and for transform 2 the first three as YCbCr.
   */
  static float[] ofAdobeInks(Raster raster, int transform) {
    int width = raster.getWidth();
    float[] grey = new float[raster.getHeight() * width];
    int[] row = new int[width * 4];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int at = 4 * x;
        int first = row[at];
        int second = row[at + 1];
        int third = row[at + 2];
        if (transform == 2) {
          int luma = first;
          int blue = second - 128;
          int red = third - 128;
          first = Math.clamp(Math.round(luma + 1.402f * red), 0, 255);
          second = Math.clamp(Math.round(luma - .344136f * blue - .714136f * red), 0, 255);
          third = Math.clamp(Math.round(luma + 1.772f * blue), 0, 255);
        }
        grey[y * width + x] =
            Luma.of8(Luma.ofInks8(255 - first, 255 - second, 255 - third, 255 - row[at + 3]));
      }
    }
    return grey;
  }
}
