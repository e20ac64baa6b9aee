package org.senoscope.image;

import java.io.IOException;

/**
 * A file that holds no image we can read. The message is the reason alone, without the file's name:
 * who knows the name puts it before.
 */
public final class UnreadableImageException extends IOException {
  private static final long serialVersionUID = 1;

  /** Says why. */
  public UnreadableImageException(String reason) {
    super(reason);
  }

  /** Says why, and what lies behind it for a log. */
  public UnreadableImageException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
