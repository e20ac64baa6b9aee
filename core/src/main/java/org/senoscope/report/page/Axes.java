package org.senoscope.report.page;

/**
 * A square plot with labelled axes: across a share, 0 to 1; up a share too, or another range.
 *
 * <p>Size in SVG units: {@link #WIDTH} by {@link #HEIGHT}, as wide on the page as its column.
 */
public final class Axes {
  public static final double WIDTH = 340;
  public static final double HEIGHT = 330;
  private static final double LEFT = 54;
  private static final double TOP = 12;
  private static final double SIDE = 272;
  private static final int TICKS = 5;
  private final Markup svg = new Markup();
  private final double low;
  private final double high;

  /**
   * Draws the axes.
   *
   * @param what the plot as a sentence, for those who cannot see it
   * @param across the horizontal axis
   * @param up the vertical axis
   */
  public Axes(String what, String across, String up) {
    this(what, across, up, 0, 1);
  }

  /**
   * Draws the axes.
   *
   * @param low the lowest number on the vertical axis
   * @param high the highest
   */
  public Axes(String what, String across, String up, double low, double high) {
    this.low = low;
    this.high = high;
    svg.raw(
        "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(Markup.number(WIDTH), Markup.number(HEIGHT), Markup.escape(what)));
    for (int tick = 0; tick <= TICKS; tick++) {
      double share = (double) tick / TICKS;
      double height = low + share * (high - low);
      svg.line(x(share), y(low), x(share), y(high), "grid");
      svg.line(x(0), y(height), x(1), y(height), "grid");
      svg.words(x(share), y(low) + 17, "tick middle", Markup.number(share));
      svg.words(x(0) - 7, y(height) + 4, "tick end", Markup.number(height));
    }
    svg.words(x(0.5), HEIGHT - 6, "axis middle", across);
    svg.raw(
        "<text class=\"axis middle\" transform=\"translate(14 %s) rotate(-90)\">"
            .formatted(Markup.number(y((low + high) / 2))));
    svg.text(up).raw("</text>\n");
  }

  /** Where a number of the horizontal axis lies. */
  public double x(double share) {
    return LEFT + share * SIDE;
  }

  /** Where a number of the vertical axis lies; at the edge for what lies beyond. */
  public double y(double number) {
    return TOP + (1 - (Math.clamp(number, low, high) - low) / (high - low)) * SIDE;
  }

  /** The coordinates of a point as a path has them. */
  public String point(double across, double up) {
    return Markup.number(x(across)) + " " + Markup.number(y(up));
  }

  /** The line on which both shares are equal. */
  public Axes diagonal() {
    svg.line(x(0), y(0), x(1), y(1), "diagonal");
    return this;
  }

  /** Where the plot's own marks go. */
  public Markup marks() {
    return svg;
  }

  @Override
  public String toString() {
    return svg + "</svg>\n";
  }
}
