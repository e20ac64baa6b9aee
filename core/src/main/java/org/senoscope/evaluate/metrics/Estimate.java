package org.senoscope.evaluate.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.senoscope.files.Json;

/**
 * A metric's value with its 95% interval.
 *
 * @param value NaN when it cannot be computed
 * @param low lower limit; NaN when there is none
 * @param high upper limit; NaN when there is none
 * @param method how the interval was found; empty when there is none
 * @param why what stands in the way of the value or the interval; empty when nothing does
 */
public record Estimate(double value, double low, double high, String method, String why) {
  public Estimate {
    boolean whole = Double.isFinite(value) && Double.isFinite(low) && Double.isFinite(high);
    if (whole && low > high) {
      throw new IllegalArgumentException(
          "An interval's low must not exceed its high, were %s and %s".formatted(low, high));
    }
    if (whole == method.isEmpty() || whole != why.isEmpty()) {
      throw new IllegalArgumentException(
          "An estimate has an interval with its method, or says why not");
    }
  }

  /** A value with its interval. */
  public static Estimate of(double value, double low, double high, String method) {
    return new Estimate(value, low, high, method, "");
  }

  /** A value without an interval. */
  public static Estimate withoutInterval(double value, String why) {
    return new Estimate(value, Double.NaN, Double.NaN, "", why);
  }

  /** No value. */
  public static Estimate none(String why) {
    return new Estimate(Double.NaN, Double.NaN, Double.NaN, "", why);
  }

  /** Whether there is a value. */
  public boolean known() {
    return Double.isFinite(value);
  }

  /** Whether there is an interval. */
  public boolean hasInterval() {
    return known() && !method.isEmpty();
  }

  /** As it stands in files: {@code null} for what is not known, with {@code why} beside it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    put(json, "value", value);
    put(json, "low", low);
    put(json, "high", high);
    if (hasInterval()) {
      json.put("method", method);
    } else {
      json.putNull("method");
      json.put("why", why);
    }
    return json;
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException when it is no such thing
   */
  static Estimate fromJson(JsonNode json) {
    return new Estimate(
        number(json, "value"),
        number(json, "low"),
        number(json, "high"),
        json.path("method").isTextual() ? json.path("method").textValue() : "",
        json.path("why").asText(""));
  }

  private static double number(JsonNode json, String name) {
    return json.path(name).isNumber() ? json.path(name).doubleValue() : Double.NaN;
  }

  /** A number, or {@code null} for what is not one. */
  static void put(ObjectNode json, String name, double number) {
    if (Double.isFinite(number)) {
      json.put(name, number);
    } else {
      json.putNull(name);
    }
  }

  /** Such as {@code 0.912 (0.874 to 0.941)}; a dash for what is not known. */
  public String text() {
    if (!known()) {
      return "–";
    }
    return hasInterval()
        ? String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", value, low, high)
        : String.format(Locale.ROOT, "%.3f", value);
  }
}
