package org.senoscope.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.senoscope.files.Json;

/**
 * What a JSON value must hold at least; what is beyond may be added freely. Written as JSON itself:
 *
 * <ul>
 *   <li>{@code "text"}, {@code "count"} (whole, 0 or more), {@code "number"}, {@code "flag"};
 *   <li>{@code "number or null"}, {@code "count or null"}: null only where a {@code why} stands
 *       beside it; {@code "text or none"}, {@code "count or none"}: null without a word;
 *   <li>{@code "=word"} for that word, {@code "@name"} for another shape of the file;
 *   <li>{@code [shape]} for any number of that shape; {@code {"*": shape}} for any keys.
 * </ul>
 */
final class Shape {
  private final JsonNode file;
  private final JsonNode pattern;

  private Shape(JsonNode file, JsonNode pattern) {
    this.file = file;
    this.pattern = pattern;
  }

  /** A shape of {@code contract.json}. */
  static Shape contract(String name) {
    try (InputStream in =
        Objects.requireNonNull(Shape.class.getResourceAsStream("contract.json"))) {
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8), name);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A shape of a file's text. */
  static Shape of(String text, String name) {
    JsonNode file = Json.parse(text, "shapes");
    return new Shape(file, known(file, name));
  }

  private static JsonNode known(JsonNode file, String name) {
    if (!file.has(name)) {
      throw new IllegalArgumentException("There is no shape " + name);
    }
    return file.get(name);
  }

  /** Where a value is not of this shape, a line each. */
  List<String> faults(JsonNode value) {
    List<String> faults = new ArrayList<>();
    compare(pattern, value, Json.object(), "", faults);
    return faults;
  }

  private void compare(
      JsonNode wanted, JsonNode value, JsonNode beside, String at, List<String> faults) {
    if (wanted.isObject()) {
      object(wanted, value, at, faults);
    } else if (wanted.isArray()) {
      if (!value.isArray()) {
        faults.add("%s must be an array, was %s".formatted(at, value));
      }
      for (int i = 0; i < value.size() && value.isArray(); i++) {
        compare(wanted.get(0), value.get(i), Json.object(), at + "/" + i, faults);
      }
    } else if (wanted.asText().startsWith("@")) {
      compare(known(file, wanted.asText().substring(1)), value, beside, at, faults);
    } else if (!isWord(wanted.asText(), value, beside)) {
      faults.add("%s must be %s, was %s".formatted(at, wanted.asText(), value));
    }
  }

  private void object(JsonNode wanted, JsonNode value, String at, List<String> faults) {
    if (!value.isObject()) {
      faults.add("%s must be an object, was %s".formatted(at, value));
      return;
    }
    if (wanted.has("*")) {
      value
          .properties()
          .forEach(
              each ->
                  compare(
                      wanted.get("*"), each.getValue(), value, at + "/" + each.getKey(), faults));
      return;
    }
    wanted
        .properties()
        .forEach(
            each -> {
              String inside = at + "/" + each.getKey();
              if (value.has(each.getKey())) {
                compare(each.getValue(), value.get(each.getKey()), value, inside, faults);
              } else {
                faults.add(inside + " is missing");
              }
            });
  }

  private static boolean isWord(String word, JsonNode value, JsonNode beside) {
    if (word.startsWith("=")) {
      return value.asText().equals(word.substring(1)) && value.isTextual();
    }
    return switch (word) {
      case "text" -> value.isTextual();
      case "flag" -> value.isBoolean();
      case "number" -> value.isNumber();
      case "count" -> value.isIntegralNumber() && value.longValue() >= 0;
      case "number or null", "count or null" ->
          value.isNull()
              ? !beside.path("why").asText().isBlank()
              : isWord(word.substring(0, word.indexOf(' ')), value, beside);
      case "text or none", "count or none" ->
          value.isNull() || isWord(word.substring(0, word.indexOf(' ')), value, beside);
      default -> throw new IllegalArgumentException("There is no word " + word);
    };
  }
}
