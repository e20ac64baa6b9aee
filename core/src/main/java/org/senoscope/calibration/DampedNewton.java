package org.senoscope.calibration;

/** Minimum of a smooth convex function of a few numbers. */
final class DampedNewton {
  private static final int MOST_STEPS = 500;
  private static final int MOST_HALVINGS = 60;
  private static final double SUFFICIENT = 1e-4;

  /** Differences of a function's values below this are rounding. */
  private static final double ROUNDING = 1e-13;

  /** A function with its derivatives. */
  interface Convex {
    /**
     * The value at a point; adds the derivatives to arrays of zeros.
     *
     * @param gradient as long as the point
     * @param hessian symmetric
     */
    double at(double[] point, double[] gradient, double[][] hessian);
  }

  private final Convex function;
  private double[] point;
  private double[] gradient;
  private double[][] hessian;

  private DampedNewton(Convex function, double[] start) {
    this.function = function;
    this.point = start.clone();
    this.gradient = new double[start.length];
    this.hessian = new double[start.length][start.length];
  }

  /**
   * Where the function is least, to the last few bits: Newton's steps, each halved until the value
   * falls, until neither value nor slope can be brought down.
   */
  static double[] minimum(Convex function, double[] start) {
    DampedNewton search = new DampedNewton(function, start);
    double value = function.at(search.point, search.gradient, search.hessian);
    for (int step = 0; step < MOST_STEPS; step++) {
      double next = search.step(value);
      if (Double.isNaN(next)) {
        break;
      }
      value = next;
    }
    return search.point;
  }

  /** Takes a step and gives the new value; NaN, and none is taken, where none helps. */
  private double step(double value) {
    double[] direction = solve(hessian, gradient);
    double descent = 0;
    for (int j = 0; j < direction.length; j++) {
      descent -= gradient[j] * direction[j];
    }
    double length = 1;
    for (int halving = 0; halving < MOST_HALVINGS; halving++) {
      double[] there = new double[point.length];
      for (int j = 0; j < there.length; j++) {
        there[j] = point[j] - length * direction[j];
      }
      double[] slope = new double[point.length];
      double[][] curvature = new double[point.length][point.length];
      double next = function.at(there, slope, curvature);
      // Near the minimum values differ by rounding alone, and the slope is the better witness.
      boolean falls =
          Math.abs(next - value) <= ROUNDING * (1 + Math.abs(value))
              ? norm(slope) < norm(gradient)
              : next <= value + SUFFICIENT * length * descent;
      if (falls) {
        point = there;
        gradient = slope;
        hessian = curvature;
        return next;
      }
      length /= 2;
    }
    return Double.NaN;
  }

  /** By Cholesky's factors; a matrix that is flat in some direction is lifted a little. */
  private static double[] solve(double[][] matrix, double[] right) {
    double largest = 0;
    for (int j = 0; j < right.length; j++) {
      largest = Math.max(largest, matrix[j][j]);
    }
    double lift = 0;
    while (true) {
      double[][] factor = new double[right.length][right.length];
      if (factorise(matrix, lift, factor)) {
        return substitute(factor, right);
      }
      lift = lift == 0 ? Math.max(largest, Double.MIN_NORMAL) * 1e-14 : lift * 10;
    }
  }

  private static boolean factorise(double[][] matrix, double lift, double[][] factor) {
    for (int row = 0; row < matrix.length; row++) {
      for (int column = 0; column <= row; column++) {
        double sum = matrix[row][column] + (row == column ? lift : 0);
        for (int k = 0; k < column; k++) {
          sum -= factor[row][k] * factor[column][k];
        }
        if (row != column) {
          factor[row][column] = sum / factor[column][column];
        } else if (sum > ROUNDING * 1e-1 * matrix[row][row]) {
          factor[row][row] = Math.sqrt(sum);
        } else {
          return false;
        }
      }
    }
    return true;
  }

  private static double[] substitute(double[][] factor, double[] right) {
    double[] solution = right.clone();
    for (int row = 0; row < solution.length; row++) {
      for (int k = 0; k < row; k++) {
        solution[row] -= factor[row][k] * solution[k];
      }
      solution[row] /= factor[row][row];
    }
    for (int row = solution.length - 1; row >= 0; row--) {
      for (int k = row + 1; k < solution.length; k++) {
        solution[row] -= factor[k][row] * solution[k];
      }
      solution[row] /= factor[row][row];
    }
    return solution;
  }

  private static double norm(double[] vector) {
    double norm = 0;
    for (double each : vector) {
      norm = Math.max(norm, Math.abs(each));
    }
    return norm;
  }
}
