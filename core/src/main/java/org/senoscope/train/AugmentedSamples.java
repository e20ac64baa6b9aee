package org.senoscope.train;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.model.InputDescription;
import org.senoscope.split.Parts;
import org.senoscope.study.Marks;
import org.senoscope.study.Task;

/**
 * Some training images of each label as the network gets them, prepared and then as augmentation
 * draws them: for a person to look whether the recipe leaves the diagnosis as it is.
 *
 * @param label of the main task
 * @param prepared the image after the recipe's steps
 * @param drawn the same as training might draw it
 */
public record AugmentedSamples(String label, GreyImage prepared, List<GreyImage> drawn) {
  public AugmentedSamples {
    drawn = List.copyOf(drawn);
  }

  /**
   * Draws samples; the same ones each time.
   *
   * @param parts of the images; test and validation images are left out
   * @param perLabel images of each label at most
   * @param draws of each image; none where the recipe augments nothing
   */
  public static List<AugmentedSamples> of(
      Recipe recipe, Dataset dataset, Map<String, String> parts, int perLabel, int draws)
      throws IOException {
    String task = recipe.tasks().getFirst();
    Map<String, List<ManifestRow>> byLabel = new LinkedHashMap<>();
    for (ManifestRow row : dataset.rows()) {
      String part = parts.getOrDefault(row.image(), "");
      Optional<String> label = row.label(task);
      if (label.isPresent() && (part.equals(Parts.TRAIN) || Assignments.isFold(part))) {
        byLabel.computeIfAbsent(label.get(), name -> new ArrayList<>()).add(row);
      }
    }
    List<AugmentedSamples> samples = new ArrayList<>();
    for (String label : Task.order(task, byLabel.keySet())) {
      List<ManifestRow> rows = byLabel.getOrDefault(label, List.of());
      Collections.shuffle(rows, new Random(recipe.training().seed()));
      for (ManifestRow row : rows.subList(0, Math.min(perLabel, rows.size()))) {
        samples.add(sample(recipe, dataset, row, label, draws));
      }
    }
    return samples;
  }

  private static AugmentedSamples sample(
      Recipe recipe, Dataset dataset, ManifestRow row, String label, int draws) throws IOException {
    GreyImage prepared;
    try (ImageRoom.Held held =
        ImageRoom.inHeap(ImageLimits.DEFAULT, recipe.preprocessing().bytesPerPixel())
            .read(dataset.resolve(row.image()))) {
      prepared = recipe.preprocessing().prepare(held.image(), Marks.of(row.roi())).image();
    }
    List<GreyImage> drawn = new ArrayList<>();
    if (!recipe.augmentation().equals(Augmentation.NONE)) {
      byte[] levels = levels(prepared);
      for (int draw = 0; draw < draws; draw++) {
        long seed = Seeds.mix(recipe.training().seed(), draw, row.image().hashCode(), Seeds.ORDER);
        drawn.add(
            drawn(recipe.augmentation().draw(new SplittableRandom(seed)), levels, recipe.input()));
      }
    }
    return new AugmentedSamples(label, prepared, drawn);
  }

  /** An image's 8-bit levels, as the cache keeps them. */
  static byte[] levels(GreyImage prepared) {
    float[] pixels = prepared.pixels();
    byte[] levels = new byte[pixels.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) Math.round(Math.clamp(pixels[i], 0f, 1f) * 255);
    }
    return levels;
  }

  /** An image as a draw makes it, before the network's mean and deviation. */
  static GreyImage drawn(Augmentation.Draw draw, byte[] levels, InputDescription input) {
    InputDescription plain =
        new InputDescription(1, input.height(), input.width(), new float[] {0}, new float[] {1});
    FloatBuffer target = FloatBuffer.allocate(plain.size());
    Augmentation.apply(draw, levels, plain, target, 0);
    return new GreyImage(input.height(), input.width(), target.array());
  }
}
