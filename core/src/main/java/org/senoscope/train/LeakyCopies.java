package org.senoscope.train;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Manifest;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.model.InputDescription;
import org.senoscope.provenance.Provenance;
import org.senoscope.study.Marks;
import org.senoscope.work.Progress;

/**
 * A data set of augmented copies, made before anything is split: the mistake of published systems,
 * repeated to show what it does. Images go through a recipe's preprocessing, then each is drawn
 * several times with the recipe's augmentation. The copies name neither patient nor original, as
 * those systems' arrays did not: only a split that demonstrates leakage should be made of them.
 */
public final class LeakyCopies {
  private LeakyCopies() {}

  /**
   * How many copies of what.
   *
   * @param originals at most, drawn at random; empty for all
   * @param copies of each image; where {@code perClass} is given, it decides
   * @param perClass copies of each label in all; empty for {@code copies} of each image
   * @param seed of the draws
   */
  public record Plan(
      Optional<Integer> originals, int copies, Optional<Integer> perClass, long seed) {
    public Plan {
      if (copies < 1) {
        throw new IllegalArgumentException("copies must be 1 or more, was " + copies);
      }
    }
  }

  /**
   * Writes the data set, complete or not at all; one that is there is taken as it is.
   *
   * @param task whose labels the copies carry
   * @param target the new data set's folder
   */
  public static Dataset write(
      Dataset dataset, Recipe recipe, String task, Plan plan, Path target, Progress progress)
      throws IOException {
    if (!Files.exists(target)) {
      AtomicFiles.createFolder(
          target, folder -> fill(folder, dataset, recipe, task, plan, progress));
    }
    return Dataset.open(target);
  }

  private static void fill(
      Path folder, Dataset dataset, Recipe recipe, String task, Plan plan, Progress progress)
      throws IOException {
    List<ManifestRow> rows = originals(dataset, task, plan);
    int[] all = IntStream.range(0, rows.size()).toArray();
    List<int[]> byLabel =
        rows.stream()
            .map(row -> row.label(task).orElseThrow())
            .distinct()
            .sorted()
            .map(
                label ->
                    IntStream.of(all)
                        .filter(i -> rows.get(i).label(task).equals(Optional.of(label)))
                        .toArray())
            .toList();
    int[] copies = new int[rows.size()];
    if (plan.perClass().isPresent()) {
      for (int image : EpochOrder.of(all, byLabel, plan.perClass(), plan.seed(), 0).images()) {
        copies[image]++;
      }
    } else {
      java.util.Arrays.fill(copies, plan.copies());
    }
    Files.createDirectories(folder.resolve("images"));
    try (Writer out = Files.newBufferedWriter(folder.resolve("manifest.csv"));
        Manifest.Output manifest = new Manifest.Output(out, List.of(task));
        Progress.Stage stage = progress.stage("copying images", rows.size())) {
      ImageRoom room =
          ImageRoom.inHeap(ImageLimits.DEFAULT, recipe.preprocessing().bytesPerPixel());
      for (int image = 0; image < rows.size(); image++) {
        ManifestRow row = rows.get(image);
        byte[] levels;
        try (ImageRoom.Held held = room.read(dataset.resolve(row.image()))) {
          levels =
              AugmentedSamples.levels(
                  recipe.preprocessing().prepare(held.image(), Marks.of(row.roi())).image());
        }
        for (int copy = 0; copy < copies[image]; copy++) {
          long drawn =
              Seeds.mix(Seeds.mix(plan.seed(), 0, image, Seeds.AUGMENTATION), copy, 0, Seeds.ORDER);
          Augmentation.Draw draw =
              copy == 0
                  ? Augmentation.Draw.IDENTITY
                  : recipe.augmentation().draw(new SplittableRandom(drawn));
          String name = "images/%06d-%03d.png".formatted(image, copy);
          try (OutputStream png = Files.newOutputStream(folder.resolve(name))) {
            // Not forced to the disk one by one: the folder appears when all are there.
            ImageFiles.writePng(AugmentedSamples.drawn(draw, levels, recipe.input()), png);
          }
          manifest.write(row(name, Hashes.sha256(folder.resolve(name)), row, task, recipe.input()));
        }
        stage.advance();
      }
    }
    Json.write(
        folder.resolve("dataset.json"),
        Json.object("dataset")
            .put("name", dataset.name() + "-copies")
            .put(Provenance.DEMONSTRATES_LEAKAGE, true)
            .put("note", "Augmented copies, made before any split to demonstrate leakage."));
  }

  private static List<ManifestRow> originals(Dataset dataset, String task, Plan plan)
      throws IOException {
    List<ManifestRow> rows = new ArrayList<>();
    for (ManifestRow row : dataset.rows()) {
      if (row.excluded().isEmpty() && row.label(task).isPresent()) {
        rows.add(row);
      }
    }
    Collections.shuffle(rows, new Random(plan.seed()));
    return rows.subList(0, Math.min(rows.size(), plan.originals().orElse(rows.size())));
  }

  private static ManifestRow row(
      String name, String sha256, ManifestRow of, String task, InputDescription input) {
    return new ManifestRow(
        name,
        sha256,
        of.modality(),
        "",
        "",
        Optional.empty(),
        Optional.empty(),
        input.width(),
        input.height(),
        Map.of(task, of.label(task).orElseThrow()),
        "",
        List.of(),
        "",
        name,
        "");
  }
}
