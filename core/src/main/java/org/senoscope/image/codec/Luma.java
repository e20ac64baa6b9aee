package org.senoscope.image.codec;

/**
 * Colour to grey by ITU-R BT.601, as Pillow's mode L has it: weights .299, .587, .114 in 16-bit
 * fixed point, rounded to 8 bits. The same bits here, so that a network sees what it was trained on
 * elsewhere.
 */
final class Luma {
  private static final float[] OF_8_BITS = new float[256];

  static {
    for (int value = 0; value < 256; value++) {
      OF_8_BITS[value] = value / 255f;
    }
  }

  private Luma() {}

  /** Brightness 0..1 of a grey value; only the lowest 8 bits count. */
  static float of8(int grey) {
    return OF_8_BITS[grey & 0xFF];
  }

  /** Brightness 0..1 of a grey value 0..65535. */
  static float of16(int grey) {
    return grey / 65535f;
  }

  /** Grey 0..255 of red, green and blue 0..255. */
  static int grey8(int red, int green, int blue) {
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }

  /** Brightness 0..1 of red, green and blue 0..65535; not rounded to 8 bits. */
  static float ofRgb16(int red, int green, int blue) {
    return (.299f * red + .587f * green + .114f * blue) / 65535f;
  }

  /** Grey 0..255 of uncalibrated inks 0..255 (255 is full ink), through RGB as Pillow has it. */
  static int ofInks8(int cyan, int magenta, int yellow, int black) {
    int light = 255 - black;
    return grey8(
        light - times(cyan, light), light - times(magenta, light), light - times(yellow, light));
  }

  private static int times(int a, int b) {
    int product = a * b + 128;
    return ((product >> 8) + product) >> 8;
  }
}
