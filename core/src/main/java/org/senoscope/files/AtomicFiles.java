package org.senoscope.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;

/**
 * Writes files and folders that are complete or absent, also after kill -9 and loss of power: what
 * is written goes to a sibling with a name that starts with {@code .partial-}, is forced to the
 * disk, and only then takes its name.
 */
public final class AtomicFiles {
  private static final String PARTIAL = ".partial-";

  private AtomicFiles() {}

  /** Writes the content of a file, to a stream that the caller need not close. */
  @FunctionalInterface
  public interface Content {
    /** Writes all bytes. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Fills a folder. */
  @FunctionalInterface
  public interface FolderContent {
    /** Writes every file of the folder. */
    void fill(Path folder) throws IOException;
  }

  /** Writes a file, replacing one of that name in a single step. */
  public static void write(Path file, Content content) throws IOException {
    Path partial = partialBeside(file);
    try {
      try (FileChannel channel =
          FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      force(folderOf(file));
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /** Writes text as UTF-8. */
  public static void writeString(Path file, String text) throws IOException {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Makes a folder that appears at once with all that is in it.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the folder exists already
   */
  public static void createFolder(Path folder, FolderContent content) throws IOException {
    if (Files.exists(folder)) {
      throw new java.nio.file.FileAlreadyExistsException(folder.toString());
    }
    Path partial = partialBeside(folder);
    Files.createDirectories(partial);
    try {
      content.fill(partial);
      forceTree(partial);
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
      force(folderOf(folder));
    } finally {
      deleteTree(partial);
    }
  }

  /** Deletes a file or folder with all that is in it; symbolic links are removed, not followed. */
  public static void deleteTree(Path path) throws IOException {
    if (!Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path folder, java.io.@org.jspecify.annotations.Nullable IOException error)
              throws IOException {
            if (error != null) {
              throw error;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Whether a name is that of something not finished. */
  public static boolean isPartial(Path path) {
    Path name = path.getFileName();
    return name != null && name.toString().startsWith(PARTIAL);
  }

  private static Path partialBeside(Path target) throws IOException {
    Path folder = folderOf(target);
    Files.createDirectories(folder);
    return folder.resolve(PARTIAL + target.getFileName() + "-" + UUID.randomUUID());
  }

  private static Path folderOf(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("A file system's root cannot be written: " + target);
    }
    return parent;
  }

  private static void forceTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
              } catch (java.nio.file.AccessDeniedException readOnly) {
                // A hard link to a read-only file of the user's: it was on the disk before us.
                return FileVisitResult.CONTINUE;
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path folder, java.io.@org.jspecify.annotations.Nullable IOException error)
              throws IOException {
            if (error != null) {
              throw error;
            }
            force(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
