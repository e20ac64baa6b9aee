package org.senoscope.dataset.importer.formats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.senoscope.dataset.importer.LesionMarks;
import org.senoscope.dataset.importer.LesionMask;
import org.senoscope.dataset.importer.Rejection;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.study.Roi;

/**
 * Lesions as images of their own, one each: merged into one mask (a pixel is inside when it is
 * inside any), with a box around each. Masks with nothing inside count as none: an empty mask would
 * tell a network the label. A file that cannot be used is listed, and the image goes without it.
 *
 * @param files the masks
 */
record MaskFiles(List<SourceFiles.Found> files) implements LesionMarks {
  static LesionMarks of(Path file, String relative) {
    return new MaskFiles(List.of(new SourceFiles.Found(file, relative, "")));
  }

  @Override
  public Lesions on(int height, int width) {
    // Its bound alone is wanted here: who asks has taken the room for masks of this size.
    ImageRoom room = ImageRoom.inHeap(ImageLimits.DEFAULT, Float.BYTES);
    LesionMask merged = new LesionMask(height, width);
    List<Roi> boxes = new ArrayList<>();
    List<Rejection> rejected = new ArrayList<>();
    for (SourceFiles.Found file : files) {
      try {
        if (!file.fault().isEmpty()) {
          throw new IOException(file.fault());
        }
        LesionMask mask = read(file.path(), height, width, room);
        mask.box().ifPresent(boxes::add);
        merged.add(mask);
      } catch (java.nio.file.NoSuchFileException e) {
        rejected.add(new Rejection(file.relative(), "there is no such mask"));
      } catch (IOException e) {
        rejected.add(new Rejection(file.relative(), String.valueOf(e.getMessage())));
      }
    }
    return new Lesions(boxes.isEmpty() ? Optional.empty() : Optional.of(merged), boxes, rejected);
  }

  private static LesionMask read(Path file, int height, int width, ImageRoom room)
      throws IOException {
    try (ImageRoom.Held held = room.read(file)) {
      GreyImage image = held.image();
      if (image.height() != height || image.width() != width) {
        throw new IOException(
            "the mask has %d × %d pixels, its image %d × %d"
                .formatted(image.height(), image.width(), height, width));
      }
      return LesionMask.of(image);
    }
  }
}
