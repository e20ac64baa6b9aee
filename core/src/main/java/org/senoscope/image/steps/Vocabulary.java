package org.senoscope.image.steps;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Every step by its name. */
final class Vocabulary {
  private static final Map<String, Function<StepParameters, Supplier<Step>>> READERS =
      new LinkedHashMap<>();

  static {
    READERS.put(InvertIfBright.NAME, parameters -> InvertIfBright::new);
    READERS.put(RemoveLabels.NAME, RemoveLabels::read);
    READERS.put(Orient.NAME, Orient::read);
    READERS.put(RemovePectoral.NAME, parameters -> RemovePectoral::new);
    READERS.put(CropBreast.NAME, CropBreast::read);
    READERS.put(CropCentre.NAME, CropCentre::read);
    READERS.put(CropRoi.NAME, CropRoi::read);
    READERS.put(Resize.NAME, Resize::read);
    READERS.put(Clahe.NAME, Clahe::read);
    READERS.put(Sharpen.NAME, Sharpen::read);
    READERS.put(UnsharpMask.NAME, UnsharpMask::read);
    READERS.put(Stretch.NAME, Stretch::read);
    READERS.put(Gamma.NAME, Gamma::read);
    READERS.put(BrightnessContrast.NAME, BrightnessContrast::read);
  }

  private Vocabulary() {}

  /** All names, in the order in which steps are usually put. */
  static List<String> names() {
    return new ArrayList<>(READERS.keySet());
  }

  /** The step that parameters describe; without it the faults are in the parameters. */
  static Optional<Step> step(StepParameters parameters) {
    Function<StepParameters, Supplier<Step>> reader = READERS.get(parameters.step());
    if (reader == null) {
      parameters.unknownStep(names());
      return Optional.empty();
    }
    return parameters.make(reader.apply(parameters));
  }
}
