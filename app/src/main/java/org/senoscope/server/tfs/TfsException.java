package org.senoscope.server.tfs;

/** Ends a request as TensorFlow Serving would: with a code, and a text that a program may read. */
final class TfsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Code code;

  /** What TensorFlow calls the kinds of failure, each with the HTTP status that stands for it. */
  enum Code {
    /** The request is at fault. */
    INVALID_ARGUMENT(400),
    /** No such model or version. */
    NOT_FOUND(404);

    private final int status;

    Code(int status) {
      this.status = status;
    }

    /** The HTTP status, 400..599. */
    int status() {
      return status;
    }
  }

  private TfsException(Code code, String message) {
    super(message);
    this.code = code;
  }

  /** The request is at fault. */
  static TfsException invalid(String text) {
    return new TfsException(Code.INVALID_ARGUMENT, text);
  }

  /** No such model or version. */
  static TfsException notFound(String text) {
    return new TfsException(Code.NOT_FOUND, text);
  }

  /** What kind of failure. */
  Code code() {
    return code;
  }

  /** The text, for the caller to read. */
  String text() {
    return String.valueOf(getMessage());
  }

  /** As TensorFlow quotes one failure in another: {@code CODE: text}. */
  String quoted() {
    return code.name() + ": " + text();
  }
}
