package org.senoscope.report.plots;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.senoscope.evaluate.metrics.DecisionCurve;
import org.senoscope.evaluate.metrics.PrecisionRecall;
import org.senoscope.evaluate.metrics.RiskCoverage;
import org.senoscope.report.page.Axes;
import org.senoscope.report.page.Markup;

/** Precision against recall, net benefit against threshold, accuracy against coverage. */
public final class RangePlots {
  /** A quarter of the height is below 0 and ticks are whole hundredths. */
  private static final double BENEFIT_STEP = 0.04;

  private static final double ACCURACY_STEP = 0.25;

  private RangePlots() {}

  /** A point of a line, with the limits of its band; a band of NaN is not drawn. */
  private record Point(double x, double y, double low, double high) {}

  /** Precision by recall, as steps; dashed the prevalence. */
  public static String precisionRecall(PrecisionRecall curve) {
    Axes axes =
        new Axes(
            String.format(
                Locale.ROOT,
                "Precision-recall curve of %s: average precision %.3f where a model that knows nothing reaches %.3f; precision %.3f at recall 0.80",
                curve.label(),
                curve.averagePrecision().value(),
                curve.prevalence(),
                curve.atRecall(0.8).precision()),
            "recall (sensitivity)",
            "precision");
    axes.marks()
        .line(
            axes.x(0),
            axes.y(curve.prevalence()),
            axes.x(1),
            axes.y(curve.prevalence()),
            "diagonal");
    List<Point> points = new ArrayList<>();
    double before = 0;
    for (PrecisionRecall.Point point : curve.points()) {
      points.add(new Point(before, point.precision(), Double.NaN, Double.NaN));
      points.add(new Point(point.recall(), point.precision(), Double.NaN, Double.NaN));
      before = point.recall();
    }
    line(axes, points);
    return axes.toString();
  }

  /** Net benefit with its band; dashed an alarm for every case, grey none. */
  public static String decision(DecisionCurve curve) {
    double high = Math.max(1, Math.ceil(curve.prevalence() / BENEFIT_STEP)) * BENEFIT_STEP;
    DecisionCurve.Point half =
        curve.points().stream()
            .filter(point -> point.threshold() >= curve.prevalence())
            .findFirst()
            .orElse(curve.points().getLast());
    Axes axes =
        new Axes(
            String.format(
                Locale.ROOT,
                "Decision curve of %s: net benefit %.3f at a threshold of %.2f, where an alarm for every case has %.3f and none has 0",
                curve.label(),
                half.netBenefit().value(),
                half.threshold(),
                half.treatAll()),
            "threshold probability",
            "net benefit",
            -high / 4,
            high);
    axes.marks().line(axes.x(0), axes.y(0), axes.x(1), axes.y(0), "none");
    StringBuilder all = new StringBuilder();
    for (DecisionCurve.Point point : curve.points()) {
      if (point.treatAll() >= -high / 4) {
        all.append(all.isEmpty() ? "M" : " L")
            .append(axes.point(point.threshold(), point.treatAll()));
      }
    }
    axes.marks().raw("<path class=\"curve other\" d=\"%s\"/>\n".formatted(all));
    line(
        axes,
        curve.points().stream()
            .map(
                point ->
                    new Point(
                        point.threshold(),
                        point.netBenefit().value(),
                        point.netBenefit().low(),
                        point.netBenefit().high()))
            .toList());
    return axes.toString();
  }

  /**
   * Selective accuracy by coverage, with its band and the named coverage marked.
   *
   * @param named the coverage that is quoted
   */
  public static String riskCoverage(RiskCoverage curve, double named) {
    double lowest =
        curve.points().stream()
            .mapToDouble(point -> point.selectiveAccuracy().value())
            .min()
            .orElse(0);
    double low = Math.min(1 - ACCURACY_STEP, Math.floor(lowest / ACCURACY_STEP) * ACCURACY_STEP);
    RiskCoverage.Point at = curve.at(named);
    Axes axes =
        new Axes(
            String.format(
                Locale.ROOT,
                "Accuracy by coverage: %.3f when all are answered, %.3f for the most confident %.0f%%",
                curve.at(1).selectiveAccuracy().value(),
                at.selectiveAccuracy().value(),
                100 * named),
            "coverage",
            "accuracy of what is answered",
            low,
            1);
    line(
        axes,
        curve.points().stream()
            .map(
                point ->
                    new Point(
                        point.kept(),
                        point.selectiveAccuracy().value(),
                        point.selectiveAccuracy().low(),
                        point.selectiveAccuracy().high()))
            .toList());
    axes.marks()
        .raw(
            "<circle class=\"dot\" cx=\"%s\" cy=\"%s\" r=\"5\"/>\n"
                .formatted(
                    Markup.number(axes.x(at.kept())),
                    Markup.number(axes.y(at.selectiveAccuracy().value()))));
    return axes.toString();
  }

  private static void line(Axes axes, List<Point> points) {
    List<Point> banded =
        points.stream()
            .filter(point -> Double.isFinite(point.low) && Double.isFinite(point.high))
            .toList();
    if (banded.size() > 1) {
      StringBuilder area = new StringBuilder("M");
      banded.forEach(point -> area.append(axes.point(point.x, point.high)).append(" L"));
      for (Point point : banded.reversed()) {
        area.append(axes.point(point.x, point.low)).append(" L");
      }
      area.setLength(area.length() - 2);
      axes.marks().raw("<path class=\"band\" d=\"%s Z\"/>\n".formatted(area));
    }
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(path.isEmpty() ? "M" : " L").append(axes.point(point.x, point.y));
    }
    axes.marks().raw("<path class=\"curve\" d=\"%s\"/>\n".formatted(path));
  }
}
