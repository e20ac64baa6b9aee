package org.senoscope.quantise;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.study.Marks;
import org.senoscope.work.InOrder;
import org.senoscope.work.Progress;

/**
 * A data set's images as a bundle's steps leave them, a few at hand at any time. One that cannot be
 * read is left out.
 *
 * @param dataset whose they are
 * @param steps that they go through
 */
record PreparedImages(Dataset dataset, Preprocessing steps) {
  /** Takes an image. */
  @FunctionalInterface
  interface Taker {
    /** Takes the next one. */
    void take(ManifestRow row, GreyImage prepared);
  }

  /** What became of a row; without an image where it cannot be read. */
  private record Read(ManifestRow row, List<GreyImage> image) {}

  /** Hands over each in the order of the rows, on this thread. */
  void each(List<ManifestRow> rows, Progress.Stage stage, Taker taker) throws IOException {
    ImageRoom room = ImageRoom.inHeap(ImageLimits.DEFAULT, steps.bytesPerPixel());
    try (InOrder<Read> order =
        new InOrder<>(
            Runtime.getRuntime().availableProcessors(),
            read -> {
              read.image().forEach(image -> taker.take(read.row(), image));
              stage.advance();
            })) {
      for (ManifestRow row : rows) {
        order.submit(read(room, row));
      }
      order.finish();
    }
  }

  private Callable<Read> read(ImageRoom room, ManifestRow row) {
    return () -> {
      try (ImageRoom.Held held = room.read(dataset.resolve(row.image()))) {
        return new Read(row, List.of(steps.prepare(held.image(), Marks.of(row.roi())).image()));
      } catch (IOException e) {
        return new Read(row, List.of());
      }
    };
  }
}
