package org.senoscope.growth;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.senoscope.work.InputException;

/**
 * A set of made images whose copies, patients and groups are known beforehand. Everything about an
 * image follows from the seed and its number, so that a set of 1,000 is the beginning of one of
 * 100,000, and a making that was stopped goes on.
 *
 * <p>Images come in blocks of {@value #BLOCK}: {@value #ORIGINALS} originals of patients with one
 * to four each, and one copy of each kind, each of another original of the block and under a
 * patient of its own, as a woman who comes back under another number. So a copy joins two patients,
 * and two copies are never of one original.
 *
 * @param seed of everything
 * @param side rows and columns of each image, pixels: 64 to 256, or a multiple of 256 up to 4096
 */
public record MadeSet(long seed, int side) {
  /** Images after which the kinds come again. */
  static final int BLOCK = 50;

  /** Of a block, the images that are no copies; they come first. */
  static final int ORIGINALS = 47;

  private static final int MOST_IMAGES_OF_A_PATIENT = 4;

  /** Of so many patients one has a malignant lesion. */
  private static final int MALIGNANT_OF = 3;

  private static final int CELLS = 256;
  private static final int SMALLEST_SIDE = 64;
  private static final int LARGEST_SIDE = 4096;

  public MadeSet {
    if (side < SMALLEST_SIDE || side > LARGEST_SIDE || (side > CELLS && side % CELLS != 0)) {
      throw new InputException(
          "side must be %d to %d pixels, or a multiple of %d up to %d, was %d"
              .formatted(SMALLEST_SIDE, CELLS, CELLS, LARGEST_SIDE, side));
    }
  }

  /** What an image is beside the set's other images; the copies in their order within a block. */
  public enum Kind {
    /** Like no other. */
    ORIGINAL,
    /** The same bytes as its original. */
    EXACT,
    /** Its original with left and right exchanged. */
    MIRRORED,
    /** Its original at 80% of the brightness. */
    DARKER
  }

  /**
   * One image.
   *
   * @param number from 0
   * @param original the number of the image that it is a copy of; its own for an original
   * @param patient a number, unlike any other patient's
   * @param film whether it is like a mammogram's film, and not like ultrasound
   * @param malignant its label
   */
  public record Picture(
      int number, Kind kind, int original, int patient, boolean film, boolean malignant) {
    /** Where its file lies within the set's folder. */
    public String file() {
      return "images/%03d/%06d.png".formatted(number / 1000, number);
    }
  }

  /**
   * What an audit should find.
   *
   * @param groups patients joined by copies
   * @param exactDuplicates images that are the same as an earlier one
   * @param nearDuplicatePairs pairs that are copies but not the same
   */
  public record Planted(int groups, int exactDuplicates, int nearDuplicatePairs) {}

  /** Rows and columns of cells of one brightness: what an image has of detail. */
  int cells() {
    return Math.min(side, CELLS);
  }

  /** Numbers for an image or block that are unlike any other's. */
  private SplittableRandom random(long number, int purpose) {
    // Mixed twice: sequences of seeds that differ by a few bits would overlap.
    long mixed = new SplittableRandom(seed * 31 + purpose).nextLong() ^ number;
    return new SplittableRandom(new SplittableRandom(mixed).nextLong());
  }

  /** What makes an original's pixels. */
  SplittableRandom pixels(int original) {
    return random(original, 1);
  }

  /** The image of a number. */
  public Picture picture(int number) {
    int place = number % BLOCK;
    int begin = number - place;
    SplittableRandom random = random(begin, 0);
    int[] patients = new int[ORIGINALS];
    for (int first = 0; first < ORIGINALS; ) {
      int end = Math.min(ORIGINALS, first + 1 + random.nextInt(MOST_IMAGES_OF_A_PATIENT));
      Arrays.fill(patients, first, end, begin + first);
      first = end;
    }
    Kind kind = place < ORIGINALS ? Kind.ORIGINAL : Kind.values()[place - ORIGINALS + 1];
    int original = kind == Kind.ORIGINAL ? place : copied(place - ORIGINALS, random);
    SplittableRandom hers = random(patients[original], 2);
    return new Picture(
        number,
        kind,
        begin + original,
        kind == Kind.ORIGINAL ? patients[original] : number,
        hers.nextBoolean(),
        hers.nextInt(MALIGNANT_OF) == 0);
  }

  /** Which original of its block a copy is of: for each kind another. */
  private static int copied(int kind, SplittableRandom random) {
    int copies = BLOCK - ORIGINALS;
    // Each kind draws from a part of the originals of its own.
    return kind * (ORIGINALS / copies) + random.nextInt(ORIGINALS / copies);
  }

  /** What an audit of the first images should find. */
  public Planted planted(int count) {
    Set<Integer> groups = new HashSet<>();
    int exact = 0;
    int near = 0;
    for (int number = 0; number < count; number++) {
      Picture picture = picture(number);
      switch (picture.kind()) {
        case ORIGINAL -> groups.add(picture.patient());
        case EXACT -> exact++;
        case MIRRORED, DARKER -> near++;
      }
    }
    return new Planted(groups.size(), exact, near);
  }
}
