package org.senoscope.growth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.provenance.Versions;
import org.senoscope.report.plots.LogPlot;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Imports, audits, splits and trains a step on the first images of a made set, for one size after
 * the other; each verb as a user has it, by the launcher and in a process of its own. What is done
 * is kept: a run that was stopped goes on with the verb that it was at.
 */
public final class GrowthRun {
  /** The most bytes that training keeps of an image: 224² pixels, and how it looks. */
  private static final long CACHED_BYTES = 224 * 224 + 2048;

  /** What the audit keeps on the disk of an image while it runs. */
  private static final long SKETCHED_BYTES = 4096;

  /** For bundles, logs and the file system's own. */
  private static final long SPARE_BYTES = 500_000_000;

  private static final int FEWEST_IMAGES = 50;
  private static final int MOST_IMAGES = 1_000_000;

  /** Trains one step of EfficientNet-Lite0. */
  public static final String RECIPE =
      """
      # One step of 32 images: 16 of each label, however many there are.
      name: growth
      task: pathology
      preprocessing:
        - {step: resize, height: 224, width: 224, fit: pad}
      input:
        channels: 3
        mean: [0.485, 0.456, 0.406]
        std: [0.229, 0.224, 0.225]
      network: {family: efficientnet-lite0}
      training: {epochs: 1, batch: 32, perClass: 16, precision: fp32, seed: 1}
      """;

  private final Path launcher;
  private final MadeSet set;
  private final Path out;
  private final String recipe;
  private final boolean keep;
  private final Progress progress;

  /**
   * A run to be made or gone on with.
   *
   * @param launcher starts a verb: {@code senoscope}
   * @param out takes the images, what is made of them, and the figures
   * @param recipe the text of what is trained: a step or a few, however many images there are
   * @param keep whether data sets and runs stay; else each goes once it is measured, and the images
   *     and figures stay
   */
  public GrowthRun(
      Path launcher, MadeSet set, Path out, String recipe, boolean keep, Progress progress) {
    this.launcher = launcher;
    this.set = set;
    this.out = out.toAbsolutePath().normalize();
    this.recipe = recipe;
    this.keep = keep;
    this.progress = progress;
  }

  /**
   * Measures what is not measured yet, and writes {@code growth.json} and {@code growth.svg}.
   *
   * @param images the sizes, ascending
   * @throws InputException when a size is out of range, the launcher is not there, the disk lacks
   *     room, or {@code out} holds images of another seed or side
   */
  public Growth run(List<Integer> images) throws IOException {
    check(images);
    Files.createDirectories(out);
    Growth.Machine machine = Growth.Machine.now();
    MakeImages maker = new MakeImages(set, out.resolve("made"));
    maker.claim();
    requireRoom(maker, images, Files.getFileStore(out).getUsableSpace());
    List<Size> sizes = new ArrayList<>();
    for (int count : images) {
      sizes.add(measured(maker, count));
      Growth growth = new Growth(set, machine, sizes);
      Json.write(out.resolve("growth.json"), growth.toJson());
      AtomicFiles.writeString(out.resolve("growth.svg"), LogPlot.sheet(growth.plots()));
    }
    return new Growth(set, machine, sizes);
  }

  private void check(List<Integer> images) {
    for (int place = 0; place < images.size(); place++) {
      int count = images.get(place);
      if (count < FEWEST_IMAGES
          || count > MOST_IMAGES
          || (place > 0 && count <= images.get(place - 1))) {
        throw new InputException(
            "--images must be numbers from %d to %d in ascending order, was %s"
                .formatted(FEWEST_IMAGES, MOST_IMAGES, images));
      }
    }
    if (!Files.isExecutable(launcher)) {
      throw new InputException(
          "%s is not there: bench scale starts each verb by the launcher, so run it by ./senoscope of a checkout or package"
              .formatted(launcher));
    }
  }

  /** The images that are missing, and all that the largest size makes of its own. */
  void requireRoom(MakeImages maker, List<Integer> images, long free) {
    int most = images.getLast();
    int kept = keep ? images.stream().mapToInt(count -> count).sum() : most;
    long needed =
        MakeImages.bytes(set, maker.missing(most))
            + MakeImages.bytes(set, kept)
            + kept * CACHED_BYTES
            + most * SKETCHED_BYTES
            + SPARE_BYTES;
    if (free < needed) {
      throw new InputException(
          "%d images need %s GB in %s, the originals and what import and training make of them, and %s GB are free; choose another --out, or fewer --images"
              .formatted(most, gigabytes(needed), out, gigabytes(free)));
    }
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / 1e9);
  }

  private Size measured(MakeImages maker, int count) throws IOException {
    Path file = out.resolve("size-%d.json".formatted(count));
    Path folder = out.resolve("size-%d".formatted(count));
    String by = "%s %s".formatted(Versions.commit(), Hashes.sha256(recipe));
    Size size = Size.begin(count, by, set.planted(count));
    if (Files.exists(file)) {
      Size found = Size.of(Json.read(file, Size.kind()));
      if (found.by().equals(by)) {
        size = found;
      } else {
        AtomicFiles.deleteTree(folder);
      }
    }
    if (size.isDone()) {
      if (!keep) {
        AtomicFiles.deleteTree(folder); // where the last run was killed before it did
      }
      return size;
    }
    Path table = maker.make(count, progress);
    Path dataset = folder.resolve("data");
    if (!Files.exists(dataset)) {
      size = Size.begin(count, by, set.planted(count)); // whoever removed it wants it anew
    }
    Files.createDirectories(folder);
    try (Progress.Stage stage =
        progress.stage("%d images".formatted(count), Step.values().length)) {
      for (Step step : Step.values()) {
        if (!size.steps().containsKey(step)) {
          size = size.with(step, measure(step, table, folder));
          if (step == Step.AUDIT) {
            size = size.finding(Size.groups(Json.read(dataset.resolve("audit.json"), "audit")));
          }
          Json.write(file, size.toJson());
        }
        stage.advance(1, step.verb());
      }
    }
    if (!keep) {
      AtomicFiles.deleteTree(folder);
    }
    return size;
  }

  private Measured measure(Step step, Path table, Path folder) throws IOException {
    String dataset = folder.resolve("data").toString();
    Path run = folder.resolve("run");
    List<String> arguments =
        switch (step) {
          case IMPORT -> {
            AtomicFiles.deleteTree(folder.resolve("data"));
            yield List.of("import", "csv", table.toString(), "--out", dataset);
          }
          case AUDIT -> List.of("audit", dataset);
          case SPLIT -> List.of("split", dataset, "--holdout", "80/0/20");
          case TRAIN -> {
            AtomicFiles.deleteTree(run); // what was begun is measured from its beginning
            Path file = folder.resolve("recipe.yaml");
            AtomicFiles.writeString(file, recipe);
            yield List.of("train", file.toString(), "--data", dataset, "--out", run.toString());
          }
        };
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(arguments);
    command.add("--quiet");
    // The launcher is not to look for changed sources, and build, within what is measured.
    return Measured.run(
        command, Map.of("SENOSCOPE_BUILDING", "1"), folder.resolve(step.verb() + ".log"));
  }
}
