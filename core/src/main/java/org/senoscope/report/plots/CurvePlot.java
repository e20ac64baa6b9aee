package org.senoscope.report.plots;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.senoscope.report.page.Markup;
import org.senoscope.train.LearningCurves;

/** Learning curves as SVG: one quantity of training (solid) and validation (dashed) by epoch. */
public final class CurvePlot {
  private static final double WIDTH = 340;
  private static final double HEIGHT = 220;
  private static final double LEFT = 48;
  private static final double TOP = 12;
  private static final double ACROSS = 278;
  private static final double UP = 160;

  private final LearningCurves curves;
  private final double highest;

  private CurvePlot(LearningCurves curves, double highest) {
    this.curves = curves;
    this.highest = highest;
  }

  /** Accuracy of both, 0 to 1. */
  public static String accuracy(LearningCurves curves, String of) {
    return new CurvePlot(curves, 1)
        .svg(
            "Accuracy by epoch, " + of,
            "accuracy",
            LearningCurves.Epoch::trainingAccuracy,
            LearningCurves.Epoch::validationAccuracy);
  }

  /** Cross-entropy of both, from 0. */
  public static String loss(LearningCurves curves, String of) {
    double most =
        curves.epochs().stream()
            .flatMapToDouble(
                epoch ->
                    java.util.stream.DoubleStream.of(epoch.trainingLoss(), epoch.validationLoss()))
            .filter(Double::isFinite)
            .max()
            .orElse(1);
    double step = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1e-6))));
    return new CurvePlot(curves, Math.ceil(most / step) * step)
        .svg(
            "Loss by epoch, " + of,
            "loss",
            LearningCurves.Epoch::trainingLoss,
            LearningCurves.Epoch::validationLoss);
  }

  private String svg(
      String what,
      String axis,
      ToDoubleFunction<LearningCurves.Epoch> training,
      ToDoubleFunction<LearningCurves.Epoch> validation) {
    Markup svg = new Markup();
    svg.raw(
        "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(
                Markup.number(WIDTH),
                Markup.number(HEIGHT),
                Markup.escape(what + ": " + words(training, validation))));
    for (int tick = 0; tick <= 4; tick++) {
      double value = highest * tick / 4;
      svg.line(LEFT, y(value), LEFT + ACROSS, y(value), "grid");
      svg.words(LEFT - 7, y(value) + 4, "tick end", Markup.number(value));
    }
    List<LearningCurves.Epoch> epochs = curves.epochs();
    int last = epochs.getLast().epoch();
    int every = Math.max(1, (last + 7) / 8);
    for (int epoch = 1; epoch <= last; epoch += every) {
      svg.words(x(epoch), TOP + UP + 16, "tick middle", Integer.toString(epoch));
    }
    svg.words(LEFT + ACROSS / 2, HEIGHT - 6, "axis middle", "epoch");
    svg.raw(
        "<text class=\"axis middle\" transform=\"translate(12 %s) rotate(-90)\">"
            .formatted(Markup.number(TOP + UP / 2)));
    svg.text(axis).raw("</text>\n");
    path(svg, training, "curve");
    path(svg, validation, "curve other");
    return svg.raw("</svg>\n").toString();
  }

  private void path(Markup svg, ToDoubleFunction<LearningCurves.Epoch> of, String style) {
    StringBuilder path = new StringBuilder();
    for (LearningCurves.Epoch epoch : curves.epochs()) {
      double value = of.applyAsDouble(epoch);
      if (Double.isFinite(value)) {
        path.append(path.isEmpty() ? "M" : " L")
            .append(Markup.number(x(epoch.epoch())))
            .append(' ')
            .append(Markup.number(y(Math.clamp(value, 0, highest))));
      }
    }
    if (!path.isEmpty()) {
      svg.raw("<path class=\"%s\" d=\"%s\"/>\n".formatted(style, path));
    }
  }

  private String words(
      ToDoubleFunction<LearningCurves.Epoch> training,
      ToDoubleFunction<LearningCurves.Epoch> validation) {
    LearningCurves.Epoch last = curves.epochs().getLast();
    return "training %s, validation %s in epoch %d"
        .formatted(
            share(training.applyAsDouble(last)),
            share(validation.applyAsDouble(last)),
            last.epoch());
  }

  private static String share(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "not measured";
  }

  private double x(int epoch) {
    int last = curves.epochs().getLast().epoch();
    return last == 1 ? LEFT + ACROSS / 2 : LEFT + ACROSS * (epoch - 1) / (last - 1);
  }

  private double y(double value) {
    return TOP + UP * (1 - value / highest);
  }
}
