package org.senoscope.work;

/**
 * Tells a person how far a long piece of work is. Implementations are safe for use by several
 * threads.
 */
public interface Progress {
  /** Says nothing. */
  Progress NONE = (title, total) -> Stage.NONE;

  /**
   * Begins a stage; close it when done.
   *
   * @param title a few words, such as "hashing images"
   * @param total how many steps; below 0 when not known
   */
  Stage stage(String title, long total);

  /** One stage of the work. */
  interface Stage extends AutoCloseable {
    /** Says nothing. */
    Stage NONE = (steps, note) -> {};

    /**
     * Moves on.
     *
     * @param steps how many steps were done since the last call
     * @param note what to show beside the bar, such as "loss 0.31"; may be empty
     */
    void advance(long steps, String note);

    /** Moves on by one step. */
    default void advance() {
      advance(1, "");
    }

    @Override
    default void close() {}
  }
}
