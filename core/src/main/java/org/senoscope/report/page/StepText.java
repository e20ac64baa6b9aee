package org.senoscope.report.page;

import java.util.stream.Collectors;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.Step;

/** Preprocessing in words. */
public final class StepText {
  private StepText() {}

  /** Such as {@code resize: height 224, width 224, fit pad}. */
  public static String of(Step step) {
    String parameters =
        step.toJson().properties().stream()
            .filter(field -> !field.getKey().equals("step"))
            .map(field -> field.getKey() + " " + field.getValue().asText())
            .collect(Collectors.joining(", "));
    return step.name() + (parameters.isEmpty() ? "" : ": " + parameters);
  }

  /** All steps, such as {@code invertIfBright; resize (height 224, width 224, fit pad)}. */
  public static String of(Preprocessing preprocessing) {
    return preprocessing.steps().stream()
        .map(step -> of(step).replaceFirst(": (.*)$", " ($1)"))
        .collect(Collectors.joining("; "));
  }
}
