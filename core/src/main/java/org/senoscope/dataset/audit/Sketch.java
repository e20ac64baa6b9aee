package org.senoscope.dataset.audit;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.senoscope.files.Hashes;
import org.senoscope.image.GreyImage;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.image.likeness.Texture;
import org.senoscope.image.steps.InvertIfBright;

/**
 * What the audit keeps of one image, 2.3 KB in a file, so that none need be decoded twice but those
 * that look alike.
 *
 * <p>Immutable.
 */
final class Sketch {
  /** Rows and columns of {@link #texture()}. */
  static final int SIDE = 38;

  /** Bytes of {@link #toBytes}. */
  static final int BYTES =
      Long.BYTES + Appearance.LONGS * Long.BYTES + Integer.BYTES + 1 + SIDE * SIDE;

  private static final int INVERTED = 1;
  private static final int TEXT = 2;
  private static final int MASK = 4;

  /** Brightness this near 0 or 1 is black or white. */
  private static final float MASK_EDGE = .08f;

  private static final double MASK_SHARE = .98;

  private static final int SIDE_REACH = 2;

  private final long pixels;
  private final Appearance appearance;
  private final byte[] texture;
  private final int shorterSide;
  private final boolean inverted;
  private final boolean text;
  private final boolean mask;

  private Sketch(
      long pixels,
      Appearance appearance,
      byte[] texture,
      int shorterSide,
      boolean inverted,
      boolean text,
      boolean mask) {
    this.pixels = pixels;
    this.appearance = appearance;
    this.texture = texture;
    this.shorterSide = shorterSide;
    this.inverted = inverted;
    this.text = text;
    this.mask = mask;
  }

  static Sketch of(GreyImage image) {
    return new Sketch(
        digest(image),
        Appearance.of(image),
        Texture.of(image, SIDE, SIDE_REACH).toBytes(),
        Math.min(image.height(), image.width()),
        InvertIfBright.isInverted(image),
        BurntInText.isIn(image),
        isMask(image));
  }

  /** What {@link #toBytes} gave. */
  static Sketch ofBytes(ByteBuffer bytes) {
    long pixels = bytes.getLong();
    long[] appearance = new long[Appearance.LONGS];
    for (int i = 0; i < appearance.length; i++) {
      appearance[i] = bytes.getLong();
    }
    int shorterSide = bytes.getInt();
    byte flags = bytes.get();
    byte[] texture = new byte[SIDE * SIDE];
    bytes.get(texture);
    return new Sketch(
        pixels,
        Appearance.ofLongs(appearance),
        texture,
        shorterSide,
        (flags & INVERTED) != 0,
        (flags & TEXT) != 0,
        (flags & MASK) != 0);
  }

  /** For keeping; {@link #BYTES} of them. */
  ByteBuffer toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).putLong(pixels);
    for (long number : appearance.toLongs()) {
      bytes.putLong(number);
    }
    bytes.putInt(shorterSide);
    bytes.put((byte) ((inverted ? INVERTED : 0) | (text ? TEXT : 0) | (mask ? MASK : 0)));
    return bytes.put(texture).flip();
  }

  /** The first 64 bits of SHA-256 over the size and the pixels, rounded to 16 bits. */
  long pixels() {
    return pixels;
  }

  /** By what copies of it are looked for. */
  Appearance appearance() {
    return appearance;
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

  /** Whether the picture is black and white alone, as a mask of a lesion is and no tissue. */
  boolean isMask() {
    return mask;
  }

  private static boolean isMask(GreyImage image) {
    int black = 0;
    int white = 0;
    for (float value : image.pixels()) {
      black += value < MASK_EDGE ? 1 : 0;
      white += value > 1 - MASK_EDGE ? 1 : 0;
    }
    // Edges of masks that were scaled or saved as JPEG are grey.
    return black + white >= MASK_SHARE * image.pixels().length && white > 0;
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
