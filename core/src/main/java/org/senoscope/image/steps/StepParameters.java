package org.senoscope.image.steps;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.senoscope.files.Json;
import org.senoscope.work.Suggestions;

/** Reads the parameters of one step and collects every fault. For one thread. */
final class StepParameters {
  private final String step;
  private final JsonNode json;
  private final List<String> known = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  StepParameters(String step, JsonNode json) {
    this.step = step;
    this.json = json;
  }

  /** The step's name. */
  String step() {
    return step;
  }

  /** A whole number that must be there; 1 where it is not, beside the fault. */
  int wholeNumber(String name) {
    OptionalInt value = optionalWholeNumber(name);
    if (json.path(name).isMissingNode()) {
      fault("\"%s\" must be a whole number, was missing".formatted(name));
    }
    return value.orElse(1);
  }

  /** A whole number, or the one given where it is left out. */
  int wholeNumber(String name, int otherwise) {
    return optionalWholeNumber(name).orElse(otherwise);
  }

  /** A whole number that may be left out. */
  OptionalInt optionalWholeNumber(String name) {
    known.add(name);
    JsonNode value = json.path(name);
    if (value.isMissingNode()) {
      return OptionalInt.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      fault("\"%s\" must be a whole number, was %s".formatted(name, Json.formatLine(value)));
      return OptionalInt.empty();
    }
    return OptionalInt.of(value.intValue());
  }

  /** A number that must be there; 1 where it is not, beside the fault. */
  double requiredNumber(String name) {
    Optional<Double> value = optionalNumber(name);
    if (json.path(name).isMissingNode()) {
      fault("\"%s\" must be a number, was missing".formatted(name));
    }
    return value.orElse(1.0);
  }

  /** A number, or the one given where it is left out. */
  double number(String name, double otherwise) {
    return optionalNumber(name).orElse(otherwise);
  }

  /** A number that may be left out. */
  Optional<Double> optionalNumber(String name) {
    known.add(name);
    JsonNode value = json.path(name);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isNumber()) {
      fault("\"%s\" must be a number, was %s".formatted(name, Json.formatLine(value)));
      return Optional.empty();
    }
    return Optional.of(value.doubleValue());
  }

  /** One of an enum's names in lower case, or the one given where it is left out. */
  <E extends Enum<E>> E choice(String name, E otherwise) {
    known.add(name);
    JsonNode value = json.path(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    List<String> choices = new ArrayList<>();
    for (E each : otherwise.getDeclaringClass().getEnumConstants()) {
      String text = text(each);
      if (text.equals(value.textValue())) {
        return each;
      }
      choices.add(text);
    }
    fault(Suggestions.unknown(name, value.asText(), choices));
    return otherwise;
  }

  /** An enum's name as JSON has it. */
  static String text(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The step, unless there are faults; call it after all parameters were read. */
  Optional<Step> make(Supplier<? extends Step> maker) {
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!name.equals("step") && !known.contains(name)) {
        fault(Suggestions.unknown("parameter", name, known));
      }
    }
    if (!faults.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(maker.get());
    } catch (IllegalArgumentException e) {
      fault(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** The step itself is not known. */
  void unknownStep(List<String> steps) {
    faults.add(Suggestions.unknown("step", step, steps));
  }

  /** All that is wrong. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  private void fault(String what) {
    faults.add("step " + step + ": " + what);
  }
}
