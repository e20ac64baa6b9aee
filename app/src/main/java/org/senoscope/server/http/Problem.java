package org.senoscope.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.senoscope.files.Json;

/** What can be wrong with a request, each with its HTTP status; written as RFC 9457 asks. */
public enum Problem {
  /** A parameter is missing or has a value that is not one of those it can have. */
  BAD_PARAMETER(400, "A parameter is missing or wrong"),
  /** The body is empty. */
  EMPTY_BODY(400, "The request has no image"),
  /** The body cannot be taken apart, or ends too early. */
  BROKEN_BODY(400, "The body cannot be read"),
  /** The token is missing or wrong. */
  TOKEN_NEEDED(401, "This server asks for its token"),
  /** A page of another site sent the request. */
  CROSS_SITE(403, "Requests from other sites are refused"),
  /** Nothing is at this address. */
  NOT_FOUND(404, "Nothing is here"),
  /** No model has this name. */
  UNKNOWN_MODEL(404, "No such model"),
  /** No prediction has this id, or it is no longer kept. */
  UNKNOWN_PREDICTION(404, "No such prediction"),
  /** No run has this name, or it is gone. */
  UNKNOWN_RUN(404, "No such run"),
  /** The address knows other methods only. */
  METHOD_NOT_ALLOWED(405, "This address does not take that method"),
  /** The client took too long to send its body. */
  TOO_SLOW(408, "The body did not arrive in time"),
  /** It was kept once. */
  GONE(410, "No longer kept"),
  /** The body is larger than the server takes. */
  TOO_LARGE(413, "The body is too large"),
  /** The content type is not that of an image. */
  UNSUPPORTED_TYPE(415, "This content type is not taken"),
  /** The host's name is not this server's. */
  WRONG_HOST(421, "This server does not answer for that host"),
  /** The body is not an image that can be read. */
  UNREADABLE_IMAGE(422, "The image cannot be read"),
  /** A fault of ours. */
  FAILED(500, "The server failed"),
  /** Too much is waiting already. */
  BUSY(503, "The server is busy"),
  /** The server is starting or stopping. */
  NOT_READY(503, "The server is not ready");

  private final int status;
  private final String title;

  Problem(int status, String title) {
    this.status = status;
    this.title = title;
  }

  /** The HTTP status, 400..599. */
  public int status() {
    return status;
  }

  /** As an exception that becomes the answer. */
  public ProblemException because(String detail) {
    return new ProblemException(this, detail);
  }

  /**
   * The answer's body.
   *
   * @param detail what is wrong with this request and what mends it
   * @param instance the path that was asked for
   */
  ObjectNode toJson(String detail, String instance) {
    String kind = name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    return Json.object()
        .put("type", "urn:senoscope:problem:" + kind)
        .put("title", title)
        .put("status", status)
        .put("detail", detail)
        .put("instance", instance);
  }

  /** The problem that a bare HTTP status stands for. */
  static Problem ofStatus(int status) {
    return switch (status) {
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 413 -> TOO_LARGE;
      case 415 -> UNSUPPORTED_TYPE;
      case 503 -> BUSY;
      default -> status >= 500 ? FAILED : BAD_PARAMETER;
    };
  }
}
