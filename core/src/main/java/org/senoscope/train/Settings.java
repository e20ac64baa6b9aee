package org.senoscope.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.senoscope.files.Json;
import org.senoscope.work.Suggestions;

/**
 * One section of a recipe: typed values with their ranges. Faults are collected, not thrown, so
 * that a person sees all at once; a value with a fault reads as its default. Call {@link #end}
 * last: it reports the keys that nothing asked for, each with the nearest known one.
 */
final class Settings {
  private final String path;
  private final JsonNode node;
  private final List<String> faults;
  private final Set<String> known = new LinkedHashSet<>();

  Settings(String path, JsonNode node, List<String> faults) {
    this.path = path;
    this.node = node;
    this.faults = faults;
    if (!node.isObject() && !node.isMissingNode()) {
      faults.add(
          "%s must be a section of keys and values, was %s"
              .formatted(path.isEmpty() ? "the recipe" : path, Json.formatLine(node)));
    }
  }

  /** A section within this one; an empty one where it is left out. */
  Settings section(String key) {
    known.add(key);
    return new Settings(full(key), node.path(key), faults);
  }

  boolean has(String key) {
    known.add(key);
    return node.hasNonNull(key);
  }

  /** The value as it stands. */
  JsonNode raw(String key) {
    known.add(key);
    return node.path(key);
  }

  String text(String key, String otherwise) {
    JsonNode value = raw(key);
    if (absent(value)) {
      return otherwise;
    }
    if (!value.isValueNode()) {
      fault(key, "must be text", value);
      return otherwise;
    }
    return value.asText();
  }

  Optional<String> text(String key) {
    return has(key) ? Optional.of(text(key, "")) : Optional.empty();
  }

  List<String> texts(String key) {
    JsonNode value = raw(key);
    List<String> texts = new ArrayList<>();
    if (absent(value)) {
      return texts;
    }
    if (!value.isArray()) {
      fault(key, "must be a list", value);
      return texts;
    }
    for (JsonNode each : value) {
      if (!each.isValueNode() || each.asText().isBlank()) {
        fault(key, "must be a list of words", value);
        return new ArrayList<>();
      }
      texts.add(each.asText());
    }
    return texts;
  }

  boolean flag(String key, boolean otherwise) {
    JsonNode value = raw(key);
    if (absent(value)) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      fault(key, "must be true or false", value);
      return otherwise;
    }
    return value.booleanValue();
  }

  int whole(String key, int otherwise, int least, int most) {
    JsonNode value = raw(key);
    if (absent(value)) {
      return otherwise;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      fault(key, "must be a whole number in %d..%d".formatted(least, most), value);
      return otherwise;
    }
    return value.intValue();
  }

  long seed(String key, long otherwise) {
    JsonNode value = raw(key);
    if (absent(value)) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      fault(key, "must be a whole number", value);
      return otherwise;
    }
    return value.longValue();
  }

  /** Whether a number stands there, also one that YAML takes for text, such as 25e-2. */
  boolean isNumber(String key) {
    return number(raw(key)).isPresent();
  }

  double real(String key, double otherwise, double least, double most) {
    JsonNode value = raw(key);
    if (absent(value)) {
      return otherwise;
    }
    Optional<Double> number = number(value);
    if (number.isEmpty() || !(number.get() >= least && number.get() <= most)) {
      fault(key, "must be a number in %s..%s".formatted(plain(least), plain(most)), value);
      return otherwise;
    }
    return number.get();
  }

  List<Double> reals(String key, List<Double> otherwise, int count, double least, double most) {
    JsonNode value = raw(key);
    if (absent(value)) {
      return otherwise;
    }
    List<Double> numbers = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(
          each -> number(each).filter(x -> x >= least && x <= most).ifPresent(numbers::add));
    }
    if (numbers.size() != value.size()
        || (count > 0 ? numbers.size() != count : numbers.isEmpty())) {
      fault(
          key,
          "must be a list of %s numbers in %s..%s"
              .formatted(count > 0 ? count : "one or more", plain(least), plain(most)),
          value);
      return otherwise;
    }
    return numbers;
  }

  List<Integer> wholes(String key, List<Integer> otherwise, int least, int most) {
    JsonNode value = raw(key);
    if (absent(value)) {
      return otherwise;
    }
    List<Integer> numbers = new ArrayList<>();
    boolean good = value.isArray();
    for (JsonNode each : value) {
      good &= each.canConvertToInt() && each.isIntegralNumber();
      good = good && each.intValue() >= least && each.intValue() <= most;
      numbers.add(each.intValue());
    }
    if (!good) {
      fault(key, "must be a list of whole numbers in %d..%d".formatted(least, most), value);
      return otherwise;
    }
    return numbers;
  }

  <T> T choice(String key, T otherwise, Map<String, T> choices) {
    JsonNode value = raw(key);
    if (absent(value)) {
      return otherwise;
    }
    T chosen = choices.get(value.asText());
    if (chosen == null) {
      faults.add(Suggestions.unknown(full(key), value.asText(), List.copyOf(choices.keySet())));
      return otherwise;
    }
    return chosen;
  }

  /** A map from words to choices in the order given. */
  @SafeVarargs
  static <T> Map<String, T> choices(Map.Entry<String, T>... entries) {
    Map<String, T> map = new LinkedHashMap<>();
    for (Map.Entry<String, T> entry : entries) {
      map.put(entry.getKey(), entry.getValue());
    }
    return map;
  }

  void fault(String key, String must, JsonNode value) {
    faults.add("%s %s, was %s".formatted(full(key), must, Json.formatLine(value)));
  }

  /** Reports the keys that nothing asked for. */
  void end() {
    if (node.isObject()) {
      node.fieldNames()
          .forEachRemaining(
              key -> {
                if (!known.contains(key)) {
                  faults.add(
                      Suggestions.unknown(
                          path.isEmpty() ? "key" : "key of " + path, key, List.copyOf(known)));
                }
              });
    }
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  /** YAML 1.1 reads 4e-4 as text, for want of a dot; people write it all the same. */
  private static Optional<Double> number(JsonNode value) {
    if (value.isNumber()) {
      return Optional.of(value.doubleValue());
    }
    if (value.isTextual()) {
      try {
        return Optional.of(Double.parseDouble(value.textValue()));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private String full(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String plain(double bound) {
    if (bound == Double.MAX_VALUE) {
      return "any";
    }
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }
}
