package org.senoscope.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.senoscope.image.codec.HeaderCheck;

/**
 * Reads images side by side within a bound of memory. An image waits until there is room for it
 * beside the others; one that would not fit even alone is refused by its header, before a pixel is
 * decoded. So one huge image costs its own answer, and not the whole work.
 *
 * <p>Safe for several threads; a thread holds one image at a time, or it waits for itself.
 */
public final class ImageRoom {
  /** Bytes of a decoded pixel, a float. */
  private static final int DECODED = 4;

  /** Bytes of a pixel while an image is turned: the picture before and after. */
  private static final int TURNED = 8;

  // The rest of the heap is for all else, and for what a generation of it cannot give to arrays.
  private static final double FOR_FILES = .2;
  private static final double FOR_PICTURES = .6;

  private final ImageLimits limits;
  private final int bytesPerPixel;
  private final long memory;
  private final Part files;
  private final Part pictures;

  /**
   * Room of a size.
   *
   * @param limits of each image
   * @param bytesPerPixel that the work with an image takes while it is held, its own four included
   * @param memory bytes of the heap; a fifth is for files, three fifths are for pictures
   */
  public ImageRoom(ImageLimits limits, int bytesPerPixel, long memory) {
    if (bytesPerPixel < DECODED || memory < 1) {
      throw new IllegalArgumentException(
          "Room takes %d bytes per pixel or more and some memory, was %d and %d"
              .formatted(DECODED, bytesPerPixel, memory));
    }
    this.files = new Part((long) (memory * FOR_FILES));
    this.pictures = new Part((long) (memory * FOR_PICTURES));
    this.limits =
        new ImageLimits(
            Math.clamp(files.bytes(), 1, limits.bytes()), limits.pixels(), limits.side());
    this.bytesPerPixel = bytesPerPixel;
    this.memory = memory;
  }

  /** Room in the heap that this process may have. */
  public static ImageRoom inHeap(ImageLimits limits, int bytesPerPixel) {
    return new ImageRoom(limits, bytesPerPixel, Runtime.getRuntime().maxMemory());
  }

  /** An image, and the room that it takes until closed. */
  public static final class Held implements AutoCloseable {
    private final GreyImage image;
    private final Claim claim;

    private Held(GreyImage image, Claim claim) {
      this.image = image;
      this.claim = claim;
    }

    /** The image; not to be used once this is closed. */
    public GreyImage image() {
      return image;
    }

    @Override
    public void close() {
      claim.close();
    }
  }

  /**
   * Reads a file.
   *
   * @throws UnreadableImageException when it holds no readable image, or one that does not fit;
   *     other I/O errors as they are
   */
  public Held read(Path file) throws IOException {
    Claim claim = new Claim();
    try {
      if (Files.isRegularFile(file)) {
        claim.files = files.take(Math.min(Files.size(file), limits.bytes()));
      }
      return decode(ImageFiles.bytes(file, limits), String.valueOf(file.getFileName()), claim);
    } catch (OutOfMemoryError e) {
      claim.close();
      throw tooLarge(e);
    } catch (IOException | RuntimeException e) {
      claim.close();
      throw e;
    }
  }

  /**
   * Decodes bytes that the caller holds.
   *
   * @param name the file's name, or empty; errors may tell its ending
   * @throws UnreadableImageException when they are no readable image, or one that does not fit
   */
  public Held read(byte[] bytes, String name) throws UnreadableImageException {
    Claim claim = new Claim();
    try {
      return decode(bytes, name, claim);
    } catch (OutOfMemoryError e) {
      claim.close();
      throw tooLarge(e);
    } catch (UnreadableImageException | RuntimeException e) {
      claim.close();
      throw e;
    }
  }

  private Held decode(byte[] bytes, String name, Claim claim) throws UnreadableImageException {
    return new Held(ImageFiles.read(bytes, name, limits, picture -> take(picture, claim)), claim);
  }

  private Optional<String> take(HeaderCheck.Picture picture, Claim claim) {
    long pixels = (long) picture.height() * picture.width();
    long decoding =
        Math.max(picture.samples() + DECODED * pixels, picture.turned() ? TURNED * pixels : 0);
    if (!pictures.fits(decoding)) {
      return Optional.of(
          "too large: %d × %d pixels (height × width) take %d MB to decode, at most %d of the %d MB of memory are for that; %s"
              .formatted(
                  picture.height(),
                  picture.width(),
                  megabytes(decoding + (1 << 20) - 1),
                  megabytes(pictures.bytes()),
                  megabytes(memory),
                  remedy(decoding)));
    }
    // Work that takes more than all is tried alone.
    claim.pictures = pictures.take(Math.max(decoding, bytesPerPixel * pixels));
    return Optional.empty();
  }

  /** Takes room for other work on pictures, until closed; at most all that there is. */
  public Claim hold(long bytes) {
    Claim claim = new Claim();
    claim.pictures = pictures.take(bytes);
    return claim;
  }

  /** The reason why an image was given up after all: an estimate was too low. */
  public UnreadableImageException tooLarge(OutOfMemoryError fault) {
    return new UnreadableImageException(
        "too large: it does not fit into the %d MB of memory that are allowed; %s"
            .formatted(megabytes(memory), remedy(2 * pictures.bytes())),
        fault);
  }

  /** How to have so much room for pictures, with some to spare. */
  private static String remedy(long bytes) {
    long heap = (long) (1.1 * bytes / FOR_PICTURES);
    return "allow more with SENOSCOPE_JAVA_OPTS=-Xmx%dg".formatted(Math.ceilDiv(heap, 1L << 30));
  }

  private static long megabytes(long bytes) {
    return bytes >> 20;
  }

  /** Room that is taken until closed. */
  public final class Claim implements AutoCloseable {
    private int files;
    private int pictures;

    private Claim() {}

    @Override
    public void close() {
      ImageRoom.this.files.free.release(files);
      ImageRoom.this.pictures.free.release(pictures);
      files = 0;
      pictures = 0;
    }
  }

  /** A part of the memory, given out in kilobytes, in the order of asking. */
  private static final class Part {
    private final int kilobytes;
    private final Semaphore free;

    Part(long bytes) {
      this.kilobytes = Math.clamp(bytes >> 10, 1, Integer.MAX_VALUE);
      this.free = new Semaphore(kilobytes, true);
    }

    long bytes() {
      return (long) kilobytes << 10;
    }

    boolean fits(long bytes) {
      return bytes <= bytes();
    }

    int take(long bytes) {
      int taken = (int) Math.min((bytes + 1023) >> 10, kilobytes);
      free.acquireUninterruptibly(taken);
      return taken;
    }
  }
}
