package org.senoscope.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * Counters, gauges and histograms in Prometheus's text format 0.0.4, in base units. Safe for
 * several threads.
 */
public final class Metrics {
  /** The content type of {@link #text}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final List<Family> families = new ArrayList<>();

  /** What has one name: writes its own lines. */
  private interface Family {
    void writeTo(StringBuilder out);
  }

  /**
   * A number that only grows, for each combination of labels.
   *
   * @param name ends in {@code _total}
   */
  public Counter counter(String name, String help, String... labels) {
    Counter counter = new Counter(name, help, labels);
    add(counter);
    return counter;
  }

  /** A number read when it is asked for. */
  public void gauge(String name, String help, DoubleSupplier value) {
    add(
        out -> {
          head(out, name, help, "gauge");
          line(out, name, "", value.getAsDouble());
        });
  }

  /**
   * How often, in total, a value was at most each bound, for each combination of labels.
   *
   * @param name ends in its unit, such as {@code _seconds}
   * @param bounds ascending
   */
  public Histogram histogram(String name, String help, double[] bounds, String... labels) {
    Histogram histogram = new Histogram(name, help, bounds.clone(), labels);
    add(histogram);
    return histogram;
  }

  /** All of it, as Prometheus reads it. */
  public String text() {
    StringBuilder out = new StringBuilder(4096);
    synchronized (families) {
      families.forEach(family -> family.writeTo(out));
    }
    return out.toString();
  }

  private void add(Family family) {
    synchronized (families) {
      families.add(family);
    }
  }

  /** A number that only grows. */
  public static final class Counter implements Family {
    private final String name;
    private final String help;
    private final String[] labels;
    private final Map<String, LongAdder> values = new ConcurrentHashMap<>();

    private Counter(String name, String help, String[] labels) {
      this.name = name;
      this.help = help;
      this.labels = labels.clone();
    }

    /** Adds one, for these values of the labels. */
    public void increment(String... labelValues) {
      values.computeIfAbsent(pairs(labels, labelValues), _ -> new LongAdder()).increment();
    }

    @Override
    public void writeTo(StringBuilder out) {
      head(out, name, help, "counter");
      new TreeMap<>(values).forEach((pairs, value) -> line(out, name, pairs, (double) value.sum()));
    }
  }

  /** How often a value was at most each bound. */
  public static final class Histogram implements Family {
    private final String name;
    private final String help;
    private final double[] bounds;
    private final String[] labels;
    private final Map<String, Series> series = new ConcurrentHashMap<>();

    private Histogram(String name, String help, double[] bounds, String[] labels) {
      this.name = name;
      this.help = help;
      this.bounds = bounds;
      this.labels = labels.clone();
    }

    /** Counts a value, for these values of the labels. */
    public void observe(double value, String... labelValues) {
      series
          .computeIfAbsent(pairs(labels, labelValues), _ -> new Series(bounds.length))
          .observe(value, bounds);
    }

    @Override
    public void writeTo(StringBuilder out) {
      head(out, name, help, "histogram");
      new TreeMap<>(series)
          .forEach(
              (pairs, each) -> {
                long below = 0;
                String before = pairs.isEmpty() ? "" : pairs + ",";
                for (int i = 0; i < bounds.length; i++) {
                  below += each.buckets[i].sum();
                  line(out, name + "_bucket", before + "le=\"" + bounds[i] + "\"", (double) below);
                }
                below += each.buckets[bounds.length].sum();
                line(out, name + "_bucket", before + "le=\"+Inf\"", (double) below);
                line(out, name + "_sum", pairs, each.sum.sum());
                line(out, name + "_count", pairs, (double) below);
              });
    }

    private static final class Series {
      private final LongAdder[] buckets;
      private final DoubleAdder sum = new DoubleAdder();

      Series(int bounds) {
        buckets = new LongAdder[bounds + 1];
        for (int i = 0; i < buckets.length; i++) {
          buckets[i] = new LongAdder();
        }
      }

      void observe(double value, double[] bounds) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
          bucket++;
        }
        buckets[bucket].increment();
        sum.add(value);
      }
    }
  }

  private static String pairs(String[] labels, String[] values) {
    if (labels.length != values.length) {
      throw new IllegalArgumentException(
          "%d labels cannot have %d values".formatted(labels.length, values.length));
    }
    StringBuilder pairs = new StringBuilder();
    for (int i = 0; i < labels.length; i++) {
      String value = values[i].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      pairs.append(i == 0 ? "" : ",").append(labels[i]).append("=\"").append(value).append('"');
    }
    return pairs.toString();
  }

  private static void head(StringBuilder out, String name, String help, String type) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void line(StringBuilder out, String name, String pairs, double value) {
    out.append(name);
    if (!pairs.isEmpty()) {
      out.append('{').append(pairs).append('}');
    }
    out.append(' ');
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.append((long) value);
    } else {
      out.append(value);
    }
    out.append('\n');
  }
}
