package org.senoscope.dataset.importer.formats;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.senoscope.dataset.importer.Candidate;
import org.senoscope.image.ImageFiles;
import org.senoscope.work.InputException;

/**
 * The files below a folder, sorted by path. Symbolic links are followed; one that leads back to a
 * folder above it, or nowhere, is a file with a fault. What file managers leave (names that begin
 * with a dot, {@code Thumbs.db}, {@code desktop.ini}) is passed over.
 */
final class SourceFiles {
  private static final Set<String> PASSED_OVER = Set.of("Thumbs.db", "desktop.ini");

  private SourceFiles() {}

  /**
   * One file.
   *
   * @param path where it lies
   * @param relative its path within the folder, with {@code /}
   * @param fault why it cannot be read; empty when it may
   */
  record Found(Path path, String relative, String fault) {
    /** The names of its folders and its own. */
    List<String> parts() {
      return List.of(relative.split("/", -1));
    }

    String name() {
      return relative.substring(relative.lastIndexOf('/') + 1);
    }

    /** The path without the ending. */
    String stem() {
      int dot = relative.lastIndexOf('.');
      return dot > relative.lastIndexOf('/') ? relative.substring(0, dot) : relative;
    }

    /** The same file, its path counted from a folder above. */
    Found at(String path) {
      return new Found(this.path, path, fault);
    }

    Candidate candidate() {
      return Candidate.of(relative, content(path));
    }
  }

  /** Reads a file's bytes when they are asked for. */
  static Candidate.Content content(Path file) {
    return limits -> ImageFiles.bytes(file, limits);
  }

  /** All files below a folder. */
  static List<Found> below(Path folder) throws IOException {
    List<Found> found = new ArrayList<>();
    Files.walkFileTree(
        folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), 64, new Collector(folder, found));
    found.sort(Comparator.comparing(Found::relative));
    return found;
  }

  /** A source that must be a folder. */
  static Path requireFolder(Path source, String layout) {
    if (!Files.isDirectory(source)) {
      throw new InputException(
          "%s is not a folder; %s imports a folder%s"
              .formatted(source, layout, Files.exists(source) ? "" : ", and there is none"));
    }
    return source;
  }

  /** The folder itself if it holds a file or folder of that name, else the child that does. */
  static Path holding(Path folder, String name, String child) {
    Path inner = folder.resolve(child);
    return !Files.exists(folder.resolve(name)) && Files.exists(inner.resolve(name))
        ? inner
        : folder;
  }

  /** A file that a table names, which must lie within the folder of the table. */
  static Optional<Path> within(Path folder, String relative) {
    try {
      Path file = folder.resolve(relative).normalize();
      return !relative.isBlank() && file.startsWith(folder.normalize())
          ? Optional.of(file)
          : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** A folder's own name, for descriptions; never the path to it. */
  static String nameOf(Path source) {
    Path name = source.toAbsolutePath().normalize().getFileName();
    return name == null ? "" : name.toString();
  }

  private record Collector(Path root, List<Found> found) implements FileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return !folder.equals(root) && isPassedOver(folder)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isSymbolicLink()) {
        add(file, "a symbolic link that leads nowhere");
      } else if (attributes.isDirectory()) {
        add(file, "a folder more than 64 levels deep");
      } else if (!attributes.isRegularFile()) {
        add(file, "not an ordinary file");
      } else if (!isPassedOver(file)) {
        add(file, "");
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException fault) {
      add(
          file,
          fault instanceof FileSystemLoopException
              ? "a symbolic link that leads back to a folder above it"
              : "there is no permission to read it");
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(
        Path folder, java.io.@org.jspecify.annotations.Nullable IOException fault)
        throws IOException {
      if (fault != null) {
        throw fault;
      }
      return FileVisitResult.CONTINUE;
    }

    private void add(Path file, String fault) {
      String relative =
          root.relativize(file).toString().replace(root.getFileSystem().getSeparator(), "/");
      found.add(new Found(file, relative, fault));
    }

    private static boolean isPassedOver(Path path) {
      String name = String.valueOf(path.getFileName());
      return name.startsWith(".") || PASSED_OVER.contains(name);
    }
  }
}
