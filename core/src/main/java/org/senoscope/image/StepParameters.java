package org.senoscope.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

  /** A whole number that must be there; 1 where it is not, beside the fault. */
  int wholeNumber(String name) {
    known.add(name);
    JsonNode value = json.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      fault("\"%s\" must be a whole number, was %s".formatted(name, text(value)));
      return 1;
    }
    return value.intValue();
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
      String text = each.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (text.equals(value.textValue())) {
        return each;
      }
      choices.add(text);
    }
    fault(Suggestions.unknown(name, value.asText(), choices));
    return otherwise;
  }

  /** The step, unless there are faults; call it after all parameters were read. */
  Optional<Step> make(Supplier<Step> maker) {
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

  /** All that is wrong. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  private void fault(String what) {
    faults.add("step " + step + ": " + what);
  }

  private static String text(JsonNode value) {
    return value.isMissingNode() ? "missing" : Json.formatLine(value);
  }
}
