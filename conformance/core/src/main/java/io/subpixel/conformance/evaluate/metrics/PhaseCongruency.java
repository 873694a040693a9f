package io.subpixel.conformance.evaluate.metrics;

import java.nio.DoubleBuffer;
import java.util.Arrays;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * How much the phases of a plane's frequencies agree at each pixel, 0 to 1: high at features such
 * as edges and lines, whatever their contrast. Kovesi, "Image features from phase congruency",
 * Videre 1(3), 1999, with log-Gabor filters of four wavelengths in four directions and the
 * constants that FSIM takes.
 */
final class PhaseCongruency {
  private static final int SCALES = 4;
  private static final int DIRECTIONS = 4;

  /** Of the finest filter, pixels; each next one's is twice as long. */
  private static final double WAVELENGTH = 6;

  /** Deviation of a filter's frequencies by their centre. */
  private static final double BANDWIDTH = 0.55;

  /** Deviation of a filter's directions. */
  private static final double SPREAD = Math.PI / DIRECTIONS / 1.2;

  /** Deviations beyond the noise's mean that still count as noise. */
  private static final double NOISE_DEVIATIONS = 2;

  /** By how much the noise is overestimated, as found by trial. */
  private static final double NOISE_EXCESS = 1.7;

  /** Butterworth's low-pass filter, which keeps the corners of the spectrum out. */
  private static final double CUTOFF = 0.45;

  private static final int ORDER = 15;
  private static final double LEAST = 1e-4;

  private final int width;
  private final int height;
  private final double[] radii;
  private final double[] angles;

  /** For planes of one size. */
  PhaseCongruency(int width, int height) {
    this.width = width;
    this.height = height;
    radii = new double[width * height];
    angles = new double[width * height];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double x = frequency(column, width);
        double y = frequency(row, height);
        radii[row * width + column] = Math.hypot(x, y);
        angles[row * width + column] = Math.atan2(-y, x);
      }
    }
  }

  /** In cycles per pixel; of odd lengths, Kovesi's grid reaches to a half at both ends. */
  private static double frequency(int index, int length) {
    int signed = index < (length + 1) / 2 ? index : index - length;
    return (double) signed / (length % 2 == 0 ? length : Math.max(1, length - 1));
  }

  /** Computes it, {@code [H,W]}; 0 where nothing varies. */
  double[] of(Grey grey) {
    double[] energies = new double[width * height];
    double[] amplitudes = new double[width * height];
    double[] spectrum = spectrum(grey);
    for (int direction = 0; direction < DIRECTIONS; direction++) {
      add(spectrum, filters(direction), energies, amplitudes);
    }
    for (int i = 0; i < energies.length; i++) {
      energies[i] = amplitudes[i] > 0 ? energies[i] / amplitudes[i] : 0;
    }
    return energies;
  }

  /** One for each wavelength, finest first, zero frequency first. */
  private double[][] filters(int direction) {
    double angle = direction * Math.PI / DIRECTIONS;
    double logBandwidth = Math.log(BANDWIDTH);
    double[][] filters = new double[SCALES][width * height];
    for (int i = 1; i < radii.length; i++) {
      double away = Math.abs(Math.IEEEremainder(angles[i] - angle, 2 * Math.PI));
      double shared =
          Math.exp(-away * away / (2 * SPREAD * SPREAD))
              / (1 + Math.pow(radii[i] / CUTOFF, 2 * ORDER));
      for (int scale = 0; scale < SCALES; scale++) {
        double octaves = Math.log(radii[i] * WAVELENGTH * (1 << scale)) / logBandwidth;
        filters[scale][i] = shared * Math.exp(-octaves * octaves / 2);
      }
    }
    return filters;
  }

  /** Adds a direction's energy beyond the noise, and its amplitudes. */
  private void add(double[] spectrum, double[][] filters, double[] energies, double[] amplitudes) {
    double[][] responses = new double[SCALES][];
    double[] even = new double[energies.length];
    double[] odd = new double[energies.length];
    double[] finest = new double[energies.length];
    for (int scale = 0; scale < SCALES; scale++) {
      double[] response = filtered(spectrum, filters[scale]);
      responses[scale] = response;
      for (int i = 0; i < even.length; i++) {
        even[i] += response[2 * i];
        odd[i] += response[2 * i + 1];
        double amplitude = Math.hypot(response[2 * i], response[2 * i + 1]);
        amplitudes[i] += amplitude;
        if (scale == 0) {
          finest[i] = amplitude * amplitude;
        }
      }
    }
    double noise = noise(finest, filters);
    for (int i = 0; i < even.length; i++) {
      double length = Math.hypot(even[i], odd[i]) + LEAST;
      double cosine = even[i] / length;
      double sine = odd[i] / length;
      double energy = 0;
      for (double[] response : responses) {
        energy +=
            response[2 * i] * cosine
                + response[2 * i + 1] * sine
                - Math.abs(response[2 * i] * sine - response[2 * i + 1] * cosine);
      }
      energies[i] += Math.max(0, energy - noise);
    }
  }

  /** The energy that noise reaches, judged by the median of the finest filter's squares. */
  private double noise(double[] finest, double[][] filters) {
    Arrays.sort(finest);
    int middle = finest.length / 2;
    double median =
        finest.length % 2 == 1 ? finest[middle] : (finest[middle - 1] + finest[middle]) / 2;
    double sum = 0;
    for (double value : filters[0]) {
      sum += value * value;
    }
    double power = median / Math.log(2) / sum;
    double tau = Math.sqrt(power * evenSquares(filters));
    double deviation = tau * Math.sqrt(2 - Math.PI / 2);
    return (tau * Math.sqrt(Math.PI / 2) + NOISE_DEVIATIONS * deviation) / NOISE_EXCESS;
  }

  /** The squares of all filters' even parts together: by Parseval, those of their kernels. */
  private double evenSquares(double[][] filters) {
    double squares = 0;
    for (int i = 0; i < radii.length; i++) {
      int row = i / width;
      int opposite = (height - row) % height * width + (width - i % width) % width;
      double together = 0;
      for (double[] filter : filters) {
        together += (filter[i] + filter[opposite]) / 2;
      }
      squares += together * together;
    }
    return squares;
  }

  private double[] spectrum(Grey grey) {
    double[] complex = new double[2 * grey.values().length];
    for (int i = 0; i < grey.values().length; i++) {
      complex[2 * i] = grey.values()[i];
    }
    return transformed(complex, 0);
  }

  private double[] filtered(double[] spectrum, double[] filter) {
    double[] product = new double[spectrum.length];
    for (int i = 0; i < product.length; i++) {
      product[i] = spectrum[i] * filter[i / 2];
    }
    return transformed(product, opencv_core.DFT_INVERSE | opencv_core.DFT_SCALE);
  }

  /** Real and imaginary parts in turns. */
  private double[] transformed(double[] complex, int flags) {
    try (Mat mat = new Mat(height, width, opencv_core.CV_64FC2)) {
      DoubleBuffer values = mat.createBuffer();
      values.put(0, complex);
      opencv_core.dft(mat, mat, flags, 0);
      double[] result = new double[complex.length];
      values.get(0, result);
      return result;
    }
  }
}
