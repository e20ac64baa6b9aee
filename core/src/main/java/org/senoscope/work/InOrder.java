package org.senoscope.work;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Works on all cores and hands results over in the order of the work, with only a few pieces at
 * hand at any time, however many there are. For use by one thread.
 *
 * @param <T> a result
 */
public final class InOrder<T> implements AutoCloseable {
  private final ExecutorService workers;
  private final int room;
  private final ArrayDeque<Future<T>> under = new ArrayDeque<>();
  private final Taker<T> taker;

  /** Takes results on the thread that submits. */
  @FunctionalInterface
  public interface Taker<T> {
    /** Takes the next one. */
    void take(T result) throws IOException;
  }

  /**
   * Begins.
   *
   * @param threads that work, at least 1
   */
  public InOrder(int threads, Taker<T> taker) {
    this.workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("work-", 0).daemon().factory());
    this.room = 4 * threads;
    this.taker = taker;
  }

  /** Adds a piece of work; blocks while there is no room. */
  public void submit(Callable<T> work) throws IOException {
    if (under.size() == room) {
      takeNext();
    }
    under.add(workers.submit(work));
  }

  /** Waits for all that is under way. */
  public void finish() throws IOException {
    while (!under.isEmpty()) {
      takeNext();
    }
  }

  private void takeNext() throws IOException {
    try {
      taker.take(under.remove().get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException fault -> throw fault;
        case UncheckedIOException fault -> throw fault.getCause();
        case RuntimeException fault -> throw fault;
        case Error fault -> throw fault;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /** Stops what is under way, and waits until nothing writes any more. */
  @Override
  public void close() {
    under.forEach(each -> each.cancel(false));
    workers.close();
  }
}
