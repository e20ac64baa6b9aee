package org.senoscope.evaluate.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.senoscope.files.Json;

/**
 * McNemar's test of two models on the same cases: of those that only one of them gets right, is the
 * share that the first gets right one half? It takes cases to be independent; where groups hold
 * several cases, p is too small, and the bootstrap over groups of the accuracies' difference is the
 * one to quote.
 *
 * <p>Sources: McNemar, Psychometrika 12 (1947); mid-p: Fagerland, Lydersen and Laake, BMC Medical
 * Research Methodology 13 (2013), who recommend it, as the exact test rejects too seldom.
 *
 * @param onlyFirst cases that the first model gets right and the second wrong
 * @param onlySecond cases that the second model gets right and the first wrong
 * @param exact two-sided p-value of the exact conditional test
 * @param midP the same, with half the probability of what was seen
 */
public record McNemar(int onlyFirst, int onlySecond, double exact, double midP) {
  /**
   * The test.
   *
   * @param onlyFirst at least 0
   * @param onlySecond at least 0
   */
  public static McNemar of(int onlyFirst, int onlySecond) {
    if (onlyFirst < 0 || onlySecond < 0) {
      throw new IllegalArgumentException(
          "Numbers of cases are 0 or more, were %d and %d".formatted(onlyFirst, onlySecond));
    }
    int n = onlyFirst + onlySecond;
    int fewer = Math.min(onlyFirst, onlySecond);
    double log = -n * Math.log(2);
    for (int k = 1; k <= fewer; k++) {
      log += Math.log((n - fewer + k) / (double) k);
    }
    double seen = Math.exp(log);
    double term = seen;
    double tail = 0;
    for (int k = fewer; k >= 0; k--) {
      tail += term;
      term *= k / (n - k + 1.0);
    }
    double exact = Math.min(1, 2 * tail);
    double midP = onlyFirst == onlySecond ? 1 - seen / 2 : exact - seen;
    return new McNemar(onlyFirst, onlySecond, exact, n == 0 ? 1 : midP);
  }

  /** As it stands in files. */
  public ObjectNode toJson() {
    return Json.object()
        .put("onlyFirstRight", onlyFirst)
        .put("onlySecondRight", onlySecond)
        .put("exactP", exact)
        .put("midP", midP)
        .put("assumes", "independent cases");
  }
}
