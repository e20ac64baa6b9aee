package org.senoscope.calibration;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The ways to calibrate, from the simplest to the one with most freedom. */
public enum CalibrationMethod {
  /** Softmax of the logits as they are: nothing is fitted. */
  NONE,
  /** One number: {@link TemperatureScaling}. */
  TEMPERATURE,
  /** Two numbers for two labels, else two for each label: {@link PlattScaling}. */
  PLATT,
  /** Two numbers for each label: {@link VectorScaling}. */
  VECTOR,
  /** As many numbers as the cases ask for: {@link IsotonicCalibration}. */
  ISOTONIC;

  /** As it stands in files. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All names. */
  static List<String> texts() {
    return List.of(values()).stream().map(CalibrationMethod::text).toList();
  }

  /** The method of a name in a file; empty for an unknown one. */
  static Optional<CalibrationMethod> named(String text) {
    return List.of(values()).stream().filter(each -> each.text().equals(text)).findFirst();
  }

  /**
   * Fits a calibrator. The same cases give the same one on every machine, whatever their order, but
   * for rounding.
   *
   * @param logits one row of finite numbers for each case, one for each label; at least one case
   * @param truth the label of each case, from 0; a label may have no case
   * @throws IllegalArgumentException when the arrays do not fit together
   */
  public Calibrator fit(double[][] logits, int[] truth) {
    return fit(new LabelledLogits(logits, truth));
  }

  Calibrator fit(LabelledLogits cases) {
    return switch (this) {
      case NONE -> new Uncalibrated();
      case TEMPERATURE -> TemperatureScaling.fit(cases);
      case PLATT -> PlattScaling.fit(cases);
      case VECTOR -> VectorScaling.fit(cases);
      case ISOTONIC -> IsotonicCalibration.fit(cases);
    };
  }
}
