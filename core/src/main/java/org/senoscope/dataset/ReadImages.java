package org.senoscope.dataset;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Reads a data set's images on all cores, no more at a time than memory holds. An image that cannot
 * be read ends nothing: the work goes on without it, and says which it was and why.
 *
 * @param dataset whose they are
 * @param bytesPerPixel bytes of a pixel while an image is worked on
 */
public record ReadImages(Dataset dataset, int bytesPerPixel) {
  /** Works on an image. */
  @FunctionalInterface
  public interface Look {
    /**
     * Works on an image that was read; on any thread, beside others.
     *
     * @param place in the list that was asked for
     * @throws InputException when nothing can be made of this image, as of a mark outside of it
     */
    void at(int place, GreyImage pixels);
  }

  /**
   * Reads images.
   *
   * @param images as the manifest names them
   * @param stage advanced by one for each; stays open
   * @return the images that cannot be read, in the order of their names, and why
   */
  public Map<String, String> each(List<String> images, Progress.Stage stage, Look look) {
    ImageRoom room = ImageRoom.inHeap(ImageLimits.DEFAULT, bytesPerPixel);
    Map<String, String> unread = new ConcurrentSkipListMap<>();
    Set<Integer> again = ConcurrentHashMap.newKeySet();
    IntStream.range(0, images.size())
        .parallel()
        .forEach(
            place -> {
              try {
                read(room, images.get(place), place, look, unread);
              } catch (OutOfMemoryError e) {
                again.add(place);
              }
              stage.advance();
            });
    // Beside others it was too much; which images are left out must not hang on the load.
    for (int place : again.stream().sorted().toList()) {
      String image = images.get(place);
      try {
        read(room, image, place, look, unread);
      } catch (OutOfMemoryError e) {
        unread.put(image, String.valueOf(room.tooLarge(e).getMessage()));
      }
    }
    return unread;
  }

  private void read(
      ImageRoom room, String image, int place, Look look, Map<String, String> unread) {
    try (ImageRoom.Held held = room.read(dataset.resolve(image))) {
      look.at(place, held.image());
    } catch (NoSuchFileException e) {
      unread.put(image, "the file is missing");
    } catch (AccessDeniedException e) {
      unread.put(image, "the file may not be read");
    } catch (IOException | InputException e) {
      unread.put(image, String.valueOf(e.getMessage()));
    }
  }
}
