package org.senoscope.calibration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.senoscope.files.Json;

/**
 * Softmax of each label's logit times a scale plus a shift (Guo et al. 2017). The logits are taken
 * less their mean: a constant that training has added to all would otherwise count.
 *
 * @param scale one for each label, in their order
 * @param shift the same
 */
public record VectorScaling(List<Double> scale, List<Double> shift) implements Calibrator {
  public VectorScaling {
    scale = List.copyOf(scale);
    shift = List.copyOf(shift);
    if (scale.size() < 2 || scale.size() != shift.size()) {
      throw new IllegalArgumentException(
          "vector scaling needs a scale and a shift for each of two labels or more, has %d and %d"
              .formatted(scale.size(), shift.size()));
    }
    for (List<Double> numbers : List.of(scale, shift)) {
      if (!numbers.stream().allMatch(Double::isFinite)) {
        throw new IllegalArgumentException("scales and shifts must be finite, were " + numbers);
      }
    }
  }

  /**
   * The least log loss, summed over the cases, plus half the squared distance from scales of 1 and
   * shifts of 0: a Gaussian prior of standard deviation 1 about no calibration at all. A few
   * hundred cases outweigh it; a label with few cases, or none, or labels that are told apart
   * without a miss cannot drive the numbers away. They stay within √(2 n L) of no calibration, L
   * being its mean log loss over the n cases; and the log loss of the cases is never above L.
   */
  static VectorScaling fit(LabelledLogits cases) {
    int labels = cases.labels();
    double[] start = new double[2 * labels];
    Arrays.fill(start, 0, labels, 1);
    double[][] centred = new double[cases.size()][];
    Arrays.setAll(centred, i -> Logits.centred(cases.logits(i)));
    double[] found =
        DampedNewton.minimum(
            (point, gradient, hessian) -> loss(cases, centred, point, gradient, hessian), start);
    return new VectorScaling(
        boxed(Arrays.copyOf(found, labels)), boxed(Arrays.copyOfRange(found, labels, 2 * labels)));
  }

  /** Mean over the cases, with the prior's share; scales first, then shifts. */
  private static double loss(
      LabelledLogits cases,
      double[][] centred,
      double[] point,
      double[] gradient,
      double[][] hessian) {
    int labels = cases.labels();
    double weight = 1.0 / cases.size();
    double loss = 0;
    for (int i = 0; i < cases.size(); i++) {
      double[] z = centred[i];
      double[] scaled = scaled(z, point);
      double[] p = Logits.softmax(scaled);
      loss += weight * (Logits.logSumExp(scaled) - scaled[cases.truth(i)]);
      for (int j = 0; j < labels; j++) {
        double slope = weight * (p[j] - (cases.truth(i) == j ? 1 : 0));
        gradient[j] += slope * z[j];
        gradient[labels + j] += slope;
        for (int k = 0; k < labels; k++) {
          double curvature = weight * p[j] * ((j == k ? 1 : 0) - p[k]);
          hessian[j][k] += curvature * z[j] * z[k];
          hessian[j][labels + k] += curvature * z[j];
          hessian[labels + j][k] += curvature * z[k];
          hessian[labels + j][labels + k] += curvature;
        }
      }
    }
    for (int j = 0; j < point.length; j++) {
      double away = point[j] - (j < labels ? 1 : 0);
      loss += weight * away * away / 2;
      gradient[j] += weight * away;
      hessian[j][j] += weight;
    }
    return loss;
  }

  private static double[] scaled(double[] centred, double[] point) {
    double[] scaled = new double[centred.length];
    for (int label = 0; label < scaled.length; label++) {
      scaled[label] = centred[label] * point[label] + point[scaled.length + label];
    }
    return scaled;
  }

  @Override
  public CalibrationMethod method() {
    return CalibrationMethod.VECTOR;
  }

  @Override
  public boolean suits(int labels) {
    return labels == scale.size();
  }

  @Override
  public double[] probabilities(double[] logits) {
    if (!suits(logits.length)) {
      throw new IllegalArgumentException(
          "Vector scaling is of %d labels, the logits are %d"
              .formatted(scale.size(), logits.length));
    }
    double[] point = DoubleStream.concat(unboxed(scale), unboxed(shift)).toArray();
    return Logits.softmax(scaled(Logits.centred(logits), point));
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = Fields.object(this);
    json.set("scale", Json.tree(scale));
    json.set("shift", Json.tree(shift));
    return json;
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static DoubleStream unboxed(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue);
  }
}
