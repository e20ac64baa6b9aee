package org.senoscope.dataset.importer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.ImageLimits;

/** Reads one candidate, checks it and stores it. Safe for several threads. */
final class ImageStore {
  private final Path folder;
  private final ImageLimits limits;

  /** Held for writing by who needs the memory of all. */
  private final ReentrantReadWriteLock memory = new ReentrantReadWriteLock();

  ImageStore(Path folder, ImageLimits limits) {
    this.folder = folder;
    this.limits = limits;
  }

  /**
   * What became of a candidate.
   *
   * @param row empty when it was refused
   * @param rejected the candidate, or marks of it
   */
  record Stored(Optional<ManifestRow> row, List<Rejection> rejected) {
    static Stored refused(String file, String reason) {
      return new Stored(Optional.empty(), List.of(new Rejection(file, reason)));
    }
  }

  /**
   * Reads and stores.
   *
   * @throws UncheckedIOException when the data set's folder cannot be written
   */
  Stored store(Candidate candidate, String image, String mask) {
    byte[] bytes;
    int height;
    int width;
    try {
      bytes = candidate.bytes().read(limits);
      GreyImage decoded = decode(bytes, candidate.source());
      height = decoded.height();
      width = decoded.width();
    } catch (IOException e) {
      return Stored.refused(candidate.source(), reason(e));
    } catch (OutOfMemoryError e) {
      return Stored.refused(
          candidate.source(),
          "too large: its pixels do not fit into the %d MB of memory that are allowed"
              .formatted(Runtime.getRuntime().maxMemory() >> 20));
    }
    LesionMarks.Lesions lesions = candidate.marks().on(height, width);
    write(image, bytes);
    lesions.mask().ifPresent(drawn -> write(mask, png(drawn)));
    ManifestRow row =
        new ManifestRow(
            image,
            HexFormat.of().formatHex(sha256().digest(bytes)),
            candidate.modality(),
            candidate.patient(),
            candidate.group(),
            candidate.laterality(),
            candidate.view(),
            width,
            height,
            candidate.labels(),
            lesions.mask().isPresent() ? mask : "",
            lesions.regions(),
            candidate.excluded(),
            candidate.source(),
            candidate.published());
    return new Stored(Optional.of(row), lesions.rejected());
  }

  /** A very large image that does not fit beside the others is tried again alone. */
  private GreyImage decode(byte[] bytes, String name) throws IOException {
    memory.readLock().lock();
    try {
      return ImageFiles.read(bytes, name, limits);
    } catch (OutOfMemoryError e) {
      // Only a large array was refused; nothing else of the program is harmed.
    } finally {
      memory.readLock().unlock();
    }
    memory.writeLock().lock();
    try {
      return ImageFiles.read(bytes, name, limits);
    } finally {
      memory.writeLock().unlock();
    }
  }

  private void write(String path, byte[] bytes) {
    Path file = folder.resolve(path);
    try {
      Files.createDirectories(file.getParent());
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        // Here, on all cores, so that little is left to force when the folder takes its name.
        channel.force(false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] png(LesionMask mask) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      mask.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Memory can always be written to", e);
    }
    return out.toByteArray();
  }

  /** A phrase without the file's path. */
  private static String reason(IOException fault) {
    return switch (fault) {
      case NoSuchFileException missing -> "there is no such file";
      case AccessDeniedException denied -> "there is no permission to read it";
      case java.nio.file.FileSystemException other ->
          other.getReason() == null ? "cannot be read" : "cannot be read: " + other.getReason();
      default -> fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
    };
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
