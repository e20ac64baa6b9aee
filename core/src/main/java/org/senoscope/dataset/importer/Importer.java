package org.senoscope.dataset.importer;

import java.io.IOException;

/**
 * Knows one layout of published images. It lists what there is and says what the publisher says of
 * it; it decodes nothing. The same source gives the same list in the same order.
 */
public interface Importer {
  /** The layout's name, such as {@code busi}. */
  String name();

  /** What the set is and whose, and the tasks that its images are labelled for. */
  SetDescription description() throws IOException;

  /**
   * Lists every image and every file that cannot be one.
   *
   * @throws org.senoscope.work.InputException when the source as a whole is not of this layout
   */
  void list(Sink sink) throws IOException;

  /** Takes what an importer finds, from one thread; blocks while the work is behind. */
  interface Sink {
    /** Says how many images will come, where it is known before. */
    void expect(long images);

    /** An image to be read and stored. */
    void accept(Candidate candidate);

    /**
     * Something that cannot be an image of the set.
     *
     * @param file its path within the source
     * @param reason a phrase, without the file's name
     */
    void reject(String file, String reason);
  }
}
