package io.subpixel.conformance.evaluate.metrics;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import java.util.Arrays;

/**
 * Feature similarity: how far edges and lines are kept, by phase congruency and gradients, and
 * weighted by the former; 1 for identical pictures. Zhang, Zhang, Mou and Zhang, "FSIM: A Feature
 * Similarity Index for Image Quality Assessment", IEEE Trans. Image Processing 20(8), 2011, on the
 * scale at which the shorter side has about 256 pixels.
 *
 * @param luma of Y alone
 * @param colour FSIMc, of the colours too; that of luma if a picture has none
 */
record Fsim(double luma, double colour) {
  private static final double PHASE_STABILITY = 0.85;
  private static final double GRADIENT_STABILITY = 160;
  private static final double COLOUR_STABILITY = 200;
  private static final double COLOUR_WEIGHT = 0.03;
  private static final int SIDE = 256;

  private static final double[] Y = {0.299, 0.587, 0.114};
  private static final double[] I = {0.596, -0.274, -0.322};
  private static final double[] Q = {0.211, -0.523, 0.312};

  /**
   * Measures two pictures of one size; alpha is ignored.
   *
   * @return NaN if both are flat
   * @throws IllegalArgumentException if the sizes differ
   * @throws UnavailableException if OpenCV's natives can't be loaded
   */
  static Fsim of(Picture reference, Picture picture) {
    if (reference.width() != picture.width() || reference.height() != picture.height()) {
      throw new IllegalArgumentException(
          "pictures: expected one size, received %dx%d and %dx%d"
              .formatted(reference.width(), reference.height(), picture.width(), picture.height()));
    }
    try {
      return compare(reference, picture);
    } catch (LinkageError e) {
      throw new UnavailableException(
          "FSIM: expected OpenCV's natives for this machine, received none", e);
    }
  }

  private static Fsim compare(Picture reference, Picture picture) {
    Grey a = plane(reference, Y);
    Grey b = plane(picture, Y);
    PhaseCongruency congruency = new PhaseCongruency(a.width(), a.height());
    double[] phasesA = congruency.of(a);
    double[] phasesB = congruency.of(b);
    double[] gradientsA = gradients(a);
    double[] gradientsB = gradients(b);
    double[] colours = colours(reference, picture, phasesA.length);
    double luma = 0;
    double colour = 0;
    double weights = 0;
    for (int i = 0; i < phasesA.length; i++) {
      double weight = Math.max(phasesA[i], phasesB[i]);
      double similarity =
          weight
              * similarity(phasesA[i], phasesB[i], PHASE_STABILITY)
              * similarity(gradientsA[i], gradientsB[i], GRADIENT_STABILITY);
      luma += similarity;
      colour += similarity * colours[i];
      weights += weight;
    }
    return new Fsim(luma / weights, colour / weights);
  }

  /** The factor of the colours' similarity; the real part of the power where that is negative. */
  private static double[] colours(Picture reference, Picture picture, int count) {
    double[] factors = new double[count];
    if (!reference.isColour() || !picture.isColour()) {
      Arrays.fill(factors, 1);
      return factors;
    }
    double[] iA = plane(reference, I).values();
    double[] iB = plane(picture, I).values();
    double[] qA = plane(reference, Q).values();
    double[] qB = plane(picture, Q).values();
    for (int i = 0; i < count; i++) {
      double similarity =
          similarity(iA[i], iB[i], COLOUR_STABILITY) * similarity(qA[i], qB[i], COLOUR_STABILITY);
      double turn = similarity < 0 ? Math.cos(Math.PI * COLOUR_WEIGHT) : 1;
      factors[i] = Math.pow(Math.abs(similarity), COLOUR_WEIGHT) * turn;
    }
    return factors;
  }

  private static double similarity(double a, double b, double stability) {
    return (2 * a * b + stability) / (a * a + b * b + stability);
  }

  /** A weighted sum of the channels, reduced by means over squares, as MATLAB's conv2 has them. */
  private static Grey plane(Picture picture, double[] weights) {
    Grey full = weighted(picture, weights);
    int step = Math.max(1, Math.round(Math.min(full.width(), full.height()) / (float) SIDE));
    int width = (full.width() + step - 1) / step;
    int height = (full.height() + step - 1) / step;
    double[] values = new double[width * height];
    int before = (step - 1) / 2;
    for (int i = 0; i < values.length; i++) {
      double sum = 0;
      for (int k = 0; k < step * step; k++) {
        sum +=
            full.orZero(i % width * step + k % step - before, i / width * step + k / step - before);
      }
      values[i] = sum / (step * step);
    }
    return new Grey(width, height, values);
  }

  private static Grey weighted(Picture picture, double[] weights) {
    byte[] samples = picture.samples();
    int channels = picture.channels();
    double[] values = new double[picture.width() * picture.height()];
    for (int i = 0; i < values.length; i++) {
      int at = i * channels;
      double grey = samples[at] & 0xff;
      values[i] =
          picture.isColour()
              ? weights[0] * grey
                  + weights[1] * (samples[at + 1] & 0xff)
                  + weights[2] * (samples[at + 2] & 0xff)
              : grey;
    }
    return new Grey(picture.width(), picture.height(), values);
  }

  /** The magnitude by Scharr's filters. */
  private static double[] gradients(Grey grey) {
    double[] magnitudes = new double[grey.width() * grey.height()];
    for (int i = 0; i < magnitudes.length; i++) {
      int x = i % grey.width();
      int y = i / grey.width();
      double across = 0;
      double down = 0;
      for (int k = -1; k <= 1; k++) {
        int weight = k == 0 ? 10 : 3;
        across += weight * (grey.orZero(x + 1, y + k) - grey.orZero(x - 1, y + k));
        down += weight * (grey.orZero(x + k, y + 1) - grey.orZero(x + k, y - 1));
      }
      magnitudes[i] = Math.hypot(across, down) / 16;
    }
    return magnitudes;
  }
}
