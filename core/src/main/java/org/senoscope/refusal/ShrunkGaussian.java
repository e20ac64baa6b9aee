package org.senoscope.refusal;

/**
 * The normal distribution of standardised rows, its covariance shrunk towards a multiple of the
 * identity, so that it can be had from fewer rows than columns. Source: Ledoit and Wolf, "A
 * well-conditioned estimator for large-dimensional covariance matrices", Journal of Multivariate
 * Analysis 88 (2004).
 *
 * @param mean of each column, (d)
 * @param scale of each column, its standard deviation, (d); above 0
 * @param factor of the shrunk covariance of the standardised rows: Cholesky's lower triangle, row
 *     by row, (d (d + 1) / 2)
 */
@SuppressWarnings("ArrayRecordComponent") // internal to the package, never compared
record ShrunkGaussian(float[] mean, float[] scale, float[] factor) {
  ShrunkGaussian {
    if (scale.length != mean.length || factor.length != triangle(mean.length)) {
      throw new IllegalArgumentException(
          "a Gaussian of %d columns must have %d scales and %d factors, has %d and %d"
              .formatted(
                  mean.length, mean.length, triangle(mean.length), scale.length, factor.length));
    }
  }

  private static int triangle(int columns) {
    return Math.toIntExact((long) columns * (columns + 1) / 2);
  }

  /** Fits rows whose columns may vary as little as they do. */
  static ShrunkGaussian fit(float[][] rows) {
    return fit(rows, new float[rows[0].length]);
  }

  /**
   * Fits rows.
   *
   * @param rows (n, d), n at least 2
   * @param least standard deviation of each column, (d): smaller ones are taken for this
   */
  static ShrunkGaussian fit(float[][] rows, float[] least) {
    int columns = rows[0].length;
    float[] mean = new float[columns];
    float[] scale = new float[columns];
    for (int column = 0; column < columns; column++) {
      double sum = 0;
      double squares = 0;
      for (float[] row : rows) {
        sum += row[column];
      }
      double centre = sum / rows.length;
      for (float[] row : rows) {
        squares += (row[column] - centre) * (row[column] - centre);
      }
      mean[column] = (float) centre;
      double deviation = Math.sqrt(squares / rows.length);
      // A column that never varies would tell any other value as infinitely far.
      double floor = Math.max(least[column], 1e-6 * Math.max(1, Math.abs(centre)));
      scale[column] = (float) Math.max(deviation, floor);
    }
    double[][] standard = new double[rows.length][];
    for (int row = 0; row < rows.length; row++) {
      standard[row] = standardised(rows[row], mean, scale);
    }
    return new ShrunkGaussian(mean, scale, cholesky(shrunk(standard)));
  }

  /**
   * The squared Mahalanobis distance of a row, over the number of columns: 1 is what a row of this
   * very distribution has on average.
   */
  double distance(float[] row) {
    if (row.length != mean.length) {
      throw new IllegalArgumentException(
          "a row must have %d columns, has %d".formatted(mean.length, row.length));
    }
    double[] left = standardised(row, mean, scale);
    double squares = 0;
    int at = 0;
    for (int i = 0; i < left.length; i++) {
      double rest = left[i];
      for (int j = 0; j < i; j++) {
        rest -= factor[at++] * left[j];
      }
      left[i] = rest / factor[at++];
      squares += left[i] * left[i];
    }
    return squares / left.length;
  }

  /** How many standard deviations above the mean each column of a row is. */
  double[] standardised(float[] row) {
    return standardised(row, mean, scale);
  }

  private static double[] standardised(float[] row, float[] mean, float[] scale) {
    double[] standard = new double[row.length];
    for (int column = 0; column < row.length; column++) {
      standard[column] = (row[column] - mean[column]) / scale[column];
    }
    return standard;
  }

  /** The shrunk covariance of centred rows, (d, d). */
  static double[][] shrunk(double[][] rows) {
    int columns = rows[0].length;
    double count = rows.length;
    double[][] covariance = new double[columns][columns];
    double fourth = 0;
    for (double[] row : rows) {
      double squares = 0;
      for (int i = 0; i < columns; i++) {
        double value = row[i];
        squares += value * value;
        double[] into = covariance[i];
        for (int j = 0; j <= i; j++) {
          into[j] += value * row[j];
        }
      }
      fourth += squares * squares;
    }
    double trace = 0;
    double norm = 0;
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j <= i; j++) {
        covariance[i][j] /= count;
        covariance[j][i] = covariance[i][j];
        norm += (i == j ? 1 : 2) * covariance[i][j] * covariance[i][j];
      }
      trace += covariance[i][i];
    }
    double target = trace / columns;
    double spread = (norm - trace * target) / columns;
    double noise = Math.min(spread, (fourth / count - norm) / (columns * count));
    double shrinkage = spread > 0 ? Math.max(0, noise / spread) : 1;
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < columns; j++) {
        covariance[i][j] = (1 - shrinkage) * covariance[i][j] + (i == j ? shrinkage * target : 0);
      }
    }
    return covariance;
  }

  /** The lower triangle, row by row, of a matrix's factor; flat directions are lifted a little. */
  private static float[] cholesky(double[][] matrix) {
    int size = matrix.length;
    double largest = 0;
    for (int i = 0; i < size; i++) {
      largest = Math.max(largest, matrix[i][i]);
    }
    // Of standardised rows the largest is 1, or less where all are alike.
    double least = Math.max(largest, 1) * 1e-6;
    double[][] factor = new double[size][];
    float[] packed = new float[triangle(size)];
    int at = 0;
    for (int i = 0; i < size; i++) {
      factor[i] = new double[i + 1];
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j];
        for (int k = 0; k < j; k++) {
          sum -= factor[i][k] * factor[j][k];
        }
        factor[i][j] = i == j ? Math.sqrt(Math.max(sum, least)) : sum / factor[j][j];
        packed[at++] = (float) factor[i][j];
      }
    }
    return packed;
  }
}
