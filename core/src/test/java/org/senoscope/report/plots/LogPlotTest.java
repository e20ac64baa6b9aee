package org.senoscope.report.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class LogPlotTest {
  private static List<double[]> points(String svg) {
    var path = Pattern.compile("<path class=\"curve\" d=\"M([^\"]+)\"").matcher(svg);
    assertThat(path.find()).isTrue();
    List<double[]> points = new ArrayList<>();
    for (String point : path.group(1).split(" L", -1)) {
      String[] both = point.split(" ", -1);
      points.add(new double[] {Double.parseDouble(both[0]), Double.parseDouble(both[1])});
    }
    return points;
  }

  private static LogPlot.Line power(double exponent) {
    List<LogPlot.Point> points = new ArrayList<>();
    for (double images = 1000; images <= 100_000; images *= 10) {
      points.add(new LogPlot.Point(images, .01 * Math.pow(images, exponent)));
    }
    return new LogPlot.Line("audit", points);
  }

  @Test
  void whatGrowsByAPowerIsAStraightLineOfThatSlope() {
    List<double[]> two =
        points(LogPlot.svg("what", "images", "s", true, List.of(power(2), power(1))));
    List<double[]> one =
        points(LogPlot.svg("what", "images", "s", true, List.of(power(1), power(2))));
    for (List<double[]> line : List.of(one, two)) {
      assertThat(line).hasSize(3);
      assertThat(line.get(1)[0] - line.get(0)[0])
          .isPositive()
          .isCloseTo(line.get(2)[0] - line.get(1)[0], within(.02));
      assertThat(line.get(1)[1] - line.get(0)[1])
          .isNegative()
          .isCloseTo(line.get(2)[1] - line.get(1)[1], within(.02));
    }
  }

  @Test
  void aLinearAxisBeginsAtNothing() {
    List<double[]> points =
        points(
            LogPlot.svg(
                "what",
                "images",
                "MB",
                false,
                List.of(
                    new LogPlot.Line(
                        "train",
                        List.of(
                            new LogPlot.Point(10, 0),
                            new LogPlot.Point(100, 100),
                            new LogPlot.Point(1000, 200))))));
    assertThat(points.get(0)[1] - points.get(1)[1])
        .isPositive()
        .isCloseTo(points.get(1)[1] - points.get(2)[1], within(.02));
  }

  @Test
  void aSheetIsWellFormedAndHoldsEveryDrawing() throws Exception {
    String sheet =
        LogPlot.sheet(
            List.of(
                LogPlot.svg("time & <more>", "images", "s", true, List.of(power(1))),
                LogPlot.svg("memory", "images", "MB", false, List.of(power(0)))));
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(sheet)));
    assertThat(document.getElementsByTagName("path").getLength()).isEqualTo(2);
    assertThat(sheet).contains("aria-label=\"time &amp; &lt;more&gt;\"");
  }

  @Test
  void aLineWithoutPointsIsRefused() {
    assertThatThrownBy(() -> new LogPlot.Line("audit", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("audit");
  }
}
