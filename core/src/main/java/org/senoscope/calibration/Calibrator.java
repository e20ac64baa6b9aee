package org.senoscope.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.senoscope.work.InputException;

/**
 * Turns the logits of one case into probabilities. Immutable, safe for several threads; blind to a
 * constant added to all logits of a case. Fitted by {@link CalibrationMethod#fit}.
 */
public sealed interface Calibrator
    permits Uncalibrated, TemperatureScaling, PlattScaling, VectorScaling, IsotonicCalibration {
  /** How it was fitted. */
  CalibrationMethod method();

  /** Whether it can calibrate a task of so many labels. */
  boolean suits(int labels);

  /**
   * Probabilities that sum to 1, in the order of the labels.
   *
   * @param logits one for each label, see {@link Logits#ofOutput}; finite
   * @throws IllegalArgumentException when it does not suit so many labels
   */
  double[] probabilities(double[] logits);

  /** The object that {@link #parse} reads. */
  ObjectNode toJson();

  /**
   * Reads a calibration as it stands in {@code model.json}; {@link #toJson} gives it back, to the
   * last bit.
   *
   * @param labels of the task
   * @throws InputException saying what is wrong with it
   */
  static Calibrator parse(JsonNode json, int labels) {
    Fields fields = new Fields("calibration", json);
    CalibrationMethod method = fields.method();
    Calibrator calibrator =
        fields.checked(
            () ->
                switch (method) {
                  case NONE -> new Uncalibrated();
                  case TEMPERATURE -> new TemperatureScaling(fields.number("temperature"));
                  case PLATT -> PlattScaling.read(fields);
                  case VECTOR ->
                      new VectorScaling(fields.numbers("scale"), fields.numbers("shift"));
                  case ISOTONIC -> IsotonicCalibration.read(fields);
                });
    if (!calibrator.suits(labels)) {
      throw new InputException(
          "calibration by %s was fitted for another number of labels than the task's %d"
              .formatted(method.text(), labels));
    }
    return calibrator;
  }
}
