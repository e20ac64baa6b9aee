package org.senoscope.image.codec;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;

/**
 * JPEG, TIFF, BMP and GIF through the readers of ImageIO and TwelveMonkeys, from memory (no cache
 * file, no global setting). Of several pages or frames the first is read.
 */
final class ImageIoDecoder {
  private static final String JDK = "com.sun.imageio.";

  private ImageIoDecoder() {}

  static DecodedImage jpeg(byte[] bytes, HeaderCheck check) throws IOException {
    JpegHeader header = JpegHeader.read(bytes);
    check.size(header.height(), header.width());
    if (header.components() == 4) {
      // The JDK has no inks; TwelveMonkeys does.
      return read(
          reader("jpeg", false), bytes, check, header.exifOrientation(), header.adobeTransform());
    }
    return read(reader("jpeg", true), bytes, check, header.exifOrientation(), -1);
  }

  static DecodedImage tiff(byte[] bytes, HeaderCheck check) throws IOException {
    ImageReader reader = new TIFFImageReaderSpi().createReaderInstance(null);
    return read(reader, bytes, check, ExifOrientation.of(bytes, 0, bytes.length), -1);
  }

  static DecodedImage bmp(byte[] bytes, HeaderCheck check) throws IOException {
    // The JDK's reader has a smaller limit of its own, and words that do not say so.
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length >= 26 && header.getInt(14) >= 40) {
      check.size(Math.abs((long) header.getInt(22)), header.getInt(18));
    }
    return read(reader("bmp", true), bytes, check, 1, -1);
  }

  static DecodedImage gif(byte[] bytes, HeaderCheck check) throws IOException {
    return read(reader("gif", true), bytes, check, 1, -1);
  }

  private static ImageReader reader(String format, boolean jdk) throws RefusedImageException {
    for (Iterator<ImageReader> all = ImageIO.getImageReadersByFormatName(format); all.hasNext(); ) {
      ImageReader reader = all.next();
      if (reader.getClass().getName().startsWith(JDK) == jdk) {
        return reader;
      }
    }
    throw new RefusedImageException("no reader for %s is installed".formatted(format));
  }

  private static DecodedImage read(
      ImageReader reader, byte[] bytes, HeaderCheck check, int orientation, int adobeTransform)
      throws IOException {
    try {
      reader.setInput(new ByteArrayImageInputStream(bytes), true, true);
      int height = reader.getHeight(0);
      int width = reader.getWidth(0);
      check.size(height, width);
      check.take(height, width, (long) height * width * sampleBytes(reader), orientation);
      Damage damage = new Damage();
      reader.addIIOReadWarningListener(damage);
      if (adobeTransform >= 0) {
        Raster raster = reader.readRaster(0, null);
        damage.refuse();
        return new DecodedImage(
            raster.getHeight(),
            raster.getWidth(),
            GreyRaster.ofAdobeInks(raster, adobeTransform),
            orientation);
      }
      BufferedImage image = reader.read(0);
      damage.refuse();
      return new DecodedImage(
          image.getHeight(), image.getWidth(), GreyRaster.of(image), orientation);
    } catch (RefusedImageException e) {
      throw e;
    } catch (IOException e) {
      throw new RefusedImageException("damaged or truncated" + detail(e), e);
    } catch (RuntimeException e) {
      // Readers of hostile bytes run off their arrays in many ways; all mean the same here.
      throw new RefusedImageException("damaged" + detail(e), e);
    } finally {
      reader.dispose();
    }
  }

  /** Bytes that a reader takes for each pixel: its raster's, and a tile's that may be as large. */
  private static int sampleBytes(ImageReader reader) throws IOException {
    ImageTypeSpecifier type = reader.getRawImageType(0);
    int bits = type == null ? 32 : type.getColorModel().getPixelSize();
    int raster = Math.max(1, (bits + 7) / 8);
    return reader.getClass().getName().startsWith(JDK) ? raster : 2 * raster;
  }

  private static String detail(Exception fault) {
    return fault.getMessage() == null ? "" : ": " + fault.getMessage();
  }

  /** Hears what the readers call warnings but what means lost pixels. For one thread. */
  private static final class Damage implements javax.imageio.event.IIOReadWarningListener {
    private String first = "";

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      String text = warning.toLowerCase(Locale.ROOT);
      if (first.isEmpty()
          && (text.contains("premature end")
              || text.contains("huffman")
              || text.contains("truncated"))) {
        first = warning;
      }
    }

    void refuse() throws RefusedImageException {
      if (!first.isEmpty()) {
        throw new RefusedImageException("truncated or damaged: " + first);
      }
    }
  }
}
