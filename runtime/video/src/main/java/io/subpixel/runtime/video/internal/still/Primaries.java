package io.subpixel.runtime.video.internal.still;

/**
 * Converts linear light of one set of primaries to that of sRGB (BT.709, D65). The white point is
 * adapted by Bradford's method; the matrices are those of <a
 * href="https://www.w3.org/TR/css-color-4/#color-conversion-code">CSS Color 4</a>.
 */
final class Primaries {
  private static final double[] SRGB_PLACES = {
    0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290,
  };
  private static final double[][] BRADFORD = {
    {0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296},
  };

  /** Places nearer to these change no sample of 8 bits. */
  private static final double SAME = 1e-3;

  static final Primaries SRGB = of(SRGB_PLACES);

  private final double[][] matrix;
  private final boolean isSrgb;

  private Primaries(double[][] matrix, boolean isSrgb) {
    this.matrix = matrix;
    this.isSrgb = isSrgb;
  }

  /**
   * Creates the conversion from primaries.
   *
   * @param places x and y of red, green, blue and white (CIE 1931); those that span no triangle
   *     count as sRGB's
   */
  static Primaries of(double[] places) {
    boolean isSrgb = true;
    for (int i = 0; i < places.length; i++) {
      isSrgb &= Math.abs(places[i] - SRGB_PLACES[i]) < SAME;
    }
    double[][] from = toXyz(places);
    double[][] to = toXyz(SRGB_PLACES);
    double[] white = times(BRADFORD, xyz(places[6], places[7]));
    double[] target = times(BRADFORD, xyz(SRGB_PLACES[6], SRGB_PLACES[7]));
    double[][] gain = new double[3][3];
    for (int i = 0; i < 3; i++) {
      gain[i][i] = target[i] / white[i];
    }
    double[][] adapted = times(inverse(BRADFORD), times(gain, BRADFORD));
    double[][] matrix = times(inverse(to), times(adapted, from));
    for (double[] row : matrix) {
      for (double value : row) {
        if (!Double.isFinite(value)) {
          return SRGB;
        }
      }
    }
    return new Primaries(matrix, isSrgb);
  }

  /** Whether colours stay as they are. */
  boolean isSrgb() {
    return isSrgb;
  }

  /** Converts R, G and B in place. */
  void convert(double[] rgb) {
    System.arraycopy(times(matrix, rgb), 0, rgb, 0, 3);
  }

  private static double[][] toXyz(double[] places) {
    double[][] columns = new double[3][3];
    for (int i = 0; i < 3; i++) {
      double[] own = xyz(places[2 * i], places[2 * i + 1]);
      for (int row = 0; row < 3; row++) {
        columns[row][i] = own[row];
      }
    }
    double[] strengths = times(inverse(columns), xyz(places[6], places[7]));
    for (double[] row : columns) {
      for (int i = 0; i < 3; i++) {
        row[i] *= strengths[i];
      }
    }
    return columns;
  }

  private static double[] xyz(double x, double y) {
    return new double[] {x / y, 1, (1 - x - y) / y};
  }

  private static double[] times(double[][] matrix, double[] vector) {
    double[] product = new double[3];
    for (int i = 0; i < 3; i++) {
      product[i] = matrix[i][0] * vector[0] + matrix[i][1] * vector[1] + matrix[i][2] * vector[2];
    }
    return product;
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] product = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        product[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
      }
    }
    return product;
  }

  /** The inverse by cofactors; not finite if there is none. */
  private static double[][] inverse(double[][] m) {
    double[][] result = new double[3][3];
    double determinant = 0;
    for (int i = 0; i < 3; i++) {
      int a = (i + 1) % 3;
      int b = (i + 2) % 3;
      for (int j = 0; j < 3; j++) {
        int c = (j + 1) % 3;
        int d = (j + 2) % 3;
        result[j][i] = m[a][c] * m[b][d] - m[a][d] * m[b][c];
      }
      determinant +=
          m[0][i] * (m[1][(i + 1) % 3] * m[2][(i + 2) % 3] - m[1][(i + 2) % 3] * m[2][(i + 1) % 3]);
    }
    for (double[] row : result) {
      for (int j = 0; j < 3; j++) {
        row[j] /= determinant;
      }
    }
    return result;
  }
}
