package org.senoscope.calibration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The logistic function of a line over the log-odds (Platt 1999): of two labels, over the
 * difference of their logits. With three labels or more, each has its line against the rest, and
 * the probabilities are divided by their sum.
 *
 * @param lines one for the second of two labels, else one for each
 */
public record PlattScaling(List<Line> lines) implements Calibrator {
  /** As steep as the sharpest temperature. */
  static final double STEEPEST = 1 / TemperatureScaling.LOWEST;

  /**
   * Calibrated log-odds over those of softmax.
   *
   * @param slope 0 or more: a probability never falls while its score rises
   * @param intercept log-odds where softmax says 1/2
   */
  public record Line(double slope, double intercept) implements OneVersusRest.Curve {
    public Line {
      if (!(slope >= 0) || !Double.isFinite(slope) || !Double.isFinite(intercept)) {
        throw new IllegalArgumentException(
            "Platt's slope must be 0 or more and its intercept finite, were %s and %s"
                .formatted(slope, intercept));
      }
    }

    @Override
    public double logOdds(double margin) {
      return slope * margin + intercept;
    }
  }

  public PlattScaling {
    lines = List.copyOf(lines);
    OneVersusRest.check(lines);
  }

  /**
   * The least mean log loss against Platt's smoothed targets, with a slope from 0 to 10: scores
   * that point the wrong way get a slope of 0, labels that are told apart without a miss one of 10
   * at most. Scores that are all equal tell nothing: 0.
   */
  static PlattScaling fit(LabelledLogits cases) {
    return new PlattScaling(OneVersusRest.fit(cases, PlattScaling::line));
  }

  private static Line line(double[] margins, boolean[] positive, OneVersusRest.Targets smoothed) {
    double[] targets = new double[margins.length];
    double mean = 0;
    double centre = 0;
    for (int i = 0; i < targets.length; i++) {
      targets[i] = positive[i] ? smoothed.positive() : smoothed.negative();
      mean += targets[i] / targets.length;
      centre += margins[i] / targets.length;
    }
    double square = 0;
    for (double margin : margins) {
      square += (margin - centre) * (margin - centre) / targets.length;
    }
    double spread = Math.sqrt(square);
    double level = Math.log(mean / (1 - mean));
    if (!(spread > 1e-12 * Math.max(1, Math.abs(centre)))) {
      return new Line(0, level);
    }
    // On scores of mean 0 and spread 1 the two numbers hardly pull on each other.
    double[] scores = new double[margins.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (margins[i] - centre) / spread;
    }
    double[] found =
        DampedNewton.minimum(
            (point, gradient, hessian) -> loss(scores, targets, point, gradient, hessian),
            new double[] {0, level});
    double slope = found[0] / spread;
    // The loss is convex: where its minimum lies beyond a bound, the best within lies on it.
    if (slope <= 0) {
      return new Line(0, level);
    }
    if (slope > STEEPEST) {
      double steepest = STEEPEST * spread;
      double[] shift =
          DampedNewton.minimum(
              (point, gradient, hessian) ->
                  shiftLoss(scores, targets, steepest, point, gradient, hessian),
              new double[] {level});
      return new Line(STEEPEST, shift[0] - STEEPEST * centre);
    }
    return new Line(slope, found[1] - slope * centre);
  }

  private static double loss(
      double[] scores, double[] targets, double[] line, double[] gradient, double[][] hessian) {
    double loss = 0;
    for (int i = 0; i < scores.length; i++) {
      double odds = line[0] * scores[i] + line[1];
      double above = Logits.logLogistic(odds);
      double below = Logits.logLogistic(-odds);
      loss -= (targets[i] * above + (1 - targets[i]) * below) / scores.length;
      double slope = (Math.exp(above) - targets[i]) / scores.length;
      double curvature = Math.exp(above + below) / scores.length;
      gradient[0] += slope * scores[i];
      gradient[1] += slope;
      hessian[0][0] += curvature * scores[i] * scores[i];
      hessian[0][1] += curvature * scores[i];
      hessian[1][0] += curvature * scores[i];
      hessian[1][1] += curvature;
    }
    return loss;
  }

  /** The same with the slope held, in the intercept alone. */
  private static double shiftLoss(
      double[] scores,
      double[] targets,
      double slope,
      double[] shift,
      double[] gradient,
      double[][] hessian) {
    double[] both = new double[2];
    double[][] square = new double[2][2];
    double loss = loss(scores, targets, new double[] {slope, shift[0]}, both, square);
    gradient[0] += both[1];
    hessian[0][0] += square[1][1];
    return loss;
  }

  static PlattScaling read(Fields fields) {
    return new PlattScaling(
        fields.objects("lines").stream()
            .map(each -> new Line(each.number("slope"), each.number("intercept")))
            .toList());
  }

  @Override
  public CalibrationMethod method() {
    return CalibrationMethod.PLATT;
  }

  @Override
  public boolean suits(int labels) {
    return OneVersusRest.suits(lines, labels);
  }

  @Override
  public double[] probabilities(double[] logits) {
    return OneVersusRest.probabilities(lines, logits);
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = Fields.object(this);
    ArrayNode array = json.putArray("lines");
    lines.forEach(
        line -> array.addObject().put("slope", line.slope).put("intercept", line.intercept));
    return json;
  }
}
