package org.senoscope.server.models;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.senoscope.server.http.Problem;
import org.senoscope.server.http.ProblemException;

/**
 * Where decoding, inference and drawing happen: a few threads, and a line before them that is not
 * endless. The virtual threads of requests wait here, so that native code never holds up their
 * carriers, and so that images are unpacked no faster than they are used. Safe for several threads.
 */
public final class InferenceQueue implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final long FAREWELL_SECONDS = 20;

  private final ThreadPoolExecutor workers;

  /**
   * A queue.
   *
   * @param threads that work, at least 1
   * @param places in the line, at least 1
   */
  public InferenceQueue(int threads, int places) {
    workers =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(places),
            Thread.ofPlatform().name("inference-", 1).daemon().factory());
  }

  /** How many wait in line. */
  public int waiting() {
    return workers.getQueue().size();
  }

  /**
   * Does a piece of work when its turn comes.
   *
   * @throws ProblemException when the line is full, the turn does not come in time, or memory does
   *     not suffice for this image
   */
  public <T> T run(Callable<T> work) throws IOException, InterruptedException {
    Future<T> future;
    try {
      future = workers.submit(work);
    } catch (RejectedExecutionException full) {
      throw workers.isShutdown()
          ? Problem.NOT_READY.because("The server is stopping")
          : Problem.BUSY.because("Too many images are waiting; ask again in a moment");
    }
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      future.cancel(true);
      throw Problem.BUSY.because("The image's turn did not come in time; ask again in a moment");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      switch (cause) {
        case null -> throw new IllegalStateException("Work on an image failed", e);
        case IOException fault -> throw fault;
        case RuntimeException fault -> throw fault;
        case OutOfMemoryError _ ->
            throw Problem.TOO_LARGE.because(
                "The image needs more memory than this server has: send a smaller one");
        default -> throw new IllegalStateException("Work on an image failed", cause);
      }
    }
  }

  /** Takes no more work, and waits for what was taken. */
  @Override
  public void close() {
    workers.shutdown();
    try {
      if (!workers.awaitTermination(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
        workers.shutdownNow();
      }
    } catch (InterruptedException e) {
      workers.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
