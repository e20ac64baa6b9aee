package org.senoscope.work;

/**
 * Wrong usage or input: the message is for the person at the keyboard and says what, the value, the
 * limit and the remedy, in one line. It never holds a patient identifier. The command line ends
 * with code 2 and prints the message alone.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A message for the person at the keyboard. */
  public InputException(String message) {
    super(message);
  }

  /** A message for the person at the keyboard, and what lies behind it for a log. */
  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
