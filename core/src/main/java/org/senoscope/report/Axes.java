package org.senoscope.report;

/**
 * A square plot of two shares, each 0 to 1, with labelled axes.
 *
 * <p>Size in SVG units: {@link #WIDTH} by {@link #HEIGHT}, as wide on the page as its column.
 */
final class Axes {
  static final double WIDTH = 340;
  static final double HEIGHT = 330;
  private static final double LEFT = 54;
  private static final double TOP = 12;
  private static final double SIDE = 272;
  private final Markup svg = new Markup();

  /**
   * Draws the axes.
   *
   * @param what the plot as a sentence, for those who cannot see it
   * @param across the horizontal axis
   * @param up the vertical axis
   */
  Axes(String what, String across, String up) {
    svg.raw(
        "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(Markup.number(WIDTH), Markup.number(HEIGHT), Markup.escape(what)));
    for (int tick = 0; tick <= 5; tick++) {
      double share = tick / 5.0;
      svg.line(x(share), y(0), x(share), y(1), "grid");
      svg.line(x(0), y(share), x(1), y(share), "grid");
      svg.words(x(share), y(0) + 17, "tick middle", Markup.number(share));
      svg.words(x(0) - 7, y(share) + 4, "tick end", Markup.number(share));
    }
    svg.words(x(0.5), HEIGHT - 6, "axis middle", across);
    svg.raw(
        "<text class=\"axis middle\" transform=\"translate(14 %s) rotate(-90)\">"
            .formatted(Markup.number(y(0.5))));
    svg.text(up).raw("</text>\n");
  }

  double x(double share) {
    return LEFT + share * SIDE;
  }

  double y(double share) {
    return TOP + (1 - share) * SIDE;
  }

  /** The coordinates of a point as a path has them. */
  String point(double across, double up) {
    return Markup.number(x(across)) + " " + Markup.number(y(up));
  }

  /** The line on which both shares are equal. */
  Axes diagonal() {
    svg.line(x(0), y(0), x(1), y(1), "diagonal");
    return this;
  }

  /** Where the plot's own marks go. */
  Markup marks() {
    return svg;
  }

  @Override
  public String toString() {
    return svg + "</svg>\n";
  }
}
