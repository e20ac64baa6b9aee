package org.senoscope.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.study.Modality;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * A sensible recipe for a person's own data set, by modality, size of the images and how many there
 * are: a place to start from, written out with its reasons so that it can be saved and changed.
 */
public final class DefaultRecipe {
  /** The ImageNet weights that are taken where they are at hand. */
  private static final String IMAGENET = "efficientnet-lite0-imagenet";

  /** Median longer side, pixels, below which a network of ImageNet's size has nothing to see. */
  private static final int SMALL = 96;

  /** Images in a data set above which one hold-out is precise enough, and folds take long. */
  private static final int MANY = 5000;

  /** Images of the rarest label below which folds cannot have some of each. */
  private static final int FEWEST_FOR_FOLDS = 10;

  private DefaultRecipe() {}

  /**
   * Writes a recipe for a data set.
   *
   * @param weightFolders where initial weights are looked for
   * @return YAML with comments, as {@link RecipeReader} reads it
   * @throws InputException when no task of the data set has two labels or more
   */
  public static String text(Dataset dataset, List<Path> weightFolders) throws IOException {
    List<ManifestRow> rows =
        dataset.rows().stream().filter(row -> row.excluded().isEmpty()).toList();
    String task = task(dataset, rows);
    Map<String, Integer> counts = counts(rows, task);
    List<String> labels = Task.order(task, counts.keySet());
    Optional<Modality> modality = modality(rows);
    int side = medianSide(rows);
    boolean pretrained =
        side >= SMALL
            && weightFolders.stream()
                .anyMatch(folder -> Files.isRegularFile(folder.resolve(IMAGENET + ".safetensors")));
    int rarest = counts.values().stream().mapToInt(n -> n).min().orElse(0);
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        """
        # Made by senoscope for data set %s: %d images (%s), %s, median longer side %d pixels.
        # Save it, change it, and train it as a file: senoscope train FILE --data DATASET
        name: %s
        version: 1
        description: >-
          Tells %s apart (task %s). Trained with the default recipe on a user's own images.
        task: %s
        labels: [%s]

        """
            .formatted(
                oneLine(dataset.name()),
                rows.size(),
                oneLine(counts.toString()),
                modality.map(DefaultRecipe::words).orElse("modality not told"),
                side,
                name(dataset.name()),
                oneLine(String.join(", ", labels)),
                oneLine(task),
                quoted(task),
                String.join(", ", labels.stream().map(DefaultRecipe::quoted).toList())));
    preprocessing(yaml, modality, pretrained, side);
    augmentation(yaml, modality);
    network(yaml, pretrained, side);
    training(yaml, pretrained, rows.size(), counts);
    if (rows.size() <= MANY && rarest >= FEWEST_FOR_FOLDS) {
      yaml.append(
          """
          split:
            folds: 5                          # every image is scored once by a network that never saw it
            seed: 1
          """);
    } else {
      yaml.append(
          """
          split:
            holdout: [70, 15, 15]             # %s
            seed: 1
          """
              .formatted(
                  rows.size() > MANY
                      ? "so many images need no folds"
                      : "the rarest label has too few images for folds"));
    }
    return yaml.toString();
  }

  private static void preprocessing(
      StringBuilder yaml, Optional<Modality> modality, boolean pretrained, int side) {
    int to = pretrained ? 224 : side < SMALL ? Math.max(16, side / 4 * 4) : 128;
    yaml.append("preprocessing:\n");
    if (modality.equals(Optional.of(Modality.MG)) && side >= SMALL) {
      yaml.append(
          """
            - {step: invert-if-bright}        # films with white air
            - {step: remove-labels}
            - {step: orient}                  # chest wall to the left
            - {step: crop-breast}
          """);
    }
    yaml.append("  - {step: resize, height: %d, width: %d, fit: pad}%n".formatted(to, to));
    yaml.append("input:\n  channels: ").append(pretrained ? 3 : 1).append('\n');
    yaml.append(
        pretrained
            ? "  mean: [0.485, 0.456, 0.406]       # as the ImageNet weights expect\n  std: [0.229, 0.224, 0.225]\n"
            : "  mean: [0.3]\n  std: [0.25]\n");
    if (!modality.equals(Optional.of(Modality.MG))) {
      yaml.append(
          "mirroredAveraging: true             # an answer is the mean over the image and its mirror\n");
    }
    yaml.append('\n');
  }

  private static void augmentation(StringBuilder yaml, Optional<Modality> modality) {
    boolean film = modality.equals(Optional.of(Modality.MG));
    yaml.append("# Changes that leave the diagnosis as it is; for training images alone.\n");
    yaml.append("augmentation:\n");
    yaml.append(
        film
            ? "  flipVertical: 0.5                 # the chest wall stays where it is\n"
            : "  flip: 0.5\n");
    yaml.append(
        """
          rotation: 11
          scale: [0.8, 1.1]
          shift: 0.1
          gamma: [0.75, 1.35]
          brightness: 0.1
          contrast: 0.1

        """);
  }

  private static void network(StringBuilder yaml, boolean pretrained, int side) {
    yaml.append("network:\n");
    if (pretrained) {
      yaml.append(
          """
            family: efficientnet-lite0
            weights: efficientnet-lite0-imagenet
            dropout: 0.2
            dropPath: 0.2

          """);
    } else {
      yaml.append(
          """
            family: cnn                       # %s
            blocks: [%s]
            convolutions: 2
            batchNorm: true
            blockDropout: 0.1
            dropout: 0.3

          """
              .formatted(
                  side < SMALL
                      ? "small images"
                      : "weights \"efficientnet-lite0-imagenet\" are not at hand: docs/data.md says how to get them",
                  side < SMALL ? "32, 64, 128" : "16, 32, 64, 128"));
    }
  }

  private static void training(
      StringBuilder yaml, boolean pretrained, int images, Map<String, Integer> counts) {
    // About as many steps whatever the size of the set, within bounds.
    int epochs =
        Math.clamp((pretrained ? 8_000 : 25_000) / Math.max(1, images), 6, pretrained ? 15 : 40);
    int most = counts.values().stream().mapToInt(n -> n).max().orElse(1);
    int least = counts.values().stream().mapToInt(n -> n).min().orElse(1);
    yaml.append(
        """
        training:
          epochs: %d
          batch: 32
          optimizer: adamw
          rate: %s
          headRate: 2e-3
          weightDecay: 0.02
          schedule: cosine
          warmup: 0.1
          movingAverage: 0.98
          classWeights: %s
          labelSmoothing: 0.05
          precision: auto
          seed: 1

        """
            .formatted(
                epochs,
                pretrained ? "4e-4" : "2e-3",
                most > 1.5 * least
                    ? "sqrt                # labels are of unequal number"
                    : "none"));
  }

  /** The data set's first task with two labels or more. */
  private static String task(Dataset dataset, List<ManifestRow> rows) {
    List<String> known = new ArrayList<>();
    rows.forEach(
        row ->
            row.labels().keySet().stream()
                .sorted()
                .filter(task -> !known.contains(task))
                .forEach(known::add));
    List<String> usual = List.of(Task.PATHOLOGY, Task.CANCER, Task.CLASS);
    List<String> ordered = new ArrayList<>(usual.stream().filter(known::contains).toList());
    known.stream().filter(task -> !usual.contains(task)).forEach(ordered::add);
    return ordered.stream()
        .filter(task -> counts(rows, task).size() > 1)
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "Data set %s has no task with two labels or more, it has %s; import it with labels"
                        .formatted(dataset.name(), known)));
  }

  private static Map<String, Integer> counts(List<ManifestRow> rows, String task) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    rows.forEach(row -> row.label(task).ifPresent(label -> counts.merge(label, 1, Integer::sum)));
    return counts;
  }

  /** The modality of nearly all images. */
  static Optional<Modality> modality(List<ManifestRow> rows) {
    for (Modality modality : Modality.values()) {
      long of = rows.stream().filter(row -> row.modality().equals(Optional.of(modality))).count();
      if (of > 0.9 * rows.size()) {
        return Optional.of(modality);
      }
    }
    return Optional.empty();
  }

  private static String words(Modality modality) {
    return modality == Modality.MG ? "mammograms" : "ultrasound";
  }

  private static int medianSide(List<ManifestRow> rows) {
    int[] sides =
        rows.stream().mapToInt(row -> Math.max(row.height(), row.width())).sorted().toArray();
    return sides.length == 0 ? 0 : sides[sides.length / 2];
  }

  /** A name that can stand in addresses. */
  private static String name(String dataset) {
    String plain =
        dataset
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9._-]+", "-")
            .replaceAll("^[^a-z0-9]+", "");
    return quoted(plain.isEmpty() ? "own" : plain.substring(0, Math.min(plain.length(), 40)));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  /** A YAML word that stays text whatever it looks like. */
  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
