package org.senoscope.dataset.importer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.senoscope.files.AtomicFiles;

/**
 * Removes what an import of the same target left behind when it was killed. An import at work holds
 * a lock on a file in its unfinished folder; the lock ends with its process, however that ends.
 */
final class Leftovers {
  private static final String LOCK = ".lock";
  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  /** Between making its folder and locking it, an import is not yet known to be alive. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private Leftovers() {}

  /** Says that a folder is being filled, until closed; closing removes the sign. */
  static Claim claim(Path unfinished) throws IOException {
    Path file = unfinished.resolve(LOCK);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.lock();
    return () -> {
      Files.deleteIfExists(file);
      channel.close();
    };
  }

  /** A claim on an unfinished folder. */
  @FunctionalInterface
  interface Claim extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /** Removes the unfinished folders of a target that nobody is filling. */
  static void remove(Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return;
    }
    String begin = target.getFileName() + "-";
    List<Path> unfinished;
    try (Stream<Path> all = Files.list(folder)) {
      unfinished =
          all.filter(AtomicFiles::isPartial)
              .filter(
                  path -> {
                    String name = path.getFileName().toString();
                    String rest = name.substring(name.indexOf('-') + 1);
                    return rest.startsWith(begin) && rest.substring(begin.length()).matches(UUID);
                  })
              .toList();
    }
    for (Path each : unfinished) {
      if (isAbandoned(each)) {
        AtomicFiles.deleteTree(each);
      }
    }
  }

  private static boolean isAbandoned(Path unfinished) throws IOException {
    Path file = unfinished.resolve(LOCK);
    if (!Files.exists(file)) {
      Instant touched = Files.getLastModifiedTime(unfinished).toInstant();
      return touched.isBefore(Instant.now().minus(GRACE));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (OverlappingFileLockException anotherThreadOfOurs) {
      return false;
    }
  }
}
