package org.senoscope.model;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.senoscope.work.InputException;

/** Where a bundle's files lie: a folder, or a zip of it that is read in place. */
sealed interface BundleFiles {
  /** A stream of a file's bytes, to be closed; nothing bounds its length. */
  InputStream open(String name) throws IOException;

  /** Whether there is such a file. */
  boolean has(String name) throws IOException;

  /** The folder itself; empty for a zip. */
  Optional<Path> folder();

  /** The most bytes that all files together may have. */
  long limit();

  /**
   * The files of a bundle.
   *
   * @throws InputException when there is neither folder nor zip
   */
  static BundleFiles at(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return new Folder(path);
    }
    if (!Files.exists(path)) {
      throw new InputException(
          "There is no bundle at %s: give the folder that holds model.json, or a zip of it"
              .formatted(path));
    }
    return Zip.of(path);
  }

  /** A folder. */
  record Folder(Path path) implements BundleFiles {
    @Override
    public InputStream open(String name) throws IOException {
      return Files.newInputStream(path.resolve(name));
    }

    @Override
    public boolean has(String name) {
      return Files.isRegularFile(path.resolve(name));
    }

    @Override
    public Optional<Path> folder() {
      return Optional.of(path);
    }

    @Override
    public long limit() {
      return Long.MAX_VALUE;
    }
  }

  /**
   * A zip that is never unpacked to the disk, so no entry can land where it should not; entries
   * that {@code model.json} does not list are never read.
   *
   * @param path of the zip
   * @param prefix the folder inside the zip that holds the files; empty or ending with a slash
   */
  record Zip(Path path, String prefix) implements BundleFiles {
    /** Read into memory when the model is loaded, hence a limit. */
    private static final long LIMIT = 1L << 30;

    static Zip of(Path path) throws IOException {
      try (ZipFile zip = new ZipFile(path.toFile())) {
        String found = null;
        for (var entries = zip.entries(); entries.hasMoreElements(); ) {
          String name = entries.nextElement().getName();
          if (name.equals(Bundle.MODEL_JSON) || name.endsWith("/" + Bundle.MODEL_JSON)) {
            String prefix = name.substring(0, name.length() - Bundle.MODEL_JSON.length());
            if (found != null) {
              throw new InputException(
                  "%s holds more than one model.json (under \"%s\" and \"%s\"): zip one bundle"
                      .formatted(path, found, prefix));
            }
            found = prefix;
          }
        }
        if (found == null) {
          throw new InputException(
              "%s is not a bundle: the zip holds no model.json".formatted(path));
        }
        return new Zip(path, found);
      } catch (ZipException e) {
        throw new InputException(
            "%s is neither a bundle's folder nor a whole zip of one: %s"
                .formatted(path, e.getMessage()),
            e);
      }
    }

    @Override
    public InputStream open(String name) throws IOException {
      ZipFile zip = new ZipFile(path.toFile());
      try {
        ZipEntry entry = zip.getEntry(prefix + name);
        if (entry == null) {
          throw new NoSuchFileException(path + " " + prefix + name);
        }
        return new FilterInputStream(zip.getInputStream(entry)) {
          @Override
          public void close() throws IOException {
            zip.close(); // closes its streams too
          }
        };
      } catch (IOException | RuntimeException e) {
        zip.close();
        throw e;
      }
    }

    @Override
    public boolean has(String name) throws IOException {
      try (ZipFile zip = new ZipFile(path.toFile())) {
        ZipEntry entry = zip.getEntry(prefix + name);
        return entry != null && !entry.isDirectory();
      }
    }

    @Override
    public Optional<Path> folder() {
      return Optional.empty();
    }

    @Override
    public long limit() {
      return LIMIT;
    }
  }
}
