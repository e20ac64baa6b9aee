package org.senoscope.claims;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One claim as an SVG picture that needs nothing else: what was claimed beside what is true. */
final class ClaimPicture {
  private static final int WIDTH = 776;
  private static final int LEFT = 316;
  private static final int SCALE = 380;
  private static final int ROW = 30;
  private static final int TOP = 50;

  private ClaimPicture() {}

  private record Bar(
      String name, double value, double low, double high, double majority, String style) {}

  static String svg(Claim claim, List<ClaimResult> results) {
    List<Bar> bars = new ArrayList<>();
    for (Claim.Figure figure : claim.published()) {
      bars.add(
          new Bar(
              "claimed: " + figure.what(),
              figure.value(),
              Double.NaN,
              Double.NaN,
              Double.NaN,
              "claimed"));
    }
    for (boolean leaky : new boolean[] {true, false}) {
      for (ClaimResult result : results) {
        if (result.leaky() == leaky) {
          boolean alone =
              results.stream()
                      .filter(other -> other.leaky() == leaky)
                      .filter(other -> other.recipe().equals(result.recipe()))
                      .count()
                  == 1;
          bars.add(bar(claim, result, alone));
        }
      }
    }
    int height = TOP + bars.size() * ROW + 64;
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">
        <style>
        text { font: 13px system-ui, "Segoe UI", Roboto, Arial, sans-serif; fill: #1a2027; }
        .title { font-weight: 600; font-size: 15px; } .soft { fill: #55606c; font-size: 12px; }
        .claimed { fill: #c9d0d8; } .leaky { fill: url(#hatch); stroke: #9a3412; }
        .honest { fill: #0a5fa8; } .grid { stroke: #d6dce2; } .whisker { stroke: #1a2027; stroke-width: 2; }
        .majority { stroke: #9a3412; stroke-width: 2; stroke-dasharray: 4 3; } .warn { fill: #9a3412; }
        </style>
        <defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="#fdf1ea"/><rect width="3" height="7" fill="#e2874f"/></pattern></defs>
        <rect width="%d" height="%d" fill="#ffffff"/>
        <text class="title" x="16" y="26">%d. %s: accuracy</text>
        """
            .formatted(
                WIDTH,
                height,
                WIDTH,
                height,
                escape(words(claim, bars)),
                WIDTH,
                height,
                claim.number(),
                escape(claim.title())));
    int bottom = TOP + bars.size() * ROW;
    for (int tick = 0; tick <= 5; tick++) {
      double x = x(tick / 5.0);
      svg.append(
          "<line class=\"grid\" x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\"/><text class=\"soft\" text-anchor=\"middle\" x=\"%s\" y=\"%d\">%s</text>%n"
              .formatted(n(x), TOP - 6, n(x), bottom, n(x), bottom + 16, n(tick / 5.0)));
    }
    for (int i = 0; i < bars.size(); i++) {
      bar(svg, bars.get(i), TOP + i * ROW);
    }
    svg.append(
        "<text class=\"soft\" x=\"16\" y=\"%d\">Dashed: always the most frequent label. Whiskers: 95%% interval.</text>%n"
            .formatted(height - 26));
    svg.append(
        "<text class=\"soft warn\" x=\"16\" y=\"%d\">Hatched: a demonstration of leakage, never a result.</text>%n"
            .formatted(height - 9));
    return svg.append("</svg>\n").toString();
  }

  /**
   * A run's bar; a demonstration has no interval, which would lend it a precision that it has not.
   *
   * @param alone whether the recipe has one task
   */
  private static Bar bar(Claim claim, ClaimResult result, boolean alone) {
    return new Bar(
        (result.leaky() ? claim.leaky().name() + ": " : "grouped folds: ")
            + result.recipe()
            + (alone ? "" : ", " + result.task()),
        result.accuracy().value(),
        result.leaky() ? Double.NaN : result.accuracy().low(),
        result.leaky() ? Double.NaN : result.accuracy().high(),
        result.majority(),
        result.leaky() ? "leaky" : "honest");
  }

  private static void bar(StringBuilder svg, Bar bar, int y) {
    svg.append(
        "<text text-anchor=\"end\" x=\"%d\" y=\"%d\">%s</text>%n"
            .formatted(LEFT - 10, y + 17, escape(shortened(bar.name()))));
    svg.append(
        "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%s\" height=\"18\"/>%n"
            .formatted(bar.style(), LEFT, y + 3, n(bar.value() * SCALE)));
    if (Double.isFinite(bar.low())) {
      svg.append(
          "<line class=\"whisker\" x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\"/>%n"
              .formatted(n(x(bar.low())), y + 12, n(x(bar.high())), y + 12));
    }
    if (Double.isFinite(bar.majority())) {
      svg.append(
          "<line class=\"majority\" x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\"/>%n"
              .formatted(n(x(bar.majority())), y - 1, n(x(bar.majority())), y + 25));
    }
    double end = Double.isFinite(bar.high()) ? Math.max(bar.high(), bar.value()) : bar.value();
    end = Double.isFinite(bar.majority()) ? Math.max(end, bar.majority()) : end;
    svg.append(
        "<text x=\"%s\" y=\"%d\">%s</text>%n".formatted(n(x(end) + 7), y + 17, share(bar.value())));
  }

  private static String shortened(String name) {
    return name.length() <= 44 ? name : name.substring(0, 43) + "…";
  }

  private static String words(Claim claim, List<Bar> bars) {
    StringBuilder words = new StringBuilder("Accuracy, " + claim.title() + ". ");
    for (Bar bar : bars) {
      words.append(bar.name()).append(' ').append(share(bar.value())).append("; ");
    }
    return words.toString();
  }

  static String share(double value) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, "%.3f", value).replaceFirst("^0\\.", ".")
        : "–";
  }

  private static double x(double share) {
    return LEFT + share * SCALE;
  }

  private static String n(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
