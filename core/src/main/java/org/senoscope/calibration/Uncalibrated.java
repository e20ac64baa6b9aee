package org.senoscope.calibration;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Softmax of the logits as they are: what others are measured against. */
public record Uncalibrated() implements Calibrator {
  @Override
  public CalibrationMethod method() {
    return CalibrationMethod.NONE;
  }

  @Override
  public boolean suits(int labels) {
    return labels >= 2;
  }

  @Override
  public double[] probabilities(double[] logits) {
    return Logits.softmax(logits);
  }

  @Override
  public ObjectNode toJson() {
    return Fields.object(this);
  }
}
