package org.senoscope.server.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that the contents of all requests may hold together: 64 MiB, with a small heap a
 * quarter of it. Who finds it full waits a while. Safe for several threads.
 */
public final class MemoryBudget {
  private static final int MOST_KIB = 64 << 10;
  private static final long WAIT_SECONDS = 30;

  private final int kibibytes;
  private final Semaphore free;

  /**
   * A budget, all of it free.
   *
   * @param largest bytes that one request may hold at once, 1 to 64 MiB; the budget is never less
   */
  public MemoryBudget(long largest) {
    if (largest < 1 || kibibytesOf(largest) > MOST_KIB) {
      throw new IllegalArgumentException(
          "One request may hold 1..%d bytes, was %d"
              .formatted(((long) MOST_KIB << 10) - 1, largest));
    }
    long quarter = Runtime.getRuntime().maxMemory() / 4;
    kibibytes = Math.clamp(quarter >> 10, kibibytesOf(largest), MOST_KIB);
    free = new Semaphore(kibibytes);
  }

  /** A part of the budget, given back by closing it, once. */
  public final class Share implements AutoCloseable {
    private final int held;

    private Share(int held) {
      this.held = held;
    }

    @Override
    public void close() {
      free.release(held);
    }
  }

  /**
   * Takes a part, waiting for it a while. Nobody should hold one part and ask for another.
   *
   * @param bytes at least 0
   * @throws ProblemException when it is larger than the budget, or does not become free
   */
  public Share take(long bytes) throws InterruptedException {
    int wanted = kibibytesOf(bytes);
    if (wanted > kibibytes) {
      throw Problem.TOO_LARGE.because(
          "This needs %d MB of memory at once, %d MB are set aside: send less"
              .formatted(wanted >> 10, kibibytes >> 10));
    }
    if (!free.tryAcquire(wanted, WAIT_SECONDS, TimeUnit.SECONDS)) {
      throw Problem.BUSY.because("Other uploads fill the memory set aside for them; ask again");
    }
    return new Share(wanted);
  }

  private static int kibibytesOf(long bytes) {
    return Math.toIntExact((bytes >> 10) + 1);
  }
}
