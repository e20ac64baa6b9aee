package org.senoscope.server.http;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Promise;

/**
 * Reads one uploaded file into memory, never to disk, within limits: the size of a body, the bytes
 * that all bodies hold together, and the time that a client may take. Safe for several threads.
 */
public final class UploadReader {
  /** How much memory all bodies may hold together at most; with a small heap, a quarter of it. */
  private static final int MOST_KIB = 64 << 10;

  private static final long WAIT_SECONDS = 30;
  private static final long READ_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int MOST_PARTS = 16;

  private final int limit;
  private final Semaphore kibibytes;

  /**
   * A reader of bodies.
   *
   * @param limit bytes of one body, at most; 1 to 64 MiB
   */
  public UploadReader(int limit) {
    if (limit < 1 || kibibytesOf(limit) > MOST_KIB) {
      throw new IllegalArgumentException(
          "A body's limit must be 1..%d bytes, was %d".formatted((MOST_KIB << 10) - 1, limit));
    }
    long quarter = Runtime.getRuntime().maxMemory() / 4;
    kibibytes = new Semaphore(Math.clamp(quarter >> 10, kibibytesOf(limit), MOST_KIB));
    this.limit = limit;
  }

  /** What is done with an upload while it is held. */
  @FunctionalInterface
  public interface Use<T> {
    /** The answer made from the upload. */
    T of(Upload upload) throws IOException, InterruptedException;
  }

  /**
   * Reads the image that is the body, or the part {@code file} of a multipart body, and uses it.
   *
   * @throws ProblemException for a body that is empty, too large, too slow, broken, or not said to
   *     be an image
   */
  public <T> T read(Context context, Use<T> use) throws IOException, InterruptedException {
    String type = mediaType(context);
    long announced = context.req().getContentLengthLong();
    if (announced > limit) {
      drain(context.req().getInputStream(), 0);
      throw tooLarge();
    }
    if (announced == 0) {
      throw Problem.EMPTY_BODY.because("Send an image as the body, or as the part \"file\"");
    }
    int reserved = kibibytesOf(announced < 0 ? limit : announced);
    if (!kibibytes.tryAcquire(reserved, WAIT_SECONDS, TimeUnit.SECONDS)) {
      throw Problem.BUSY.because("Other uploads fill the memory set aside for them; ask again");
    }
    try {
      byte[] body = body(context.req().getInputStream(), announced);
      if (body.length == 0) {
        throw Problem.EMPTY_BODY.because("Send an image as the body, or as the part \"file\"");
      }
      boolean multipart = type.equals("multipart/form-data");
      return use.of(multipart ? part(context, body) : Upload.named(body, Upload.UNNAMED));
    } finally {
      kibibytes.release(reserved);
    }
  }

  private static String mediaType(Context context) {
    String given = context.contentType();
    String type = given == null ? "" : given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (type.isEmpty()
        || type.startsWith("image/")
        || type.equals("application/octet-stream")
        || type.equals("multipart/form-data")) {
      return type;
    }
    throw Problem.UNSUPPORTED_TYPE.because(
        "Content-Type was \"%s\"; send image/png, image/jpeg, image/tiff or"
                .formatted(type.length() > 80 ? type.substring(0, 80) : type)
            + " application/octet-stream, or a multipart/form-data body with the part \"file\"");
  }

  private byte[] body(InputStream in, long announced) throws IOException {
    long end = System.nanoTime() + READ_NANOS;
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream(announced > 0 ? Math.toIntExact(announced) : 64 << 10);
    byte[] buffer = new byte[16 << 10];
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        bytes.write(buffer, 0, read);
        if (bytes.size() > limit) {
          drain(in, bytes.size());
          throw tooLarge();
        }
        if (System.nanoTime() > end) {
          throw Problem.TOO_SLOW.because(
              "The body took more than %d s".formatted(TimeUnit.NANOSECONDS.toSeconds(READ_NANOS)));
        }
      }
    } catch (IOException endedEarly) {
      throw Problem.BROKEN_BODY.because("The body ended before its announced end");
    }
    return bytes.toByteArray();
  }

  private Upload part(Context context, byte[] body) {
    String boundary = MultiPart.extractBoundary(context.contentType());
    if (boundary == null) {
      throw Problem.BROKEN_BODY.because("The multipart body's content type has no boundary");
    }
    var parser = new MultiPartFormData.Parser(boundary);
    parser.setMaxParts(MOST_PARTS);
    parser.setMaxLength(limit);
    parser.setMaxFileSize(limit);
    parser.setMaxMemoryFileSize(limit); // nothing of a patient's goes to a temporary file
    var parsed = new CompletableFuture<MultiPartFormData.Parts>();
    parser.parse(Content.Source.from(ByteBuffer.wrap(body)), Promise.Invocable.toPromise(parsed));
    try (MultiPartFormData.Parts parts = parsed.join()) {
      MultiPart.Part part = parts.getFirst("file");
      if (part == null) {
        throw Problem.EMPTY_BODY.because("The multipart body has no part named \"file\"");
      }
      ByteBuffer content = Content.Source.asByteBuffer(part.getContentSource());
      byte[] bytes = new byte[content.remaining()];
      content.get(bytes);
      if (bytes.length == 0) {
        throw Problem.EMPTY_BODY.because("The part \"file\" is empty");
      }
      String name = part.getFileName();
      return Upload.named(bytes, name == null ? "" : name);
    } catch (CompletionException | IOException broken) {
      throw Problem.BROKEN_BODY.because("The multipart body cannot be taken apart");
    }
  }

  /**
   * Reads on and forgets, so that a client which is still sending hears the refusal instead of a
   * broken connection; not for ever.
   */
  private void drain(InputStream in, long already) {
    long end = System.nanoTime() + DRAIN_NANOS;
    long most = 4L * limit - already;
    byte[] buffer = new byte[64 << 10];
    try {
      long total = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        total += read;
        if (total > most || System.nanoTime() > end) {
          return;
        }
      }
    } catch (IOException gone) {
      return; // the client left; nobody hears the answer
    }
  }

  private ProblemException tooLarge() {
    return Problem.TOO_LARGE.because(
        "A body may have %d MB at most; send a smaller image".formatted(limit / 1_000_000));
  }

  private static int kibibytesOf(long bytes) {
    return Math.toIntExact((bytes >> 10) + 1);
  }
}
