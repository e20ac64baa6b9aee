package org.senoscope.server;

import io.javalin.http.Context;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.senoscope.provenance.Versions;
import org.senoscope.server.http.Metrics;
import org.senoscope.server.models.InferenceQueue;

/** What this server counts. Safe for several threads. */
final class ServerMetrics {
  /** The request attribute that holds the route's pattern; addresses themselves are too many. */
  static final String ROUTE = "senoscope.route";

  private static final double[] SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
  };

  private final Metrics metrics = new Metrics();
  private final Metrics.Counter requests =
      metrics.counter(
          "senoscope_http_requests_total", "Requests answered.", "method", "route", "status");
  private final Metrics.Histogram requestSeconds =
      metrics.histogram(
          "senoscope_http_request_duration_seconds",
          "Time from a request's start to its answer.",
          SECONDS,
          "route");
  private final Metrics.Counter predictions =
      metrics.counter("senoscope_predictions_total", "Predictions made.", "model", "decision");
  private final Metrics.Histogram predictionSeconds =
      metrics.histogram(
          "senoscope_prediction_duration_seconds",
          "Time to decode, prepare and infer, without waiting in line.",
          SECONDS,
          "model");

  ServerMetrics(InferenceQueue queue) {
    metrics.gauge("senoscope_inference_waiting", "Images waiting in line.", queue::waiting);
    metrics.gauge(
        "senoscope_start_time_seconds",
        "When the process started, in seconds since 1970.",
        () -> ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0);
    metrics.gauge(
        "process_resident_memory_bytes", "Memory of the process.", ServerMetrics::residentBytes);
    metrics.gauge(
        "jvm_memory_used_bytes",
        "Heap in use.",
        () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    metrics
        .counter("senoscope_build_info", "The version.", "version")
        .increment(Versions.senoscope());
  }

  /** Counts an answered request. */
  void answered(Context context, double milliseconds) {
    String route = context.attribute(ROUTE);
    boolean known = route != null;
    requests.increment(
        known ? context.method().name() : "other",
        known ? route : "other",
        Integer.toString(context.statusCode()));
    requestSeconds.observe(milliseconds / 1000, known ? route : "other");
  }

  /** Counts a prediction: a model's decision, and the seconds without waiting in line. */
  void predicted(String model, String decision, double seconds) {
    predictions.increment(model, decision);
    predictionSeconds.observe(seconds, model);
  }

  /** {@code GET /metrics}. */
  void show(Context context) {
    context.contentType(Metrics.CONTENT_TYPE).result(text());
  }

  /** All of it, as Prometheus reads it. */
  String text() {
    return metrics.text();
  }

  /** Memory that the process holds, from the kernel; 0 where it does not tell. */
  private static double residentBytes() {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          return 1024 * Double.parseDouble(line.replaceAll("[^0-9]", ""));
        }
      }
      return 0;
    } catch (IOException gone) {
      return 0;
    }
  }
}
