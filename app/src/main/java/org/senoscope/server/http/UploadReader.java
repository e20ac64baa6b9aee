package org.senoscope.server.http;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Promise;

/**
 * Reads one uploaded file into memory, never to disk, within limits: the size of a body, the bytes
 * that all bodies hold together, and the time that a client may take. Safe for several threads.
 */
public final class UploadReader {
  private static final int MOST_PARTS = 16;

  private final int limit;
  private final MemoryBudget memory;

  /**
   * A reader of bodies.
   *
   * @param limit bytes of one body, at most
   * @param memory in which bodies are held; large enough for one
   */
  public UploadReader(int limit, MemoryBudget memory) {
    this.limit = limit;
    this.memory = memory;
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
    BoundedBody body = new BoundedBody(context, limit);
    if (body.announcesTooMuch()) {
      body.drain();
      throw body.tooLarge();
    }
    if (body.remaining() == 0) {
      throw Problem.EMPTY_BODY.because("Send an image as the body, or as the part \"file\"");
    }
    try (var _ = memory.take(body.remaining())) {
      byte[] bytes = bytes(context, body);
      if (bytes.length == 0) {
        throw Problem.EMPTY_BODY.because("Send an image as the body, or as the part \"file\"");
      }
      boolean multipart = type.equals("multipart/form-data");
      return use.of(multipart ? part(context, bytes) : Upload.named(bytes, Upload.UNNAMED));
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

  private static byte[] bytes(Context context, BoundedBody body) throws IOException {
    long announced = context.req().getContentLengthLong();
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream(announced > 0 ? Math.toIntExact(announced) : 64 << 10);
    try {
      body.transferTo(bytes);
    } catch (ProblemException e) {
      if (e.problem() == Problem.TOO_LARGE) {
        body.drain();
      }
      throw e;
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
}
