package org.senoscope.model.predict;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.senoscope.work.InputException;

/**
 * The files that a person named, and those in the folders that a person named.
 *
 * @param files in the order of the arguments, those of a folder sorted by path
 * @param skipped how many files of folders were left aside because their names do not end as an
 *     image's; hidden ones are not counted
 */
public record InputFiles(List<InputFile> files, int skipped) {
  private static final Set<String> ENDINGS =
      Set.of("png", "jpg", "jpeg", "tif", "tiff", "pgm", "ppm", "pnm", "bmp", "gif");

  public InputFiles {
    files = List.copyOf(files);
  }

  /**
   * Lists files and folders; links are followed, loops are not.
   *
   * @throws InputException when there is no image at all
   */
  public static InputFiles list(List<Path> arguments) throws IOException {
    Listing listing = new Listing();
    for (Path argument : arguments) {
      if (Files.isDirectory(argument)) {
        listing.addFolder(argument);
      } else {
        // Any ending: who names a file wants an answer for it.
        listing.add(argument, name(argument), Optional.empty());
      }
    }
    if (listing.files.isEmpty()) {
      throw new InputException(
          "No images in %s: looked for files ending in %s"
              .formatted(
                  String.join(", ", arguments.stream().map(Path::toString).toList()),
                  String.join(", ", ENDINGS.stream().sorted().toList())));
    }
    return new InputFiles(listing.files, listing.skipped);
  }

  private static Path name(Path path) {
    Path name = path.getFileName();
    return name == null ? Path.of("image") : name;
  }

  /** Gathers files. */
  private static final class Listing {
    private final List<InputFile> files = new ArrayList<>();
    private final Set<Path> outputs = new HashSet<>();
    private int skipped;

    void add(Path path, Path relative, Optional<String> fault) {
      Path output = relative;
      for (int n = 2; !outputs.add(output); n++) {
        output = relative.resolveSibling("%s-%d".formatted(name(relative), n));
      }
      files.add(new InputFile(path, output, fault));
    }

    void addFolder(Path folder) throws IOException {
      record Found(Path path, Optional<String> fault) {}
      List<Found> found = new ArrayList<>();
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
              return !path.equals(folder) && hidden(path)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
              if (!hidden(path)) {
                if (isImage(path)) {
                  found.add(new Found(path, Optional.empty()));
                } else {
                  skipped++;
                }
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException error) {
              if (!(error instanceof FileSystemLoopException)) {
                found.add(new Found(path, Optional.of("cannot be opened")));
              }
              return FileVisitResult.CONTINUE;
            }
          });
      found.sort((a, b) -> a.path.compareTo(b.path));
      found.forEach(each -> add(each.path, folder.relativize(each.path), each.fault));
    }

    private static boolean hidden(Path path) {
      return name(path).toString().startsWith(".");
    }

    private static boolean isImage(Path path) {
      String name = name(path).toString();
      int dot = name.lastIndexOf('.');
      return ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
  }
}
