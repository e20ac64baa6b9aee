package org.senoscope.report.plots;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.senoscope.evaluate.metrics.Difference;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.RocCurve;
import org.senoscope.evaluate.metrics.Sample;
import org.senoscope.report.page.Axes;
import org.senoscope.report.page.Markup;

/** Two models in one picture. */
public final class ComparisonPlots {
  private static final double WIDTH = 760;
  private static final double ROW = 30;
  private static final double LEFT = 200;
  private static final double ACROSS = 380;
  private static final double TOP = 12;

  /** Half the axis is a multiple of this. */
  private static final double STEP = 0.05;

  private ComparisonPlots() {}

  /** Both ROC curves of a label against the rest: solid the first, dashed the second. */
  public static String roc(Sample first, Sample second, int label) {
    RocCurve one = RocCurve.of(first, label);
    RocCurve two = RocCurve.of(second, label);
    Axes axes =
        new Axes(
            String.format(
                Locale.ROOT,
                "ROC curves of %s against the rest: at a false positive rate of 0.10 the first reaches a sensitivity of %.3f, the second %.3f",
                first.labels().get(label),
                one.sensitivityAt(0.1),
                two.sensitivityAt(0.1)),
            "1 − specificity",
            "sensitivity");
    axes.diagonal();
    axes.marks().raw("<path class=\"curve other\" d=\"%s\"/>\n".formatted(path(axes, two)));
    axes.marks().raw("<path class=\"curve\" d=\"%s\"/>\n".formatted(path(axes, one)));
    return axes.toString();
  }

  private static String path(Axes axes, RocCurve curve) {
    StringBuilder path = new StringBuilder();
    for (RocCurve.Point point : curve.points()) {
      path.append(path.isEmpty() ? "M" : " L")
          .append(axes.point(point.falsePositiveRate(), point.sensitivity()));
    }
    return path.toString();
  }

  /** Each difference with its interval, beside the line of none. */
  public static String differences(Map<String, Difference> differences) {
    List<Map.Entry<String, Difference>> known =
        differences.entrySet().stream().filter(each -> each.getValue().estimate().known()).toList();
    double reach = STEP;
    List<String> said = new ArrayList<>();
    for (Map.Entry<String, Difference> each : known) {
      Estimate estimate = each.getValue().estimate();
      reach = Math.max(reach, Math.abs(estimate.value()));
      if (estimate.hasInterval()) {
        reach = Math.max(reach, Math.max(Math.abs(estimate.low()), Math.abs(estimate.high())));
      }
      said.add(each.getKey() + " " + estimate.text());
    }
    double half = Math.ceil(reach / STEP - 1e-9) * STEP;
    double height = TOP + ROW * known.size() + 44;
    Markup svg =
        new Markup()
            .raw(
                "<svg class=\"flow\" viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n"
                    .formatted(
                        Markup.number(WIDTH),
                        Markup.number(height),
                        Markup.escape(
                            "Differences, first less second: " + String.join("; ", said))));
    double bottom = TOP + ROW * known.size();
    for (int tick = -2; tick <= 2; tick++) {
      double x = x(tick * half / 2, half);
      svg.line(x, TOP, x, bottom, tick == 0 ? "none" : "grid");
      svg.words(x, bottom + 17, "tick middle", signed(tick * half / 2));
    }
    svg.words(x(0, half), bottom + 36, "axis middle", "first less second");
    for (int row = 0; row < known.size(); row++) {
      Estimate estimate = known.get(row).getValue().estimate();
      double y = TOP + ROW * (row + 0.5);
      svg.words(LEFT - 14, y + 4, "axis end", known.get(row).getKey());
      if (estimate.hasInterval()) {
        svg.line(x(estimate.low(), half), y, x(estimate.high(), half), y, "whisker");
      }
      svg.raw(
          "<circle class=\"dot\" cx=\"%s\" cy=\"%s\" r=\"4.5\"/>\n"
              .formatted(Markup.number(x(estimate.value(), half)), Markup.number(y)));
      svg.words(
          LEFT + ACROSS + 14,
          y + 4,
          "tick",
          estimate.hasInterval()
              ? "%s (%s to %s)"
                  .formatted(
                      signed(estimate.value()), signed(estimate.low()), signed(estimate.high()))
              : signed(estimate.value()));
    }
    return svg.raw("</svg>\n").toString();
  }

  private static double x(double difference, double half) {
    return LEFT + ACROSS * (difference + half) / (2 * half);
  }

  private static String signed(double number) {
    String text = String.format(Locale.ROOT, "%+.3f", number);
    return text.equals("-0.000") || text.equals("+0.000") ? "0" : text.replace('-', '−');
  }
}
