package org.senoscope.report.plots;

import java.util.List;
import java.util.Locale;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.evaluate.metrics.RocBand;
import org.senoscope.evaluate.metrics.RocCurve;
import org.senoscope.evaluate.metrics.TopLabelCalibration;
import org.senoscope.evaluate.metrics.Wilson;
import org.senoscope.report.page.Axes;
import org.senoscope.report.page.Markup;

/** The plots of an evaluation as SVG. */
public final class Plots {
  private Plots() {}

  /**
   * ROC curve of a label against the rest with a pointwise 95% band; the label must be plottable.
   */
  public static String roc(TaskEvaluation evaluation, int label, long seed) {
    String name = evaluation.task().labels().get(label);
    RocCurve curve = RocCurve.of(evaluation.sample(), label);
    RocBand band = RocBand.of(evaluation.sample(), label, seed);
    Axes axes =
        new Axes("ROC curve of " + name + " against the rest", "1 − specificity", "sensitivity");
    axes.diagonal();
    StringBuilder area = new StringBuilder("M");
    for (int i = 0; i < band.size(); i++) {
      area.append(axes.point(band.falsePositiveRate(i), band.high(i))).append(" L");
    }
    for (int i = band.size() - 1; i >= 0; i--) {
      area.append(axes.point(band.falsePositiveRate(i), band.low(i))).append(i > 0 ? " L" : " Z");
    }
    axes.marks().raw("<path class=\"band\" d=\"%s\"/>\n".formatted(area));
    StringBuilder line = new StringBuilder("M");
    List<RocCurve.Point> points = curve.points();
    for (int i = 0; i < points.size(); i++) {
      if (isCorner(points, i)) {
        line.append(i > 0 ? " L" : "")
            .append(axes.point(points.get(i).falsePositiveRate(), points.get(i).sensitivity()));
      }
    }
    axes.marks().raw("<path class=\"curve\" d=\"%s\"/>\n".formatted(line));
    return axes.toString();
  }

  /** A point on a straight run along an axis need not be drawn. */
  private static boolean isCorner(List<RocCurve.Point> points, int i) {
    if (i == 0 || i == points.size() - 1) {
      return true;
    }
    RocCurve.Point before = points.get(i - 1);
    RocCurve.Point here = points.get(i);
    RocCurve.Point after = points.get(i + 1);
    boolean across =
        before.sensitivity() == here.sensitivity() && here.sensitivity() == after.sensitivity();
    boolean up =
        before.falsePositiveRate() == here.falsePositiveRate()
            && here.falsePositiveRate() == after.falsePositiveRate();
    return !across && !up;
  }

  /** How often the highest probability is right, by bins, with Wilson limits and case counts. */
  public static String reliability(TopLabelCalibration calibration) {
    Axes axes =
        new Axes(
            "Share right against highest probability, by bins",
            "highest probability",
            "share right");
    axes.diagonal();
    int most = calibration.bins().stream().mapToInt(TopLabelCalibration.Bin::n).max().orElse(1);
    for (TopLabelCalibration.Bin bin : calibration.bins()) {
      if (bin.n() == 0) {
        continue;
      }
      double left = axes.x(bin.low()) + 1;
      double tall = 0.18 * bin.n() / most;
      axes.marks()
          .raw(
              "<rect class=\"bar\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%d images</title></rect>\n"
                  .formatted(
                      Markup.number(left),
                      Markup.number(axes.y(tall)),
                      Markup.number(axes.x(bin.high()) - left - 1),
                      Markup.number(axes.y(0) - axes.y(tall)),
                      bin.n()));
    }
    for (TopLabelCalibration.Bin bin : calibration.bins()) {
      if (bin.n() == 0) {
        continue;
      }
      Wilson limits = Wilson.of(bin.accuracy(), bin.n());
      double x = axes.x(bin.confidence());
      axes.marks().line(x, axes.y(limits.low()), x, axes.y(limits.high()), "whisker");
      axes.marks()
          .raw(
              "<circle class=\"dot\" cx=\"%s\" cy=\"%s\" r=\"4\"><title>%s</title></circle>\n"
                  .formatted(
                      Markup.number(x),
                      Markup.number(axes.y(bin.accuracy())),
                      String.format(
                          Locale.ROOT,
                          "%d images, probability %.2f, right %.2f",
                          bin.n(),
                          bin.confidence(),
                          bin.accuracy())));
    }
    return axes.toString();
  }

  /** Cases by label and label given; the darker, the larger the share of the row. */
  public static String confusion(TaskEvaluation evaluation) {
    List<String> labels = evaluation.task().labels();
    int[][] confusion = evaluation.sample().confusion();
    int k = labels.size();
    double left = 96;
    double top = 52;
    double cell = Math.max(34, 236.0 / k);
    double width = left + cell * k + 8;
    Markup svg =
        new Markup()
            .raw(
                "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"Confusion matrix\">\n"
                    .formatted(Markup.number(width), Markup.number(top + cell * k + 8)));
    svg.words(left + cell * k / 2, 14, "axis middle", "label given");
    svg.raw(
        "<text class=\"axis middle\" transform=\"translate(12 %s) rotate(-90)\">true label</text>\n"
            .formatted(Markup.number(top + cell * k / 2)));
    for (int truth = 0; truth < k; truth++) {
      svg.words(
          left + cell * (truth + 0.5), top - 10, "tick middle", shortened(labels.get(truth), k));
      svg.words(
          left - 8, top + cell * (truth + 0.5) + 4, "tick end", shortened(labels.get(truth), 3));
      int row = 0;
      for (int count : confusion[truth]) {
        row += count;
      }
      for (int said = 0; said < k; said++) {
        double share = row == 0 ? 0 : (double) confusion[truth][said] / row;
        double x = left + cell * said;
        double y = top + cell * truth;
        svg.raw(
            "<rect class=\"cell\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill-opacity=\"%s\"/>\n"
                .formatted(
                    Markup.number(x),
                    Markup.number(y),
                    Markup.number(cell),
                    Markup.number(cell),
                    Markup.number(0.55 * share)));
        svg.words(
            x + cell / 2,
            y + cell / 2 + (k > 4 ? 4 : 0),
            "count middle",
            Integer.toString(confusion[truth][said]));
        if (k <= 4) {
          svg.words(
              x + cell / 2,
              y + cell / 2 + 17,
              "percent middle",
              row == 0 ? "–" : Math.round(100 * share) + "%");
        }
      }
    }
    return svg.raw("</svg>\n").toString();
  }

  /** A label that fits its column; at least six letters stay. */
  private static String shortened(String label, int columns) {
    int longest = Math.max(6, 36 / columns);
    return label.length() <= longest ? label : label.substring(0, longest - 1) + "…";
  }
}
