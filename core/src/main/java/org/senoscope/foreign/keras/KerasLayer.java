package org.senoscope.foreign.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.senoscope.work.InputException;

/**
 * One layer of a stack, as its file configures it.
 *
 * @param kind its class, such as {@code Conv2D}
 * @param name its own name
 * @param path names of the models around it, the outermost left out, and its own
 * @param groups where {@code model.weights.h5} of a {@code .keras} file keeps its variables
 * @param config its settings
 */
record KerasLayer(
    String kind, String name, List<String> path, List<String> groups, JsonNode config) {
  private static final int LARGEST = 1_000_000;

  /** Copies the lists. */
  KerasLayer {
    path = List.copyOf(path);
    groups = List.copyOf(groups);
  }

  /** What errors call it. */
  String title() {
    return "layer %s (%s)".formatted(String.join("/", path), kind);
  }

  /** The group that {@code model_weights} of a {@code .h5} file keeps its variables in. */
  String outermost() {
    return path.getFirst();
  }

  /** A text; the usual one where it is absent. */
  String text(String key, String usual) {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return usual;
    }
    if (!value.isTextual()) {
      throw fault(key, "a text", value);
    }
    return value.textValue();
  }

  /** True or false; the usual one where it is absent. */
  boolean flag(String key, boolean usual) {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return usual;
    }
    if (!value.isBoolean()) {
      throw fault(key, "true or false", value);
    }
    return value.booleanValue();
  }

  /** A real number; the usual one where it is absent. */
  double number(String key, double usual) {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return usual;
    }
    // Some versions write an activation's parameters as arrays of nothing but a number.
    JsonNode plain = value.isObject() ? value.path("config").path("value") : value;
    if (!plain.isNumber() || !Double.isFinite(plain.doubleValue())) {
      throw fault(key, "a number", value);
    }
    return plain.doubleValue();
  }

  /** A count, at least 1. */
  int count(String key) {
    return count(key, config.path(key));
  }

  /** Two counts, or one that stands for both; the usual one where it is absent. */
  int[] counts(String key, int usual) {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return new int[] {usual, usual};
    }
    if (value.isArray() && value.size() == 2) {
      return new int[] {count(key, value.path(0)), count(key, value.path(1))};
    }
    int both = count(key, value);
    return new int[] {both, both};
  }

  /** Whether a setting is there and not null. */
  boolean has(String key) {
    return config.hasNonNull(key);
  }

  /** An error about a setting. */
  InputException fault(String key, String wanted, JsonNode found) {
    String text = found.isMissingNode() ? "missing" : found.toString();
    return new InputException(
        "%s: \"%s\" must be %s, was %s"
            .formatted(
                title(), key, wanted, text.length() > 80 ? text.substring(0, 80) + "…" : text));
  }

  /** An error about something that cannot be done. */
  InputException refuse(String what) {
    return new InputException("%s: %s".formatted(title(), what));
  }

  private int count(String key, JsonNode value) {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 1
        || value.intValue() > LARGEST) {
      throw fault(key, "a whole number of 1 to " + LARGEST, value);
    }
    return value.intValue();
  }
}
