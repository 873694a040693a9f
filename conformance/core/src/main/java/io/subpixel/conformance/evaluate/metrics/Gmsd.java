package io.subpixel.conformance.evaluate.metrics;

import io.subpixel.pictures.Picture;

/**
 * Gradient magnitude similarity deviation: how unevenly edges are kept. 0 for identical pictures,
 * about 0.3 for very bad ones. Xue et al., "Gradient Magnitude Similarity Deviation", IEEE Trans.
 * Image Processing 23(2), 2014, with the constants of the authors' program.
 */
public final class Gmsd {
  private static final double STABILITY = 170;

  private Gmsd() {}

  /**
   * Measures the grey of two pictures of one size.
   *
   * @throws IllegalArgumentException if the sizes differ
   */
  public static double of(Picture reference, Picture picture) {
    if (reference.width() != picture.width() || reference.height() != picture.height()) {
      throw new IllegalArgumentException(
          "pictures: expected one size, received %dx%d and %dx%d"
              .formatted(reference.width(), reference.height(), picture.width(), picture.height()));
    }
    double[] a = gradients(halved(Grey.of(reference)));
    double[] b = gradients(halved(Grey.of(picture)));
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      double similarity = (2 * a[i] * b[i] + STABILITY) / (a[i] * a[i] + b[i] * b[i] + STABILITY);
      sum += similarity;
      squares += similarity * similarity;
    }
    double mean = sum / a.length;
    // As MATLAB's std2, which divides by one less.
    double variance = (squares - sum * mean) / Math.max(1, a.length - 1);
    return Math.sqrt(Math.max(0, variance));
  }

  /**
   * Means of 2x2, of every second row and column; zero beyond the end, as MATLAB's conv2 has it.
   */
  private static Grey halved(Grey grey) {
    int width = (grey.width() + 1) / 2;
    int height = (grey.height() + 1) / 2;
    double[] half = new double[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        half[y * width + x] =
            (grey.orZero(2 * x, 2 * y)
                    + grey.orZero(2 * x + 1, 2 * y)
                    + grey.orZero(2 * x, 2 * y + 1)
                    + grey.orZero(2 * x + 1, 2 * y + 1))
                / 4;
      }
    }
    return new Grey(width, height, half);
  }

  /** The magnitude by Prewitt's filters. */
  private static double[] gradients(Grey grey) {
    double[] magnitudes = new double[grey.width() * grey.height()];
    for (int y = 0; y < grey.height(); y++) {
      for (int x = 0; x < grey.width(); x++) {
        double across = 0;
        double down = 0;
        for (int k = -1; k <= 1; k++) {
          across += grey.orZero(x + 1, y + k) - grey.orZero(x - 1, y + k);
          down += grey.orZero(x + k, y + 1) - grey.orZero(x + k, y - 1);
        }
        magnitudes[y * grey.width() + x] = Math.hypot(across / 3, down / 3);
      }
    }
    return magnitudes;
  }
}
