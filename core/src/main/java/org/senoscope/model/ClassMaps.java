package org.senoscope.model;

/**
 * Where in the prepared image a network sees its evidence: shape (logits, height, width), coarser
 * than the image. Class activation maps: the mean over a map's places, plus the head's bias, is the
 * logit; so values above 0 speak for it, values below 0 against it. Not to be written.
 *
 * <p>Or, where they are final: how much each place matters to the logit's lead over the others, not
 * below 0.
 *
 * @param logits how many maps
 * @param height rows of each
 * @param width columns of each
 * @param values map by map, row by row
 * @param isFinal whether each map tells its label from the others by itself
 */
@SuppressWarnings("ArrayRecordComponent") // shared, as the pixels of an image are
public record ClassMaps(int logits, int height, int width, float[] values, boolean isFinal) {
  public ClassMaps {
    if (logits < 1 || height < 1 || width < 1 || (long) logits * height * width != values.length) {
      throw new IllegalArgumentException(
          "Maps of shape (%d, %d, %d) cannot hold %d values"
              .formatted(logits, height, width, values.length));
    }
  }

  /** Class activation maps. */
  public ClassMaps(int logits, int height, int width, float[] values) {
    this(logits, height, width, values, false);
  }

  /** The value of a map at a place. */
  public float at(int logit, int row, int column) {
    return values[(logit * height + row) * width + column];
  }
}
