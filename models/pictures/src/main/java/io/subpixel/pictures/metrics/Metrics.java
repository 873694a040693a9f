package io.subpixel.pictures.metrics;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.colour.MatlabY;

/**
 * PSNR and SSIM as the super-resolution literature reports them: on the unrounded Y (16..235) of
 * MATLAB's {@code rgb2ycbcr}, with {@code border} pixels (by custom: the scale) left out at every
 * edge, peak value 255.
 *
 * @since 0.1
 */
public final class Metrics {
  /** The description of this convention in cards. */
  public static final String CONVENTION =
      "MATLAB Y (16..235), border of scale pixels cropped, HR cropped to the scale";

  private static final int WINDOW = 11;
  private static final double SIGMA = 1.5;
  private static final double C1 = (0.01 * 255) * (0.01 * 255);
  private static final double C2 = (0.03 * 255) * (0.03 * 255);

  private Metrics() {}

  /**
   * Peak signal-to-noise ratio {@code 10 log10(255^2 / MSE)} in dB; positive infinity for identical
   * pictures.
   *
   * @throws IllegalArgumentException if the sizes differ or nothing is left within the border
   */
  public static double psnr(Picture a, Picture b, int border) {
    requireComparable(a, b, border, 1);
    double[] x = MatlabY.of(a);
    double[] y = MatlabY.of(b);
    double sum = 0;
    for (int row = border; row < a.height() - border; row++) {
      for (int column = border; column < a.width() - border; column++) {
        double difference = x[row * a.width() + column] - y[row * a.width() + column];
        sum += difference * difference;
      }
    }
    double count = (double) (a.width() - 2 * border) * (a.height() - 2 * border);
    return sum == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(255 * 255 / (sum / count));
  }

  /**
   * Structural similarity (Wang et al., IEEE Trans. Image Processing 13(4), 2004): gaussian window
   * 11x11 of sigma 1.5, K1 = 0.01, K2 = 0.03, the mean over all places where the window fits; 1 for
   * identical pictures.
   *
   * @throws IllegalArgumentException if the sizes differ or the window doesn't fit within the
   *     border
   */
  public static double ssim(Picture a, Picture b, int border) {
    requireComparable(a, b, border, WINDOW);
    int width = a.width() - 2 * border;
    int height = a.height() - 2 * border;
    double[] x = inner(a, border);
    double[] y = inner(b, border);
    double[] meanX = blur(x, width, height);
    double[] meanY = blur(y, width, height);
    double[] meanXx = blur(product(x, x), width, height);
    double[] meanYy = blur(product(y, y), width, height);
    double[] meanXy = blur(product(x, y), width, height);
    double sum = 0;
    for (int i = 0; i < meanX.length; i++) {
      double xx = meanXx[i] - meanX[i] * meanX[i];
      double yy = meanYy[i] - meanY[i] * meanY[i];
      double xy = meanXy[i] - meanX[i] * meanY[i];
      sum +=
          ((2 * meanX[i] * meanY[i] + C1) * (2 * xy + C2))
              / ((meanX[i] * meanX[i] + meanY[i] * meanY[i] + C1) * (xx + yy + C2));
    }
    return sum / meanX.length;
  }

  private static double[] inner(Picture picture, int border) {
    return MatlabY.of(
        picture.crop(border, border, picture.width() - 2 * border, picture.height() - 2 * border));
  }

  private static double[] product(double[] a, double[] b) {
    double[] product = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      product[i] = a[i] * b[i];
    }
    return product;
  }

  /** The gaussian-weighted mean at each place where the window fits. */
  private static double[] blur(double[] values, int width, int height) {
    double[] weights = new double[WINDOW];
    double total = 0;
    for (int i = 0; i < WINDOW; i++) {
      double d = i - WINDOW / 2;
      weights[i] = Math.exp(-d * d / (2 * SIGMA * SIGMA));
      total += weights[i];
    }
    int columns = width - WINDOW + 1;
    int rows = height - WINDOW + 1;
    double[] across = new double[columns * height];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < columns; column++) {
        double sum = 0;
        for (int i = 0; i < WINDOW; i++) {
          sum += weights[i] * values[row * width + column + i];
        }
        across[row * columns + column] = sum / total;
      }
    }
    double[] result = new double[columns * rows];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        double sum = 0;
        for (int i = 0; i < WINDOW; i++) {
          sum += weights[i] * across[(row + i) * columns + column];
        }
        result[row * columns + column] = sum / total;
      }
    }
    return result;
  }

  private static void requireComparable(Picture a, Picture b, int border, int least) {
    if (a.width() != b.width() || a.height() != b.height()) {
      throw new IllegalArgumentException(
          "compare: expected equal sizes, received " + a + " and " + b);
    }
    if (border < 0 || Math.min(a.width(), a.height()) - 2L * border < least) {
      throw new IllegalArgumentException(
          "compare: expected at least "
              + least
              + " pixels within a border of "
              + border
              + ", received "
              + a);
    }
  }
}
