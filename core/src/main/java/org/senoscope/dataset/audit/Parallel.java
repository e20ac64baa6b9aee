package org.senoscope.dataset.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;

/** Work on many images by all processors. */
final class Parallel {
  private Parallel() {}

  /** Work on one image. */
  @FunctionalInterface
  interface Work {
    /** Does it, for the image at a place. */
    void on(int place) throws IOException;
  }

  /** Does the work for places 0 to count - 1, in no order; the first fault ends it. */
  static void forEach(int count, Work work) throws IOException {
    try {
      IntStream.range(0, count)
          .parallel()
          .forEach(
              place -> {
                try {
                  work.on(place);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
