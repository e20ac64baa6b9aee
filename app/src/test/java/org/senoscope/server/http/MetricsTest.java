package org.senoscope.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricsTest {
  @Test
  void writesWhatPrometheusReads() {
    Metrics metrics = new Metrics();
    Metrics.Counter counter = metrics.counter("asked_total", "Asked.", "who", "what");
    counter.increment("a", "say \"x\\y\"\n");
    counter.increment("a", "say \"x\\y\"\n");
    counter.increment("b", "c");
    Metrics.Histogram seconds = metrics.histogram("took_seconds", "Took.", new double[] {0.1, 1});
    seconds.observe(0.05);
    seconds.observe(0.1);
    seconds.observe(0.25);
    seconds.observe(7);
    metrics.gauge("waiting", "Waiting.", () -> 2.5);

    assertThat(metrics.text())
        .isEqualTo(
            """
            # HELP asked_total Asked.
            # TYPE asked_total counter
            asked_total{who="a",what="say \\"x\\\\y\\"\\n"} 2
            asked_total{who="b",what="c"} 1
            # HELP took_seconds Took.
            # TYPE took_seconds histogram
            took_seconds_bucket{le="0.1"} 2
            took_seconds_bucket{le="1.0"} 3
            took_seconds_bucket{le="+Inf"} 4
            took_seconds_sum 7.4
            took_seconds_count 4
            # HELP waiting Waiting.
            # TYPE waiting gauge
            waiting 2.5
            """);
  }
}
