package org.senoscope.server.http;

/** Ends a request with a {@link Problem}; the message is its detail, for the caller to read. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Problem problem;

  ProblemException(Problem problem, String detail) {
    super(detail);
    this.problem = problem;
  }

  /** What kind of problem. */
  public Problem problem() {
    return problem;
  }

  /** What is wrong with this request, in one sentence that says what mends it. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
