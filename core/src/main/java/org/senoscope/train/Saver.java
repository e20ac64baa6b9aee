package org.senoscope.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;

/**
 * Writes a training's checkpoints and log while the next epoch runs: on a disk that syncs slowly,
 * waiting cost a small network a tenth of its time. One write at a time, in order; a kill loses at
 * most the epoch that was being written, and checkpoint and log are each whole.
 *
 * <p>For one thread.
 */
final class Saver implements AutoCloseable {
  private final Path folder;
  private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);

  Saver(Path folder) {
    this.folder = folder;
  }

  /**
   * Begins to write, once the write before is done; closes what it was given.
   *
   * @throws IOException when the write before failed
   */
  void save(Checkpoint.Taken taken) throws IOException {
    try {
      await();
    } catch (IOException e) {
      taken.close();
      throw e;
    }
    writing =
        CompletableFuture.runAsync(
            () -> {
              try (taken) {
                taken.write(Checkpoint.fileIn(folder));
                writeLog(folder, taken.state());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            work -> Thread.ofPlatform().daemon().name("checkpoint").start(work));
  }

  /**
   * Waits until all is written.
   *
   * @throws IOException when the last write failed
   */
  void await() throws IOException {
    try {
      writing.join();
    } catch (CompletionException e) {
      writing = CompletableFuture.completedFuture(null);
      if (e.getCause() instanceof UncheckedIOException io) {
        throw io.getCause();
      }
      throw e;
    }
  }

  /** Writes what a checkpoint holds of the epochs, so that log and checkpoint never disagree. */
  static void writeLog(Path folder, Checkpoint.State state) throws IOException {
    StringBuilder lines = new StringBuilder();
    state.history().forEach(entry -> lines.append(Json.formatLine(entry)).append('\n'));
    AtomicFiles.writeString(folder.resolve(LearningCurves.LOG), lines.toString());
  }

  /** Waits as {@link #await}: a run's folder is not left to others while it is written to. */
  @Override
  public void close() throws IOException {
    await();
  }
}
