package org.senoscope.report.plots;

import java.util.List;
import java.util.Locale;
import org.senoscope.report.page.Markup;

/** Lines over a logarithmic axis as SVG, such as time and memory by the number of images. */
public final class LogPlot {
  private static final double WIDTH = 420;
  private static final double HEIGHT = 300;
  private static final double LEFT = 62;
  private static final double TOP = 14;
  private static final double ACROSS = 280;
  private static final double UP = 236;

  /** Between the names of two lines, at least. */
  private static final double LINE_HEIGHT = 15;

  private static final int LINEAR_TICKS = 5;

  private final double firstDecade;
  private final double decades;
  private final Scale up;

  /**
   * A point of a line.
   *
   * @param across above 0
   * @param up above 0 where that axis is logarithmic, else 0 or more
   */
  public record Point(double across, double up) {}

  /**
   * A line.
   *
   * @param name stands at its end
   * @param points ascending across; one or more
   */
  public record Line(String name, List<Point> points) {
    public Line {
      points = List.copyOf(points);
      if (points.isEmpty()) {
        throw new IllegalArgumentException("Line %s has no points".formatted(name));
      }
    }
  }

  /** The vertical axis: the range of what is drawn, logarithms where it is logarithmic. */
  private record Scale(boolean logarithmic, double low, double high) {
    static Scale of(boolean logarithmic, List<Line> lines) {
      double[] values =
          lines.stream()
              .flatMap(line -> line.points.stream())
              .mapToDouble(point -> logarithmic ? Math.log10(point.up) : point.up)
              .toArray();
      double least = java.util.Arrays.stream(values).min().orElse(0);
      double most = java.util.Arrays.stream(values).max().orElse(1);
      if (logarithmic) {
        return new Scale(true, Math.floor(least), Math.max(Math.floor(least) + 1, Math.ceil(most)));
      }
      double step = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1e-6))));
      double half = step / 2;
      return new Scale(false, 0, Math.max(half, Math.ceil(most / half) * half));
    }

    double share(double value) {
      return ((logarithmic ? Math.log10(value) : value) - low) / (high - low);
    }
  }

  private LogPlot(List<Line> lines, boolean logarithmic) {
    double least =
        lines.stream().mapToDouble(line -> line.points.getFirst().across).min().orElse(1);
    double most = lines.stream().mapToDouble(line -> line.points.getLast().across).max().orElse(10);
    this.firstDecade = Math.floor(Math.log10(least));
    this.decades = Math.max(1, Math.ceil(Math.log10(most)) - firstDecade);
    this.up = Scale.of(logarithmic, lines);
  }

  /**
   * Draws lines.
   *
   * @param what the plot as a sentence, for those who cannot see it
   * @param across the horizontal axis, which is logarithmic
   * @param up the vertical axis
   * @param logarithmic whether the vertical axis is logarithmic too: then a dashed line shows what
   *     grows as the horizontal axis does
   */
  public static String svg(
      String what, String across, String up, boolean logarithmic, List<Line> lines) {
    return new LogPlot(lines, logarithmic).draw(what, across, up, lines);
  }

  private String draw(String what, String across, String upwards, List<Line> lines) {
    Markup svg =
        new Markup()
            .raw(
                "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n"
                    .formatted(Markup.number(WIDTH), Markup.number(HEIGHT), Markup.escape(what)));
    for (int decade = 0; decade <= decades; decade++) {
      double value = Math.pow(10, firstDecade + decade);
      svg.line(x(value), TOP, x(value), TOP + UP, "grid");
      svg.words(x(value), TOP + UP + 17, "tick middle", words(value));
    }
    int ticks = up.logarithmic ? (int) Math.round(up.high - up.low) : LINEAR_TICKS;
    for (int tick = 0; tick <= ticks; tick++) {
      double number = up.low + (up.high - up.low) * tick / ticks;
      double value = up.logarithmic ? Math.pow(10, number) : number;
      svg.line(LEFT, y(value), LEFT + ACROSS, y(value), "grid");
      svg.words(LEFT - 7, y(value) + 4, "tick end", words(value));
    }
    svg.words(LEFT + ACROSS / 2, HEIGHT - 6, "axis middle", across);
    svg.raw(
        "<text class=\"axis middle\" transform=\"translate(13 %s) rotate(-90)\">"
            .formatted(Markup.number(TOP + UP / 2)));
    svg.text(upwards).raw("</text>\n");
    if (up.logarithmic) {
      // From the lower left, as far as it stays within: a slope of one decade to a decade.
      double rise = Math.min(decades, up.high - up.low);
      double left = Math.pow(10, firstDecade);
      double low = Math.pow(10, up.low);
      svg.line(
          x(left), y(low), x(left * Math.pow(10, rise)), y(low * Math.pow(10, rise)), "diagonal");
    }
    double above = Double.NEGATIVE_INFINITY;
    for (Line line : lines.stream().sorted((a, b) -> Double.compare(end(a), end(b))).toList()) {
      StringBuilder path = new StringBuilder();
      for (Point point : line.points) {
        path.append(path.isEmpty() ? "M" : " L").append(at(point));
        svg.raw(
            "<circle class=\"dot\" cx=\"%s\" cy=\"%s\" r=\"3\"><title>%s, %s: %s</title></circle>\n"
                .formatted(
                    Markup.number(x(point.across)),
                    Markup.number(y(point.up)),
                    Markup.escape(line.name),
                    words(point.across),
                    words(point.up)));
      }
      svg.raw("<path class=\"curve\" d=\"%s\"/>\n".formatted(path));
      // Names of lines that end side by side are set below one another.
      above = Math.max(end(line) + 4, above + LINE_HEIGHT);
      svg.words(x(line.points.getLast().across) + 8, above, "tick", line.name);
    }
    return svg.raw("</svg>\n").toString();
  }

  private double end(Line line) {
    return y(line.points.getLast().up);
  }

  private String at(Point point) {
    return Markup.number(x(point.across)) + " " + Markup.number(y(point.up));
  }

  private double x(double value) {
    return LEFT + ACROSS * (Math.log10(value) - firstDecade) / decades;
  }

  private double y(double value) {
    return TOP + UP * (1 - up.share(value));
  }

  private static String words(double value) {
    return value >= 10 || value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : Markup.number(value);
  }

  /** Drawings side by side as a file of its own, light or dark as the reader's screen is. */
  public static String sheet(List<String> drawings) {
    Markup sheet =
        new Markup()
            .raw(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" font-family=\"sans-serif\">\n"
                    .formatted(Markup.number(WIDTH * drawings.size()), Markup.number(HEIGHT)))
            .raw(
                """
                <style>
                :root { --page: #ffffff; --ink: #1a2027; --soft: #55606c; --line: #d6dce2; --mark: #0a5fa8; }
                @media (prefers-color-scheme: dark) {
                  :root { --page: #12161b; --ink: #e7ebef; --soft: #a3adb8; --line: #333c46; --mark: #6cb4f0; }
                }
                .page { fill: var(--page); }
                text { fill: var(--ink); }
                .tick { font-size: 12px; fill: var(--soft); }
                .axis { font-size: 13px; }
                .middle { text-anchor: middle; }
                .end { text-anchor: end; }
                .grid { stroke: var(--line); stroke-width: 1; }
                .diagonal { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 4; }
                .curve { fill: none; stroke: var(--mark); stroke-width: 2; stroke-linejoin: round; }
                .dot { fill: var(--mark); }
                </style>
                <rect class="page" width="100%" height="100%"/>
                """);
    for (int place = 0; place < drawings.size(); place++) {
      sheet.raw(
          "<svg x=\"%s\" width=\"%s\" height=\"%s\">\n"
              .formatted(
                  Markup.number(WIDTH * place), Markup.number(WIDTH), Markup.number(HEIGHT)));
      sheet.raw(drawings.get(place)).raw("</svg>\n");
    }
    return sheet.raw("</svg>\n").toString();
  }
}
