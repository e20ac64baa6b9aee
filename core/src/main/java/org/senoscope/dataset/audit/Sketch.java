package org.senoscope.dataset.audit;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.senoscope.files.Hashes;
import org.senoscope.image.GreyImage;
import org.senoscope.image.PerceptualHash;
import org.senoscope.image.Resampling;
import org.senoscope.image.likeness.Symmetry;
import org.senoscope.image.likeness.Texture;
import org.senoscope.image.steps.InvertIfBright;

/**
 * What the audit keeps of one image, 1.7 KB, so that 100,000 images fit and none need be decoded
 * twice but those that look alike.
 *
 * <p>Immutable.
 */
final class Sketch {
  /** Rows and columns of {@link #texture()}. */
  static final int SIDE = 38;

  /** Parts of the height and width taken off each side before hashing, so that crops are found. */
  private static final double[] TRIMS = {0, .025, .05};

  /** Hashes in a sketch: each trim, turned and mirrored in each way. */
  static final int VARIANTS = Symmetry.ALL.size() * TRIMS.length;

  private static final int SIDE_REACH = 2;
  private static final int HASH_SIDE = 32;
  private static final int HASH_REACH = 3;
  private static final int HASH_SOURCE = 64;

  private final long pixels;
  private final long[] hashes;
  private final byte[] texture;
  private final int shorterSide;
  private final boolean inverted;
  private final boolean text;

  private Sketch(
      long pixels, long[] hashes, byte[] texture, int shorterSide, boolean inverted, boolean text) {
    this.pixels = pixels;
    this.hashes = hashes;
    this.texture = texture;
    this.shorterSide = shorterSide;
    this.inverted = inverted;
    this.text = text;
  }

  static Sketch of(GreyImage image) {
    GreyImage small =
        Resampling.window(image, 0, 0, image.height(), image.width(), HASH_SOURCE, HASH_SOURCE);
    long[] hashes = new long[VARIANTS];
    for (int trim = 0; trim < TRIMS.length; trim++) {
      double off = TRIMS[trim] * HASH_SOURCE;
      double to = HASH_SOURCE - off;
      GreyImage trimmed = Resampling.window(small, off, off, to, to, HASH_SIDE, HASH_SIDE);
      Texture texture = Texture.of(trimmed, HASH_SIDE, HASH_REACH);
      if (!texture.isFlat()) {
        for (int way = 0; way < Symmetry.ALL.size(); way++) {
          hashes[Symmetry.ALL.size() * trim + way] =
              PerceptualHash.of(texture.turned(Symmetry.ALL.get(way)).asImage());
        }
      }
    }
    return new Sketch(
        digest(image),
        hashes,
        Texture.of(image, SIDE, SIDE_REACH).toBytes(),
        Math.min(image.height(), image.width()),
        InvertIfBright.isInverted(image),
        BurntInText.isIn(image));
  }

  /** The first 64 bits of SHA-256 over the size and the pixels, rounded to 16 bits. */
  long pixels() {
    return pixels;
  }

  /**
   * The hash of a variant's texture: the whole image, turned and mirrored in each {@link #way}, the
   * first as it is; and so on with {@link #trim} taken off each side. 0 for an image of one
   * brightness.
   */
  long hash(int variant) {
    return hashes[variant];
  }

  /** The texture of the whole image, {@link #SIDE} × {@link #SIDE}. */
  Texture texture() {
    return Texture.ofBytes(texture, SIDE);
  }

  /** Rows or columns, whichever are fewer. */
  int shorterSide() {
    return shorterSide;
  }

  /** Whether the air around the breast is white. */
  boolean isInverted() {
    return inverted;
  }

  /** Whether letters seem to be burnt in. */
  boolean hasText() {
    return text;
  }

  /** How the image was turned or mirrored for a variant's hash. */
  static Symmetry way(int variant) {
    return Symmetry.ALL.get(variant % Symmetry.ALL.size());
  }

  /** What a variant's hash takes off each side, as a part of the side. */
  static double trim(int variant) {
    return TRIMS[variant / Symmetry.ALL.size()];
  }

  private static long digest(GreyImage image) {
    MessageDigest digest = Hashes.digest();
    ByteBuffer row = ByteBuffer.allocate(Math.max(8, image.width() * Short.BYTES));
    digest.update(row.putInt(image.height()).putInt(image.width()).flip());
    float[] pixels = image.pixels();
    for (int y = 0; y < image.height(); y++) {
      row.clear();
      for (int x = 0; x < image.width(); x++) {
        row.putShort((short) Math.round(pixels[y * image.width() + x] * 65535));
      }
      digest.update(row.flip());
    }
    return ByteBuffer.wrap(digest.digest()).getLong();
  }
}
