package org.senoscope.image.likeness;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.senoscope.image.GreyImage;
import org.senoscope.image.PerceptualHash;
import org.senoscope.image.Resampling;

/**
 * By what a picture is known again: hashes of it whole and with its margins trimmed, each turned
 * and mirrored in all eight ways. Who keeps pictures keeps those of the upright one; who asks, asks
 * with all. It holds no pixels. Immutable.
 */
public final class Appearance {
  /** Parts of the height and width taken off each side before hashing, so that crops are found. */
  private static final List<Double> TRIMS = List.of(0.0, .025, .05);

  /** Hashes of the upright picture: whole, and each trim. */
  public static final int TRIMMED = TRIMS.size();

  private static final int WAYS = Symmetry.ALL.size();

  /** Hashes of one picture: each trim in each way. */
  public static final int VARIANTS = WAYS * TRIMS.size();

  /** Numbers that {@link #toLongs} gives. */
  public static final int LONGS = WAYS + 4 * VARIANTS;

  private static final int SOURCE_SIDE = 64;
  private static final int SIDE = 32;
  private static final int REACH = 3;

  private final long[] longs;

  private Appearance(long[] longs) {
    this.longs = longs;
  }

  /** Of an image of any size. */
  public static Appearance of(GreyImage image) {
    return of(image, PerceptualHash::of);
  }

  /**
   * Of an image of any size.
   *
   * @param perceptualHash that bundles of before kept of their training images
   */
  public static Appearance of(GreyImage image, ToLongFunction<GreyImage> perceptualHash) {
    long[] longs = new long[LONGS];
    longs[0] = perceptualHash.applyAsLong(image);
    float[] small =
        Resampling.window(image, 0, 0, image.height(), image.width(), SIDE, SIDE).pixels();
    for (int way = 1; way < WAYS; way++) {
      longs[way] =
          perceptualHash.applyAsLong(
              new GreyImage(SIDE, SIDE, Symmetry.ALL.get(way).of(small, SIDE)));
    }
    GreyImage source =
        Resampling.window(image, 0, 0, image.height(), image.width(), SOURCE_SIDE, SOURCE_SIDE);
    for (int trim = 0; trim < TRIMS.size(); trim++) {
      double off = TRIMS.get(trim) * SOURCE_SIDE;
      double to = SOURCE_SIDE - off;
      Texture texture =
          Texture.of(Resampling.window(source, off, off, to, to, SIDE, SIDE), SIDE, REACH);
      for (int way = 0; way < WAYS; way++) {
        PictureHash hash = PictureHash.of(texture.turned(Symmetry.ALL.get(way)));
        int at = WAYS + 4 * (WAYS * trim + way);
        longs[at] = hash.a();
        longs[at + 1] = hash.b();
        longs[at + 2] = hash.c();
        longs[at + 3] = hash.d();
      }
    }
    return new Appearance(longs);
  }

  /** What {@link #toLongs} gave. */
  public static Appearance ofLongs(long[] longs) {
    if (longs.length != LONGS) {
      throw new IllegalArgumentException(
          "An appearance has %d numbers, was %d".formatted(LONGS, longs.length));
    }
    return new Appearance(longs.clone());
  }

  /** For keeping; {@link #LONGS} numbers. */
  public long[] toLongs() {
    return longs.clone();
  }

  /**
   * The hash of a variant: the whole picture in each {@link #way}, the first as it is; and so on
   * with {@link #trim} taken off each side.
   */
  public PictureHash hash(int variant) {
    int at = WAYS + 4 * variant;
    return new PictureHash(longs[at], longs[at + 1], longs[at + 2], longs[at + 3]);
  }

  /** How the picture was turned or mirrored for a variant's hash. */
  public static Symmetry way(int variant) {
    return Symmetry.ALL.get(variant % WAYS);
  }

  /** What a variant's hash takes off each side, as a part of the side. */
  public static double trim(int variant) {
    return TRIMS.get(variant / WAYS);
  }

  /** The hashes of the upright picture, one for each trim: what is kept to be asked for. */
  public List<PictureHash> upright() {
    return IntStream.range(0, TRIMS.size()).mapToObj(trim -> hash(WAYS * trim)).toList();
  }

  /** The plain hash of 64 bits, of the picture as it is. */
  public long perceptualHash() {
    return longs[0];
  }

  /** The plain hashes of the picture turned and mirrored in each way, the first as it is. */
  public List<Long> perceptualHashes() {
    List<Long> hashes = new ArrayList<>();
    for (int way = 0; way < WAYS; way++) {
      hashes.add(longs[way]);
    }
    return hashes;
  }
}
