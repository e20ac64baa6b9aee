package org.senoscope.train;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Which training images one epoch takes, and in which order. Without a number per class, every
 * image once. With one, so many of each label of the main task: a label with fewer images gives
 * each of them again, as evenly as it goes; one with more gives a part, another in each epoch.
 */
final class EpochOrder {
  private final int[] images;
  private final int[] occurrences;

  private EpochOrder(int[] images) {
    this.images = images;
    this.occurrences = occurrences(images);
  }

  /**
   * Draws an epoch's order.
   *
   * @param training places in the cache
   * @param byLabel the same by label
   * @param perClass images of each label; empty for every image once
   * @param seed of the training
   */
  static EpochOrder of(
      int[] training, List<int[]> byLabel, Optional<Integer> perClass, long seed, int epoch) {
    SplittableRandom random = new SplittableRandom(Seeds.mix(seed, epoch, 0, Seeds.ORDER));
    int[] order =
        perClass.isEmpty()
            ? training.clone()
            : byLabel.stream()
                .flatMapToInt(same -> Arrays.stream(repeated(same.clone(), perClass.get(), random)))
                .toArray();
    shuffle(order, random);
    return new EpochOrder(order);
  }

  /** How many images an epoch takes. */
  static int length(int[] training, List<int[]> byLabel, Optional<Integer> perClass) {
    return perClass.isEmpty()
        ? training.length
        : Math.multiplyExact(perClass.get(), byLabel.size());
  }

  /** Places in the cache, in the epoch's order. */
  int[] images() {
    return images.clone();
  }

  /** How often the image at a position has come before in this epoch. */
  int occurrence(int position) {
    return occurrences[position];
  }

  private static int[] repeated(int[] images, int wanted, SplittableRandom random) {
    shuffle(images, random);
    int[] taken = new int[wanted];
    for (int i = 0; i < wanted; i++) {
      taken[i] = images[i % images.length];
    }
    return taken;
  }

  private static int[] occurrences(int[] images) {
    int[] counted = new int[Arrays.stream(images).max().orElse(-1) + 1];
    int[] occurrences = new int[images.length];
    for (int position = 0; position < images.length; position++) {
      occurrences[position] = counted[images[position]]++;
    }
    return occurrences;
  }

  /** Fisher and Yates. */
  static void shuffle(int[] order, SplittableRandom random) {
    for (int last = order.length - 1; last > 0; last--) {
      int other = random.nextInt(last + 1);
      int kept = order[last];
      order[last] = order[other];
      order[other] = kept;
    }
  }
}
