package org.senoscope.report.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.senoscope.evaluate.metrics.DecisionCurve;
import org.senoscope.evaluate.metrics.PrecisionRecall;
import org.senoscope.evaluate.metrics.RiskCoverage;
import org.senoscope.evaluate.metrics.Sample;

class RangePlotsTest {
  /** Of the square that curves are drawn in, in the drawing's units. */
  private static final double LEFT = 54;

  private static final double TOP = 12;
  private static final double SIDE = 272;

  private static Sample sample() {
    SplittableRandom random = new SplittableRandom(3);
    int[] truth = new int[80];
    double[][] p = new double[80][];
    for (int i = 0; i < 80; i++) {
      truth[i] = i % 4 == 0 ? 1 : 0;
      double score = Math.clamp(random.nextDouble() * .6 + truth[i] * .35, 0, 1);
      p[i] = new double[] {1 - score, score};
    }
    return Sample.of(List.of("benign", "malignant"), 1, truth, p);
  }

  private static List<double[]> points(String svg) {
    var path = Pattern.compile("<path class=\"curve\" d=\"([^\"]+)\"").matcher(svg);
    assertThat(path.find()).isTrue();
    List<double[]> points = new ArrayList<>();
    for (String point : path.group(1).substring(1).split(" L", -1)) {
      String[] both = point.split(" ", -1);
      points.add(
          new double[] {
            (Double.parseDouble(both[0]) - LEFT) / SIDE,
            1 - (Double.parseDouble(both[1]) - TOP) / SIDE
          });
    }
    return points;
  }

  @Test
  void areaUnderTheDrawnPrecisionIsAveragePrecision() {
    PrecisionRecall curve = PrecisionRecall.of(sample(), 1, 1);
    String svg = RangePlots.precisionRecall(curve);
    List<double[]> points = points(svg);
    double area = 0;
    for (int i = 1; i < points.size(); i++) {
      area += (points.get(i)[0] - points.get(i - 1)[0]) * points.get(i)[1];
    }
    assertThat(area).isCloseTo(curve.averagePrecision().value(), within(1e-3));
    assertThat(svg).contains("average precision %.3f".formatted(curve.averagePrecision().value()));
  }

  @Test
  void drawnNetBenefitIsThatOfTheCurve() {
    DecisionCurve curve = DecisionCurve.of(sample(), 1, 1);
    String svg = RangePlots.decision(curve);
    // A prevalence of .25 is drawn from −.07 to .28.
    List<double[]> points = points(svg);
    assertThat(points).hasSameSizeAs(curve.points());
    for (int i = 0; i < points.size(); i++) {
      double drawn = -.07 + points.get(i)[1] * .35;
      assertThat(drawn)
          .isCloseTo(
              Math.clamp(curve.points().get(i).netBenefit().value(), -.07, .28), within(1e-4));
    }
  }

  @Test
  void dotOfTheNamedCoverageLiesOnTheCurve() {
    RiskCoverage curve = RiskCoverage.of(sample(), 1);
    String svg = RangePlots.riskCoverage(curve, .8);
    var dot =
        Pattern.compile("<circle class=\"dot\" cx=\"([0-9.]+)\" cy=\"([0-9.]+)\"").matcher(svg);
    assertThat(dot.find()).isTrue();
    double x = (Double.parseDouble(dot.group(1)) - LEFT) / SIDE;
    assertThat(x).isCloseTo(curve.at(.8).kept(), within(1e-4));
    assertThat(points(svg)).anySatisfy(point -> assertThat(point[0]).isCloseTo(x, within(1e-4)));
    assertThat(svg)
        .contains(
            "%.3f for the most confident 80%%".formatted(curve.at(.8).selectiveAccuracy().value()));
  }
}
