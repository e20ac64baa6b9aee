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
import org.senoscope.dataset.ManifestRow;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;

/** Reads one candidate, checks it and stores it. Safe for several threads. */
final class ImageStore {
  /** Bytes of a pixel while lesions are drawn: a mask as read, the two that are merged, the PNG. */
  private static final long MARKING = 8;

  private final Path folder;
  private final ImageLimits limits;
  private final ImageRoom room;

  ImageStore(Path folder, ImageLimits limits) {
    this(folder, limits, ImageRoom.inHeap(limits, Float.BYTES));
  }

  ImageStore(Path folder, ImageLimits limits, ImageRoom room) {
    this.folder = folder;
    this.limits = limits;
    this.room = room;
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
      try (ImageRoom.Held held = room.read(bytes, candidate.source())) {
        height = held.image().height();
        width = held.image().width();
      }
    } catch (IOException e) {
      return Stored.refused(candidate.source(), reason(e));
    } catch (OutOfMemoryError e) {
      return Stored.refused(candidate.source(), reason(room.tooLarge(e)));
    }
    Marked marked = marked(candidate, height, width);
    LesionMarks.Lesions lesions = marked.lesions();
    write(image, bytes);
    marked.png().ifPresent(drawn -> write(mask, drawn));
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
            marked.png().isPresent() ? mask : "",
            lesions.regions(),
            candidate.excluded(),
            candidate.source(),
            candidate.published());
    return new Stored(Optional.of(row), lesions.rejected());
  }

  /** What is marked on an image, and the mask's file. */
  private record Marked(LesionMarks.Lesions lesions, Optional<byte[]> png) {}

  /** Draws the marks; those that take too much memory are left out, and the image stays. */
  private Marked marked(Candidate candidate, int height, int width) {
    if (candidate.marks() == LesionMarks.NONE) {
      return new Marked(LesionMarks.Lesions.NONE, Optional.empty());
    }
    try (var _ = room.hold(MARKING * height * width)) {
      LesionMarks.Lesions lesions = candidate.marks().on(height, width);
      return new Marked(lesions, lesions.mask().map(ImageStore::png));
    } catch (OutOfMemoryError e) {
      Rejection why =
          new Rejection(
              candidate.source(), "its lesions are left out: " + room.tooLarge(e).getMessage());
      return new Marked(
          new LesionMarks.Lesions(Optional.empty(), List.of(), List.of(why)), Optional.empty());
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
