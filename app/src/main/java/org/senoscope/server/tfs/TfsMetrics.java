package org.senoscope.server.tfs;

import java.util.stream.IntStream;
import org.senoscope.server.http.Metrics;

/**
 * What TensorFlow Serving counts, under its names and in its units (microseconds), for dashboards
 * that were made for it. Safe for several threads.
 */
final class TfsMetrics {
  private static final double FIRST_BOUND = 10;
  private static final double GROWTH = 1.8;
  private static final int BOUNDS = 32;

  private final Metrics metrics = new Metrics();
  private final Metrics.Counter requests =
      metrics.counter(
          ":tensorflow:serving:request_count",
          "The total number of requests.",
          "model_name",
          "status");
  private final Metrics.Histogram latency =
      metrics.histogram(
          ":tensorflow:serving:request_latency",
          "Distribution of wall time (in microseconds) for Tensorflow Serving request.",
          IntStream.range(0, BOUNDS).mapToDouble(i -> FIRST_BOUND * Math.pow(GROWTH, i)).toArray(),
          "model_name",
          "API",
          "entrypoint");

  /** Counts a request; only answered ones have a latency. */
  void answered(String model, String verb, String status, long nanos) {
    requests.increment(model, status);
    if (status.equals("OK")) {
      latency.observe(nanos / 1e3, model, verb, "REST");
    }
  }

  /** As Prometheus reads it. */
  String text() {
    return metrics.text();
  }
}
