package org.senoscope.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;

/**
 * A request's body, read as it comes and within limits: its bytes, and the time that the client
 * takes to send them. What ends it early is a {@link ProblemException}, so that who reads from it
 * need not tell a broken connection from a broken format.
 */
public final class BoundedBody extends InputStream {
  private static final long READ_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final InputStream in;
  private final long limit;
  private final long announced;
  private long taken;
  private long waited;

  /**
   * The body of a request, not yet read.
   *
   * @param limit bytes, at most
   */
  public BoundedBody(Context context, long limit) throws IOException {
    this.in = context.req().getInputStream();
    this.announced = context.req().getContentLengthLong();
    this.limit = limit;
  }

  /** Whether the client said beforehand that it will send more than the limit. */
  public boolean announcesTooMuch() {
    return announced > limit;
  }

  /** Bytes that may still come: those announced, or up to the limit where none were. */
  public long remaining() {
    return Math.max(0, (announced < 0 ? limit : Math.min(announced, limit)) - taken);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * Reads on.
   *
   * @throws ProblemException when there is more than the limit, it took too long, or the client
   *     left
   */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    long begun = System.nanoTime();
    int read;
    try {
      read = in.read(bytes, offset, length);
    } catch (IOException endedEarly) {
      throw Problem.BROKEN_BODY.because("The body ended before its announced end");
    }
    waited += System.nanoTime() - begun;
    taken += Math.max(0, read);
    if (taken > limit) {
      throw tooLarge();
    }
    if (waited > READ_NANOS) {
      throw Problem.TOO_SLOW.because(
          "The body took more than %d s".formatted(TimeUnit.NANOSECONDS.toSeconds(READ_NANOS)));
    }
    return read;
  }

  /** The refusal of what is larger than the limit. */
  public ProblemException tooLarge() {
    return Problem.TOO_LARGE.because(
        "A body may have %d MB at most; send less at once".formatted(limit / 1_000_000));
  }

  /**
   * Reads on and forgets, so that a client which is still sending hears the refusal instead of a
   * broken connection; not for ever: at most four times the limit, or 10 s.
   */
  public void drain() {
    long end = System.nanoTime() + DRAIN_NANOS;
    byte[] buffer = new byte[64 << 10];
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        taken += read;
        if (taken > 4 * limit || System.nanoTime() > end) {
          return;
        }
      }
    } catch (IOException gone) {
      return; // the client left; nobody hears the answer
    }
  }
}
