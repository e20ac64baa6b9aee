package org.senoscope.calibration;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Softmax of the logits divided by one number (Guo, Pleiss, Sun and Weinberger, On calibration of
 * modern neural networks, ICML 2017). The order of the labels stays as it is.
 *
 * @param temperature above 0; above 1 where the network is too sure of itself
 */
public record TemperatureScaling(double temperature) implements Calibrator {
  /**
   * Where every case is given its label, the log loss has no minimum: it falls with the
   * temperature. A fit sharpens tenfold at most, and flattens a hundredfold at most.
   */
  static final double LOWEST = 0.1;

  static final double HIGHEST = 100;

  public TemperatureScaling {
    if (!(temperature > 0) || !Double.isFinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature must be a number above 0, was " + temperature);
    }
  }

  /**
   * The least mean log loss within .1 and 100. The loss is convex in 1/temperature, so its slope
   * has one zero, found by halving. Cases whose logits are all equal say nothing: 1.
   */
  static TemperatureScaling fit(LabelledLogits cases) {
    double low = 1 / HIGHEST;
    double high = 1 / LOWEST;
    if (slope(cases, 1) == 0) {
      return new TemperatureScaling(1);
    }
    if (slope(cases, low) >= 0) {
      return new TemperatureScaling(HIGHEST);
    }
    if (slope(cases, high) <= 0) {
      return new TemperatureScaling(LOWEST);
    }
    while (true) {
      double middle = (low + high) / 2;
      if (middle <= low || middle >= high) {
        return new TemperatureScaling(1 / middle);
      }
      if (slope(cases, middle) < 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
  }

  /** Derivative of the summed log loss after the factor on the logits. */
  private static double slope(LabelledLogits cases, double factor) {
    double slope = 0;
    for (int i = 0; i < cases.size(); i++) {
      double[] logits = cases.logits(i);
      double own = logits[cases.truth(i)];
      double[] probabilities = scaled(logits, factor);
      for (int label = 0; label < logits.length; label++) {
        slope += probabilities[label] * (logits[label] - own);
      }
    }
    return slope;
  }

  private static double[] scaled(double[] logits, double factor) {
    double[] scaled = new double[logits.length];
    for (int label = 0; label < logits.length; label++) {
      scaled[label] = logits[label] * factor;
    }
    return Logits.softmax(scaled);
  }

  @Override
  public CalibrationMethod method() {
    return CalibrationMethod.TEMPERATURE;
  }

  @Override
  public boolean suits(int labels) {
    return labels >= 2;
  }

  @Override
  public double[] probabilities(double[] logits) {
    return scaled(logits, 1 / temperature);
  }

  @Override
  public ObjectNode toJson() {
    return Fields.object(this).put("temperature", temperature);
  }
}
