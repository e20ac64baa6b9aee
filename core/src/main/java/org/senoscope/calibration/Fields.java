package org.senoscope.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;
import org.senoscope.work.Suggestions;

/** Reads the fields of one JSON object of this package and names what is wrong with them. */
final class Fields {
  private static final String METHOD = "method";

  private final String what;
  private final JsonNode json;

  /**
   * An object.
   *
   * @param what it is, for errors
   * @throws InputException when it is none
   */
  Fields(String what, JsonNode json) {
    if (!json.isObject()) {
      throw new InputException(
          "%s must be an object, was %s"
              .formatted(what, json.isMissingNode() ? "missing" : Json.formatLine(json)));
    }
    this.what = what;
    this.json = json;
  }

  /** A calibrator's object, still without its numbers. */
  static ObjectNode object(Calibrator calibrator) {
    return Json.object().put(METHOD, calibrator.method().text());
  }

  CalibrationMethod method() {
    String name = text(METHOD);
    return CalibrationMethod.named(name)
        .orElseThrow(() -> fault(Suggestions.unknown(METHOD, name, CalibrationMethod.texts())));
  }

  String text(String name) {
    JsonNode value = json.path(name);
    if (!value.isTextual()) {
      throw mustBe(name, "a text", value);
    }
    return value.textValue();
  }

  double number(String name) {
    JsonNode value = json.path(name);
    if (!value.isNumber()) {
      throw mustBe(name, "a number", value);
    }
    return value.doubleValue();
  }

  int wholeNumber(String name) {
    JsonNode value = json.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw mustBe(name, "a whole number", value);
    }
    return value.intValue();
  }

  boolean isNull(String name) {
    return json.path(name).isNull();
  }

  List<Double> numbers(String name) {
    JsonNode array = json.path(name);
    List<Double> numbers = new ArrayList<>();
    for (JsonNode each : array) {
      if (each.isNumber()) {
        numbers.add(each.doubleValue());
      }
    }
    if (!array.isArray() || numbers.size() < array.size()) {
      throw mustBe(name, "a list of numbers", array);
    }
    return numbers;
  }

  /** The objects of a list. */
  List<Fields> objects(String name) {
    JsonNode array = json.path(name);
    if (!array.isArray()) {
      throw mustBe(name, "a list of objects", array);
    }
    List<Fields> objects = new ArrayList<>();
    for (JsonNode each : array) {
      objects.add(new Fields("%s: each of %s".formatted(what, name), each));
    }
    return objects;
  }

  /** The value below a name, to be read by others. */
  JsonNode node(String name) {
    return json.path(name);
  }

  /** What a record's constructor refuses is the input's fault here. */
  <T> T checked(Supplier<T> making) {
    try {
      return making.get();
    } catch (IllegalArgumentException e) {
      throw new InputException("%s: %s".formatted(what, e.getMessage()), e);
    }
  }

  private InputException mustBe(String name, String kind, JsonNode value) {
    return fault(
        "\"%s\" must be %s, was %s"
            .formatted(name, kind, value.isMissingNode() ? "missing" : Json.formatLine(value)));
  }

  private InputException fault(String text) {
    return new InputException("%s: %s".formatted(what, text));
  }
}
