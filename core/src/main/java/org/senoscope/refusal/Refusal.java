package org.senoscope.refusal;

/**
 * Why an image is not answered, whatever the network makes of it.
 *
 * @param cause what is wrong with it
 * @param text for people: what was found, and where known what to do
 */
public record Refusal(Cause cause, String text) {
  /** What is wrong with an image that is refused. */
  public enum Cause {
    /** It cannot be read well enough, whatever it shows. */
    QUALITY("quality"),
    /** It is not of the kind that the model has learned from. */
    OUT_OF_DISTRIBUTION("out-of-distribution");

    private final String text;

    Cause(String text) {
      this.text = text;
    }
  }

  /** As an answer's reason: {@code quality: …} or {@code out-of-distribution: …}. */
  public String reason() {
    return cause.text + ": " + text;
  }
}
