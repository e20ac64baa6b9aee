package org.senoscope.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.senoscope.work.InputException;

/**
 * Holds a run's folder for one process: two in one folder would overwrite each other's checkpoints.
 * The system lets go of it when the process ends, however it ends.
 */
final class RunLock implements AutoCloseable {
  static final String FILE = ".lock";

  /** Somebody who looks whether the lock is held has it for a moment. */
  private static final int TRIES = 10;

  private static final long PAUSE_MILLIS = 20;

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the folder, which is made where it is missing.
   *
   * @throws InputException when another process has it
   */
  static RunLock take(Path run) throws IOException {
    Files.createDirectories(run);
    FileChannel channel =
        FileChannel.open(run.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean taken = locked(channel) != null;
    for (int tried = 1; !taken && tried < TRIES; tried++) {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      taken = locked(channel) != null;
    }
    if (!taken) {
      channel.close();
      throw new InputException(
          "Another process is training in %s; wait for it, or name another --out".formatted(run));
    }
    return new RunLock(channel);
  }

  /**
   * Whether another process holds the folder. Not for a process that trains: on POSIX systems,
   * looking would let go of its own lock.
   */
  static boolean isHeld(Path run) throws IOException {
    try (FileChannel channel = FileChannel.open(run.resolve(FILE), StandardOpenOption.READ)) {
      // Shared, since that needs no right to write; closing lets go of it.
      return channel.tryLock(0, Long.MAX_VALUE, true) == null;
    } catch (OverlappingFileLockException sameProcess) {
      return true;
    } catch (NoSuchFileException neverTaken) {
      return false;
    }
  }

  private static @Nullable FileLock locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
