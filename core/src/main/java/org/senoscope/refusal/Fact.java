package org.senoscope.refusal;

/** What can be told of an image by counting, without a network. */
public enum Fact {
  /** Mean brightness, 0..1. */
  BRIGHTNESS(0.02, "too dark", "too bright"),
  /** Standard deviation of brightness, 0..0.5. */
  CONTRAST(0.01, "hardly any contrast", "too much contrast"),
  /** Share of pixels that are all but black. */
  DARK(
      0.02, "hardly any dark background: cut off, cropped too closely or inverted", "mostly black"),
  /** Share of pixels that are all but white. */
  WHITE(0.01, "without any white", "large white areas"),
  /** Mean brightness of the frame, a twentieth of the shorter side wide. */
  FRAME(0.02, "a dark frame", "a bright frame"),
  /** Brightness of the darkest corner. */
  DARKEST_CORNER(0.02, "a dark corner", "no dark corner"),
  /** Brightness of the brightest corner. */
  BRIGHTEST_CORNER(0.02, "no bright corner", "a bright corner"),
  /** The brightness that a tenth of the pixels stay below. */
  TENTH(0.02, "too dark", "its darkest parts are too bright"),
  /** The brightness that a quarter of the pixels stay below. */
  QUARTER(0.02, "too dark", "its dark parts are too bright"),
  /** The brightness that half of the pixels stay below. */
  MEDIAN(0.02, "too dark", "too bright"),
  /** The brightness that three quarters of the pixels stay below. */
  THREE_QUARTERS(0.02, "its bright parts are too dark", "too bright"),
  /** The brightness that nine tenths of the pixels stay below. */
  NINE_TENTHS(0.02, "its bright parts are too dark", "too bright"),
  /** The brightness that all but a hundredth of the pixels stay below. */
  NEARLY_ALL(0.02, "its brightest parts are too dark", "its brightest parts are too bright"),
  /** Mean step from a pixel to its right neighbour, over the contrast. */
  STEP_ACROSS(0.01, "blurred", "noise or fine print"),
  /** Mean step from a pixel to the one below, over the contrast. */
  STEP_DOWN(0.01, "blurred", "noise or fine print"),
  /** The same across the image made small, longer side 64 pixels. */
  COARSE_STEP_ACROSS(0.02, "too little structure", "too much structure"),
  /** The same down the image made small. */
  COARSE_STEP_DOWN(0.02, "too little structure", "too much structure"),
  /** Difference of the left and right halves' brightness, whichever is brighter, over the mean. */
  SIDES(0.05, "both sides alike", "one side much brighter than the other"),
  /** Brightness of the upper half less that of the lower, over the mean. */
  UPPER(0.05, "much darker above than below", "much brighter above than below"),
  /** Logarithm of height over width. */
  SHAPE(0.1, "too wide for its height", "too high for its width"),
  /** Share of pixels that are exactly as bright as their right neighbour. */
  FLAT(0.02, "without any even areas: noise", "large areas of one brightness, as drawn or printed");

  private final float least;
  private final String low;
  private final String high;

  Fact(double least, String low, String high) {
    this.least = (float) least;
    this.low = low;
    this.high = high;
  }

  /**
   * The least deviation that counts as usual: where all training images are alike in something,
   * such as square, one that differs a little is not infinitely strange.
   */
  float leastDeviation() {
    return least;
  }

  /** What an image is that has far less of it, or far more, than is usual. */
  String words(boolean more) {
    return more ? high : low;
  }
}
