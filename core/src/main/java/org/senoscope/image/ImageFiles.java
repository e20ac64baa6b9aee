package org.senoscope.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.senoscope.files.AtomicFiles;
import org.senoscope.image.codec.DecodedImage;
import org.senoscope.image.codec.HeaderCheck;
import org.senoscope.image.codec.ImageDecoder;
import org.senoscope.image.codec.PngWriter;

/**
 * Reads image files as grey: PNG, JPEG (also of four inks), TIFF, PGM and PPM, BMP, GIF; 8 and 16
 * bits; colour by Rec. 601 luma as Pillow's mode L; alpha left aside; of an animation or several
 * pages the first; turned by its Exif orientation. What a file is, its bytes tell and not its name.
 * Limits are checked on the header, before pixels are decoded; who reads many images side by side
 * bounds their memory with {@link ImageRoom}. Safe for several threads.
 */
public final class ImageFiles {
  private ImageFiles() {}

  /**
   * Reads a file within {@link ImageLimits#DEFAULT}.
   *
   * @throws UnreadableImageException when it holds no readable image; other I/O errors as they are
   */
  public static GreyImage read(Path file) throws IOException {
    return read(file, ImageLimits.DEFAULT);
  }

  /**
   * Reads a file.
   *
   * @throws UnreadableImageException when it holds no readable image; other I/O errors as they are
   */
  public static GreyImage read(Path file, ImageLimits limits) throws IOException {
    return read(bytes(file, limits), String.valueOf(file.getFileName()), limits);
  }

  /**
   * Decodes bytes within {@link ImageLimits#DEFAULT}.
   *
   * @param name the file's name, or empty; errors may tell its ending
   */
  public static GreyImage read(byte[] bytes, String name) throws UnreadableImageException {
    return read(bytes, name, ImageLimits.DEFAULT);
  }

  /**
   * Decodes bytes.
   *
   * @param name the file's name, or empty; errors may tell its ending
   */
  public static GreyImage read(byte[] bytes, String name, ImageLimits limits)
      throws UnreadableImageException {
    return read(bytes, name, limits, HeaderCheck.Room.ANY);
  }

  /** Decodes bytes once there is room. */
  static GreyImage read(byte[] bytes, String name, ImageLimits limits, HeaderCheck.Room room)
      throws UnreadableImageException {
    checkSize(bytes.length, limits);
    try {
      DecodedImage decoded =
          ImageDecoder.decode(bytes, name, new HeaderCheck(limits.pixels(), limits.side(), room));
      GreyImage stored = new GreyImage(decoded.height(), decoded.width(), decoded.grey());
      return Orientation.ofExif(decoded.exifOrientation()).apply(stored);
    } catch (IOException e) {
      // From memory, so only the image can be at fault.
      throw new UnreadableImageException(oneLine(String.valueOf(e.getMessage())), e);
    }
  }

  /**
   * A file's bytes, for who also needs their hash.
   *
   * @throws UnreadableImageException when it is no ordinary file, or larger than the limit
   */
  public static byte[] bytes(Path file, ImageLimits limits) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (!Files.isRegularFile(file)) {
      throw new UnreadableImageException("not an ordinary file");
    }
    checkSize(Files.size(file), limits);
    return Files.readAllBytes(file);
  }

  /** Writes an image as a grey PNG of 8 bits, complete or not at all. */
  public static void writePng(GreyImage image, Path file) throws IOException {
    AtomicFiles.write(file, out -> writePng(image, out));
  }

  /** Writes an image as a grey PNG of 8 bits; the stream stays open. */
  public static void writePng(GreyImage image, OutputStream out) throws IOException {
    byte[] samples = new byte[image.pixels().length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) Math.clamp(Math.round(image.pixels()[i] * 255), 0, 255);
    }
    PngWriter.write(out, image.height(), image.width(), 1, samples);
  }

  private static void checkSize(long bytes, ImageLimits limits) throws UnreadableImageException {
    if (bytes > limits.bytes()) {
      throw new UnreadableImageException(
          "too large: %d bytes, at most %d are read".formatted(bytes, limits.bytes()));
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }
}
