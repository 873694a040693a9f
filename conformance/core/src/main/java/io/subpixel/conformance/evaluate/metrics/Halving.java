package io.subpixel.conformance.evaluate.metrics;

/** MATLAB's {@code imresize} by a half, bicubic with antialiasing, of a plane with even sides. */
final class Halving {
  /**
   * The cubic kernel of a = -0.5 at distances of 0.5, 1.5, 2.5 and 3.5 pixels, stretched by two.
   */
  private static final double[] WEIGHTS = weights();

  private Halving() {}

  static Grey of(Grey grey) {
    return transposed(halvedRows(transposed(halvedRows(grey))));
  }

  /** Half as many rows. */
  private static Grey halvedRows(Grey grey) {
    int height = grey.height() / 2;
    double[] values = new double[grey.width() * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < grey.width(); x++) {
        double sum = 0;
        for (int k = 0; k < WEIGHTS.length; k++) {
          sum += WEIGHTS[k] * (mirrored(grey, x, 2 * y - k) + mirrored(grey, x, 2 * y + 1 + k));
        }
        values[y * grey.width() + x] = sum;
      }
    }
    return new Grey(grey.width(), height, values);
  }

  private static double mirrored(Grey grey, int x, int y) {
    int row = y < 0 ? -1 - y : y >= grey.height() ? 2 * grey.height() - 1 - y : y;
    return grey.values()[row * grey.width() + x];
  }

  private static Grey transposed(Grey grey) {
    double[] values = new double[grey.values().length];
    for (int y = 0; y < grey.height(); y++) {
      for (int x = 0; x < grey.width(); x++) {
        values[x * grey.height() + y] = grey.values()[y * grey.width() + x];
      }
    }
    return new Grey(grey.height(), grey.width(), values);
  }

  private static double[] weights() {
    double[] weights = new double[4];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double x = (i + 0.5) / 2;
      weights[i] =
          x <= 1 ? 1.5 * x * x * x - 2.5 * x * x + 1 : -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2;
      sum += 2 * weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }
}
