package org.senoscope.report.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.senoscope.evaluate.metrics.Difference;
import org.senoscope.evaluate.metrics.Estimate;

class ComparisonPlotsTest {
  @Test
  void dotsAndLinesLieWhereTheirNumbersAre() {
    Map<String, Difference> differences = new LinkedHashMap<>();
    differences.put("AUC", new Difference(.9, .8, Estimate.of(.1, .02, .18, "x"), .01));
    differences.put("Brier", new Difference(.2, .25, Estimate.of(-.05, -.1, 0, "x"), .05));
    differences.put("none", new Difference(0, 0, Estimate.none("why"), Double.NaN));
    String svg = ComparisonPlots.differences(differences);
    // The axis reaches from −.20 to +.20 over 380 units that begin at 200.
    double[] dots =
        Pattern.compile("class=\"dot\" cx=\"([0-9.]+)\"")
            .matcher(svg)
            .results()
            .mapToDouble(found -> -.2 + (Double.parseDouble(found.group(1)) - 200) / 380 * .4)
            .toArray();
    assertThat(dots).hasSize(2);
    assertThat(dots[0]).isCloseTo(.1, within(1e-4));
    assertThat(dots[1]).isCloseTo(-.05, within(1e-4));
    assertThat(svg).contains("AUC 0.100 (0.020 to 0.180); Brier -0.050 (-0.100 to 0.000)");
    assertThat(svg.split("class=\"whisker\"", -1)).hasSize(3);
  }
}
