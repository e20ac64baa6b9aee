package org.senoscope.train;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.study.Task;

/** The images of one training: which are learned from, which only watched, and their labels. */
final class Examples {
  private static final int NO_LABEL = -1;

  private final PixelCache cache;
  private final int[] training;
  private final int[] validation;
  private final int[][] labels;
  private final boolean[] masked;
  private final int[] sets;

  /**
   * Takes the arrays over.
   *
   * @param cache the images of the run
   * @param rows the manifest's rows in the cache's order
   * @param sets which data set each row comes from, in the same order
   * @param tasks in the order of the heads
   * @param masks which masks are learned; empty for none
   * @param training places in the cache
   * @param validation places in the cache, none of them in {@code training}; may be empty
   */
  Examples(
      PixelCache cache,
      List<ManifestRow> rows,
      List<String> sets,
      List<Task> tasks,
      Optional<Recipe.Masks> masks,
      int[] training,
      int[] validation) {
    this.cache = cache;
    this.training = training;
    this.validation = validation;
    List<String> distinct = sets.stream().distinct().toList();
    this.sets = sets.stream().mapToInt(distinct::indexOf).toArray();
    this.masked = new boolean[rows.size()];
    masks.ifPresent(
        wanted -> {
          for (int image = 0; image < masked.length; image++) {
            ManifestRow row = rows.get(image);
            masked[image] = marked(row) || wanted.sayNone(row, tasks.getFirst());
          }
        });
    this.labels = new int[tasks.size()][rows.size()];
    for (int task = 0; task < tasks.size(); task++) {
      for (int image = 0; image < rows.size(); image++) {
        Optional<String> label = rows.get(image).label(tasks.get(task).name());
        labels[task][image] =
            label.isPresent() ? tasks.get(task).labels().indexOf(label.get()) : NO_LABEL;
      }
    }
  }

  /** Whether a reader outlined or boxed a lesion of an image. */
  static boolean marked(ManifestRow row) {
    return !row.mask().isEmpty() || !row.roi().isEmpty();
  }

  PixelCache cache() {
    return cache;
  }

  int[] training() {
    return training;
  }

  int[] validation() {
    return validation;
  }

  /** An image's label of a task; below 0 where it has none. */
  int label(int task, int image) {
    return labels[task][image];
  }

  /** Whether it is known which part of an image is lesion, if any. */
  boolean masked(int image) {
    return masked[image];
  }

  /** The data set that an image comes from, counted from 0. */
  int set(int image) {
    return sets[image];
  }

  /** Training images by label of the main task; labels without an image are left out. */
  List<int[]> byLabel() {
    return IntStream.rangeClosed(0, Arrays.stream(labels[0]).max().orElse(NO_LABEL))
        .mapToObj(
            label -> Arrays.stream(training).filter(image -> labels[0][image] == label).toArray())
        .filter(same -> same.length > 0)
        .toList();
  }

  /** How many training images have each label of a task. */
  int[] counts(int task, int size) {
    int[] counts = new int[size];
    for (int[] own : countsBySet(task, size)) {
      for (int label = 0; label < size; label++) {
        counts[label] += own[label];
      }
    }
    return counts;
  }

  /** How many training images of each data set have each label of a task. */
  int[][] countsBySet(int task, int size) {
    int[][] counts = new int[Arrays.stream(sets).max().orElse(0) + 1][size];
    for (int image : training) {
      if (labels[task][image] >= 0) {
        counts[sets[image]][labels[task][image]]++;
      }
    }
    return counts;
  }
}
