package org.senoscope.arrays;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.senoscope.split.Parts;
import org.senoscope.work.InputException;

/**
 * How many copies are made of training images.
 *
 * @param variants of each image, itself included: 1 for no copies, up to 16
 * @param perClass how many images each label shall have in the training part; empty for all
 *     variants of all images
 * @param seed of the choice
 */
public record Copies(int variants, OptionalInt perClass, long seed) {
  /** Every image once. */
  public static final Copies NONE = new Copies(1, OptionalInt.empty(), 1);

  private static final int MOST_PER_CLASS = 10_000_000;

  public Copies {
    if (variants < 1 || variants > Variant.ALL.size()) {
      throw new InputException(
          "variants must be 1 (no copies) to %d, was %d".formatted(Variant.ALL.size(), variants));
    }
    if (perClass.isPresent() && (perClass.getAsInt() < 1 || perClass.getAsInt() > MOST_PER_CLASS)) {
      throw new InputException(
          "images per class must be 1 to %d, was %d"
              .formatted(MOST_PER_CLASS, perClass.getAsInt()));
    }
  }

  /** Whether there is anything to copy or choose. */
  public boolean any() {
    return variants > 1 || perClass.isPresent();
  }

  /**
   * The samples of a split, in the order of the rows: every image that is not for training once, as
   * it is; of training images the variants, or as many of them as each label shall have.
   *
   * <p>Every label gets the variants in the same proportions. Were the rare label alone turned and
   * mirrored, a network could tell it by that.
   *
   * @param parts of each row; empty where the row takes no part
   * @param labels of each row
   */
  List<Sample> samples(List<String> parts, List<String> labels) {
    List<Sample> samples = new ArrayList<>();
    Map<String, List<Integer>> training = new TreeMap<>();
    for (int row = 0; row < parts.size(); row++) {
      if (parts.get(row).equals(Parts.TRAIN)) {
        training.computeIfAbsent(labels.get(row), label -> new ArrayList<>()).add(row);
      } else if (!parts.get(row).isEmpty()) {
        samples.add(Sample.original(row, parts.get(row)));
      }
    }
    training.values().forEach(rows -> samples.addAll(ofTraining(rows)));
    samples.sort(
        Comparator.comparingInt(Sample::row)
            .thenComparingInt(sample -> Variant.ALL.indexOf(sample.variant()))
            .thenComparingInt(Sample::repetition));
    return samples;
  }

  private List<Sample> ofTraining(List<Integer> rows) {
    List<Sample> samples = new ArrayList<>();
    if (perClass.isEmpty()) {
      for (int row : rows) {
        for (Variant variant : Variant.ALL.subList(0, variants)) {
          samples.add(new Sample(row, Parts.TRAIN, variant, 0));
        }
      }
      return samples;
    }
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> orders = new ArrayList<>();
    rows.forEach(row -> orders.add(shuffled(variants, random)));
    // In each round every image once, in another order, each time in another variant.
    for (int round = 0; samples.size() < perClass.getAsInt(); round++) {
      for (int place : shuffled(rows.size(), random)) {
        if (samples.size() == perClass.getAsInt()) {
          break;
        }
        Variant variant = Variant.ALL.get(orders.get(place)[round % variants]);
        samples.add(new Sample(rows.get(place), Parts.TRAIN, variant, round / variants));
      }
    }
    return samples;
  }

  private static int[] shuffled(int count, SplittableRandom random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }
}
